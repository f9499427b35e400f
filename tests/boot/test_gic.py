# SPDX-License-Identifier: BSD-2-Clause
"""The interrupt controller: a cell's own part works, the rest is not there."""
import os

from machine import HVISOR, Failed
from session import boot


def _all_went_well(m):
    way = "by list registers" if os.environ.get("DELIVERY") == "virtual" else "directly"
    m.expect("sweep", f"its interrupts come {way}", 60)
    wrong = m.expect("sweep", r"(\d+) trials, (\d+) went wrong", 120)
    if int(wrong[1]) < 10000 or int(wrong[2]):
        raise Failed(f"{wrong[2]} of {wrong[1]} trials went wrong")


def a_cell_has_its_own_lines_and_no_others():
    with boot("tests/boot/gic.cells", 300) as m:
        m.expect("steady", "well: ")
        _all_went_well(m)
        # A CPU that ends no interrupt is stopped with its cell, and the cell's
        # second life finds the controller as the first did.
        m.expect(HVISOR, "'sweep' reboots; restarting")
        _all_went_well(m)
        m.expect(HVISOR, "'sweep' reboots; no restart is left", 60)
        m.run_for(2)
        if m.count("steady", "HURT"):
            raise Failed("the steady cell was hurt")
        m.seen["steady"] = len(m.lines)
        m.expect("steady", "well: ", 10)


def cpus_that_write_the_same_words_lose_nothing():
    with boot("tests/boot/contend.cells", 180) as m:
        m.expect("steady", "well: ")
        end = m.expect("contend", r"(\w+): (\d+) interrupts, (\d+) updates lost, (\d+) lines wrong",
                       150)
        if end[1] != "done" or int(end[2]) < 1000 or int(end[3]) or int(end[4]):
            raise Failed(end[0])
        if m.count("steady", "HURT"):
            raise Failed("the steady cell was hurt")
        m.seen["steady"] = len(m.lines)
        m.expect("steady", "well: ", 10)
