# SPDX-License-Identifier: BSD-2-Clause
"""session.py - boots an example once, built, and shows its console on failure."""
import contextlib

from machine import Failed, Machine, build, command


@contextlib.contextmanager
def boot(cells, seconds=120, more=(), **machine):
    """A machine that runs `cells`; machine: CPU, SMP, MEM, MACHINE."""
    build(cells)
    with Machine(command(cells, **machine) + list(more), seconds) as m:
        try:
            yield m
        except Failed as why:
            raise Failed(f"{why}\n{m.text()}") from None


def up(m, *linuxes):
    """Waits until those cells' shells are there."""
    for cell in linuxes:
        m.expect(cell, rf"{cell}: \d+ CPUs, Linux")
