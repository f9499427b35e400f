# SPDX-License-Identifier: BSD-2-Clause
"""Consoles share a UART, and nothing else."""
from machine import HVISOR, Failed
from session import boot


def a_cell_that_floods_its_console_delays_no_other():
    with boot("tests/boot/flood.cells", 120) as m:
        m.expect(HVISOR, "'ticker' powered off", 100)
        late = m.expect("ticker", r"tick 4\d\d: late by (\d+) us")
        if int(late[1]) >= 5000:
            raise Failed(f"late by {late[1]} us")
        if m.count("flood", "abc") == 0:
            raise Failed("nobody flooded")
