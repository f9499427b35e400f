# SPDX-License-Identifier: BSD-2-Clause
"""A root cell manages others by calls, and stops them whatever they do."""
from machine import Failed
from session import boot


def a_root_cell_starts_stops_loads_and_watches_others():
    with boot("tests/boot/manage.cells", 240) as m:
        end = m.expect("manager", r"(\d+) checks, (\d+) went wrong", 200)
        if int(end[1]) < 500 or int(end[2]):
            raise Failed(f"{end[2]} of {end[1]} checks went wrong")
        if m.count("manager", r"stop \w: at most") < 15:
            raise Failed("not every hostile cell was stopped")
        m.ended()
