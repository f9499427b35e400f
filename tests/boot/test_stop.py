# SPDX-License-Identifier: BSD-2-Clause
"""A cell is stopped whatever it does, and in bounded time."""
from machine import HVISOR, Failed
from session import boot

CELLS = "tests/boot/stop.cells"
COUNTED = ["-icount", "shift=0,sleep=off"]
LIMIT = 1_000_000	# instructions, of all CPUs together


def _hunt(how, more):
    """The lines that say how long stops took, and the worst of them."""
    with boot(CELLS, 300, more) as m:
        m.expect(HVISOR, "hunter: counted or threads")	# it has the UART itself
        m.send(how)
        end = m.expect(HVISOR, r"stops: (\d+) checks, (\d+) went wrong, at most (\d+)", 280)
        m.ended()
        if int(end[1]) < 3000 or int(end[2]):
            raise Failed(f"{end[2]} of {end[1]} checks went wrong")
        said = [text for _, text in m.lines if "at most" in text]
        return said, int(end[3])


def a_stop_takes_few_instructions_whatever_the_cell_does():
    said, worst = _hunt("c", COUNTED)
    print("     " + "\n     ".join(said))
    if worst > LIMIT:
        raise Failed(f"a stop took {worst} instructions")


def cpus_that_run_at_the_same_time_are_stopped_too():
    _hunt("t", [])


def _keep(more):
    with boot("tests/boot/window.cells", 300, more) as m:
        end = m.expect(HVISOR, r"keeper: (\d+) checks, (\d+) went wrong", 280)
        m.ended()
        if int(end[1]) < 800 or int(end[2]):
            raise Failed(f"{end[2]} of {end[1]} checks went wrong")


def a_window_shows_nothing_of_a_cell_that_runs():
    _keep(COUNTED)


def so_it_is_where_cpus_look_and_manage_at_the_same_time():
    _keep([])
