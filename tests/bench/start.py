# SPDX-License-Identifier: BSD-2-Clause
"""
start.py - from the start of QEMU to the shells of both Linuxes, beside one shell
without hypervisor: the root cell's kernel and initrd, its CPUs and its memory.

The emulator's seconds, on a machine that may be busy: printed, and not judged.
"""
import os
import time

from cells import header
from machine import Machine, build, command
from plain import LINUX, Plain, alone
from session import up

CELLS = "cells/qemu.cells"


def seconds(machine, argv, *linuxes):
    """Until the last of those has its shell."""
    began = time.monotonic()
    with machine(argv, 300) as m:
        up(m, *linuxes)
        return time.monotonic() - began


def measured():
    build(CELLS)
    root = header(CELLS, "linux")
    alike = alone(CELLS, root["CELL_CPUS"], root["MEM_RAM_SIZE"] >> 20)
    return {"both": seconds(Machine, command(CELLS), "linux", "guest"),
            "one": seconds(Plain, alike, LINUX),
            "load": os.getloadavg()[0]}


def table(found):
    print(f"QEMU's start to both shells: {found['both']:.1f} s, to one without hypervisor "
          f"{found['one']:.1f} s; this machine's load was {found['load']:.1f}")
