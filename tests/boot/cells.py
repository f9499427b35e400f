# SPDX-License-Identifier: BSD-2-Clause
"""cells.py - what the tests know of a cell, read from hvcc's own header."""
import re
import subprocess

from machine import ROOT


def header(cells, cell):
    """The defines of hvcc --emit=header:CELL: name -> number or string."""
    name = cells.split("/")[-1].removesuffix(".cells")
    out = subprocess.run(["out/hvcc", f"--emit=header:{cell}", "-I", f"out/cells/{name}",
                          "-I", "out/guests", "-I", "out/board", cells],
                         cwd=ROOT, check=True, capture_output=True, text=True).stdout
    found = {}
    for key, value in re.findall(r"^#define (\w+) (.+?)\s*(?:/\*.*)?$", out, re.M):
        try:
            found[key] = int(value, 0)
        except ValueError:
            found[key] = value.strip('"')
    return found


def system_ram(machine, cell):
    """The System RAM that a Linux cell sees, as (first, last) pairs."""
    lines = machine.shell(cell, "grep 'System RAM' /proc/iomem")
    return [tuple(int(x, 16) for x in line.split(" : ")[0].strip().split("-"))
            for line in lines if "System RAM" in line]


def ask(machine, linux, names, request, seconds=10):
    """Asks `control` over the channel, from the Linux that has the input."""
    base = names["CHANNEL_TELEMETRY_BASE"]
    before = int(machine.shell(linux, f"devmem {base + 8:#x} 32")[-1], 16)
    machine.shell(linux, f"devmem {base:#x} 32 {request:#x}; devmem "
                  f"{names['CHANNEL_TELEMETRY_DOORBELL']:#x} 32 "
                  f"{names['CHANNEL_TELEMETRY_PEER_CONTROL']}")
    for _ in range(seconds):
        word = machine.shell(linux, f"devmem {base + 8:#x} 32; devmem {base + 4:#x} 32")
        if int(word[-2], 16) != before:
            return int(word[-1], 16)
        machine.run_for(1)
    return None
