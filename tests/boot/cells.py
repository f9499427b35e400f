# SPDX-License-Identifier: BSD-2-Clause
"""cells.py - what the tests know of a cell, read from hvcc's own header."""
import re
import subprocess

from machine import ROOT


def _emit(cells, what):
    name = cells.split("/")[-1].removesuffix(".cells")
    return subprocess.run(["out/hvcc", f"--emit={what}", "-I", f"out/cells/{name}",
                           "-I", "out/guests", "-I", "out/board", cells],
                          cwd=ROOT, check=True, capture_output=True, text=True).stdout


def header(cells, cell):
    """The defines of hvcc --emit=header:CELL: name -> number or string."""
    out = _emit(cells, f"header:{cell}")
    found = {}
    for key, value in re.findall(r"^#define (\w+) (.+?)\s*(?:/\*.*)?$", out, re.M):
        try:
            found[key] = int(value, 0)
        except ValueError:
            found[key] = value.strip('"')
    return found


def layout(cells):
    """Of each cell and device, hvcc's own words of where it is."""
    return _emit(cells, "layout")


def ram(places, cell):
    """(first, size) in the machine, of what layout says."""
    of_cell = places[places.index(f"cell {cell} "):]
    ipa, last, pa = (int(x, 16) for x in re.search(
        r"(0x[0-9a-f]+)[.][.](0x[0-9a-f]+)  rwx  pa (0x[0-9a-f]+)  memory ram", of_cell).groups())
    return pa, last + 1 - ipa


def system_ram(machine, cell):
    """The System RAM that a Linux cell sees, as (first, last) pairs."""
    lines = machine.shell(cell, "grep 'System RAM' /proc/iomem")
    return [tuple(int(x, 16) for x in line.split(" : ")[0].strip().split("-"))
            for line in lines if "System RAM" in line]


def ask(machine, linux, line):
    """What `control` answers to a line over the channel, asked from the Linux that
    has the input; "crash" it does not answer."""
    machine.shell(linux, "test -e /dev/hvisor || insmod /lib/hvisor.ko")
    if line == "crash":
        machine.shell(linux, "echo crash | talk telemetry")
        return None
    said = machine.shell(linux, f"talk telemetry '{line}'")
    return said[-1] if said else None
