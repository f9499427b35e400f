# SPDX-License-Identifier: BSD-2-Clause
"""
witness.py - a hostile cell beside one that watches over its own.

CALLS=5000: how many random calls hostile.c makes.
"""
import os

from machine import Failed
from session import boot


CALLS = int(os.environ.get("CALLS", "5000"))
SECONDS = 180 + CALLS // 2000


def hurts_nobody(cells, hostile="hostile", **machine):
    """All that the hostile cell tries is refused, and the witness goes on."""
    os.environ["CELL_FLAGS"] = f"-DCALLS={CALLS}u"
    with boot(cells, 60 + SECONDS, **machine) as m:
        m.expect("witness", "well: ")
        wrong = m.expect(hostile, r"^(\d+) trials, (\d+) went wrong", SECONDS)
        if int(wrong[1]) < 1000 or int(wrong[2]):
            raise Failed(f"{wrong[2]} of {wrong[1]} trials went wrong")
        m.run_for(2)
        if m.count("witness", "HURT"):
            raise Failed("the witness was hurt")
        m.seen["witness"] = len(m.lines)
        m.expect("witness", "well: ", 10)
