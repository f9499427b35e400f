# SPDX-License-Identifier: BSD-2-Clause
"""Virtio devices of bare-metal cells, and a bare-metal root cell behind them."""
import re

from machine import Failed
from session import boot
from witness import hurts_nobody

INSTRUCTIONS_MAX = 300		# of an access to a device, or of a ring


def bare_metal_cells_have_disks_and_a_console_from_a_bare_metal_root():
    with boot("tests/boot/virtio.cells", 240) as m:
        m.expect("scribe", "shown the first line", 120)
        for life in (1, 2):
            said = m.expect("clerk", rf"life {life}: (\d+) requests, (\d+) went wrong", 120)
            if int(said[1]) < 130 or int(said[2]):
                raise Failed(f"{said[2]} of {said[1]} of the clerk's requests went wrong")
        for life, n in (("first", 50), ("second", 30)):
            end = m.expect("backend", rf"{life} life: (\d+) checks, (\d+) went wrong", 200)
            if int(end[1]) < n or int(end[2]):
                raise Failed(f"{end[2]} of {end[1]} checks of its {life} life went wrong")
        m.ended()
        costs = [found[0] for found in (re.search(r".* takes (\d+) instructions", text)
                                        for _, text in m.lines) if found]
        print("     " + "\n     ".join(costs))
        dear = [c for c in costs if int(c.split()[-2]) > INSTRUCTIONS_MAX]
        if len(costs) != 6 or dear:
            raise Failed(f"{', '.join(dear)}: at most {INSTRUCTIONS_MAX}")
        exits = [found for found in (re.search(r"(\d+) requests .* take (\d+) exits", text)
                                     for _, text in m.lines) if found]
        print("     " + "\n     ".join(found[0] for found in exits))
        each = [round(int(found[2]) / int(found[1]), 2) for found in exits]
        if len(each) != 3 or each[0] > 2.01 or each[1] > 2.01 or each[2] > 1.01:
            raise Failed(f"a request takes {each} exits")


def a_driver_that_breaks_what_it_can_hurts_nobody():
    hurts_nobody("tests/boot/virtio-hostile.cells", "vandal")
