# SPDX-License-Identifier: BSD-2-Clause
"""
boot.py - how many instructions pass from reset to a cell's first one, for
systems of several numbers and sizes of cells.

A cell's payload is a page; what is spent on copying and cleaning is told apart
by a trace: it is all that the functions of mem.S do, mem_*, memmove, memset and
the like.

"first cell" and "last cell" are QEMU's clock when a cell has its first
instruction: one at a time it executes those of all CPUs, and its own few before
the image. So what other CPUs do meanwhile is counted too; to the first cell that
is held to the budget all the same. "own path" is of a single cell what it would
wait for on a board: what the boot CPU executes until it has called that cell's
CPU, and that CPU until it enters the cell; of all cells the longest, without
copying and cleaning.
"""
import collections
import os
import re
import subprocess
import tempfile

from paths import NS_PER_TICK, RAM_BASE, ROOT, STEADY, Failed, Ram, run_until
from trace import COPIES, Log, code, extent

FOLDER = os.path.join(ROOT, "out", "bench", "boot")
LOADED_AT = 0x40200000		# where QEMU puts an image
CELLS_AT = 0x80000000
READINGS = 256			# of tests/guest/bench_boot.S
N_READINGS = 17
BUDGET = 10000
BUDGET_APART = 100		# between small and large memory
BUDGET_MOVED = 0.25		# for each byte of runtime and tables
MIB = 1 << 20

# (cells, MiB of each, whether the image was loaded elsewhere)
SYSTEMS = [(1, 64, False), (1, 256, False), (1, 1024, False), (1, 2048, False),
           (2, 64, False), (4, 64, False), (8, 64, False), (8, 2048, False),
           (1, 64, True)]


def tool(*argv):
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(argv)}:\n{done.stdout}{done.stderr}")


def machine(n_cells, mib):
    return ["qemu-system-aarch64", "-cpu", "cortex-a53", "-smp", str(n_cells),
            "-m", f"{1024 + n_cells * mib}M", "-nographic", "-nodefaults", "-M",
            "virt,gic-version=3,virtualization=on,dtb-randomness=off"]


def program():
    """A cell's payload."""
    obj, image = (os.path.join(FOLDER, f"bench_boot.{kind}") for kind in ("o", "bin"))
    tool(os.environ.get("RCC", "aarch64-linux-gnu-gcc"), "-c", "-o", obj,
         "tests/guest/bench_boot.S")
    tool(os.environ.get("OBJCOPY", "aarch64-linux-gnu-objcopy"), "-O", "binary", obj, image)


def text(n_cells, mib, is_moved):
    place = "" if is_moved else f" memory at {LOADED_AT:#x};"
    yield f'board "board.dtb";\nhypervisor {{ console &pl011;{place} }}\n'
    for i in range(n_cells):
        yield (f"cell c{i} {{ cpus {i}; memory ram {mib}M at "
               f"{CELLS_AT + i * mib * MIB:#x}; console none; "
               'boot raw { image "bench_boot.bin"; } }\n')


def build(n_cells, mib, is_moved):
    os.makedirs(FOLDER, exist_ok=True)
    program()
    argv = machine(n_cells, mib)
    argv[-1] += f",dumpdtb={os.path.join(FOLDER, 'board.dtb')}"
    tool(*argv)
    cells = os.path.join(FOLDER, "boot.cells")
    with open(cells, "w", encoding="utf-8") as f:
        f.write("".join(text(n_cells, mib, is_moved)))
    tool("out/hvcc", cells, "-o", os.path.join(FOLDER, "hvisor.bin"))


def first_instruction(ram, at):
    ticks = ram.words(at + READINGS, N_READINGS)
    i = next(i for i in range(1, N_READINGS) if ticks[i] != ticks[0])
    return ticks[i] * NS_PER_TICK - i


def start(n_cells, mib, more=()):
    """When each cell had its first instruction."""
    cells = [CELLS_AT + i * mib * MIB for i in range(n_cells)]
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
        ram = Ram(os.path.join(tmp, "ram"), (1024 + n_cells * mib) * MIB)
        argv = machine(n_cells, mib) + STEADY + ram.options() + [
            "-icount", "shift=0,sleep=off", "-serial", "null",
            "-kernel", os.path.join(FOLDER, "hvisor.bin"), *more]
        try:
            run_until(argv, lambda: all(ram.words(at + READINGS, 18)[17] for at in cells),
                      60, os.path.join(tmp, "said"))
            return [first_instruction(ram, at) for at in cells]
        finally:
            ram.close()


def moved_bytes(runtime):
    """Runtime and tables, as the image has them."""
    out = subprocess.run([os.environ.get("READELF", "aarch64-linux-gnu-readelf"), "-lW",
                          runtime], capture_output=True, text=True, check=True).stdout
    rows = re.findall(r"LOAD\s+\S+ (\S+) \S+ (\S+)", out)
    return max(int(at, 16) + int(size, 16) for at, size in rows) - \
        min(int(at, 16) for at, _ in rows)


def trace(n_cells, mib):
    """The runtime, and what is executed, (CPU, address), until all cells have had
    their first instruction."""
    runtime = code(os.path.join(FOLDER, "hvisor.elf"))
    cells = {CELLS_AT + i * mib * MIB for i in range(n_cells)}
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
        log = Log(os.path.join(tmp, "log"), [runtime])
        start(n_cells, mib, log.options([extent(runtime), *((at, 4) for at in cells)]))
        log.read()
    if not cells <= {pc for _, pc in log.steps}:
        raise Failed("the trace of a boot has not all cells in it")
    return runtime, log.steps


def until_first(runtime, steps):
    """The instructions of the runtime until any cell has one, by function; and those
    of them that come after it is in its place."""
    found, before = collections.Counter(), collections.Counter()
    for _, pc in steps:
        if pc not in runtime:
            break
        if runtime[pc].symbol == "boot_main" and not before:
            before = found.copy()
        found[runtime[pc].symbol] += 1
    return found, found - before


def copied(found):
    return sum(n for symbol, n in found.items() if COPIES.match(symbol))


def longest_path(runtime, steps):
    """Of each cell: the boot CPU's instructions before its CPU's first, and that
    CPU's; without copies."""
    n_of, paths = collections.Counter(), {}
    boot = steps[0][0]
    called = {}		# CPU -> what the boot CPU had executed by then
    for cpu, pc in steps:
        called.setdefault(cpu, n_of[boot])
        if pc not in runtime:
            paths.setdefault(cpu, called[cpu] + n_of[cpu])
        elif not COPIES.match(runtime[pc].symbol):
            n_of[cpu] += 1
    return max(paths.values())


def measured(systems=SYSTEMS):
    rows = []
    for n_cells, mib, is_moved in systems:
        build(n_cells, mib, is_moved)
        firsts = start(n_cells, mib)
        row = {"cells": n_cells, "mib": mib, "moved": is_moved, "first": min(firsts),
               "last": max(firsts)}
        runtime, steps = trace(n_cells, mib)
        found, later = until_first(runtime, steps)
        row["placed"] = row["first"] - copied(later)
        if is_moved:
            row["moved_bytes"] = moved_bytes(os.path.join(FOLDER, "hvisor.elf"))
        else:
            row["copied"] = copied(found)
            row["apart"] = row["first"] - row["copied"]
            row["own_path"] = longest_path(runtime, steps)
        rows.append(row)
    return rows


def per_byte(rows):
    """What a move of runtime and tables adds, for each byte of them. Payloads that
    go to their places, which is later, are not in it."""
    moved = next(r for r in rows if r["moved"])
    own = next(r for r in rows if (r["cells"], r["mib"]) == (moved["cells"], moved["mib"]))
    return (moved["placed"] - own["placed"]) / moved["moved_bytes"]


def name(row):
    return (f"{row['cells']} of {row['mib']} MiB" +
            (", image moved" if row["moved"] else ""))


def table(rows):
    print("reset to a cell's first instruction".ljust(40) +
          "first cell  last cell  copying, cleaning      apart budget    own path")
    for r in rows:
        line = f"  {name(r):38}{r['first']:10,} {r['last']:10,}"
        if not r["moved"]:
            line += (f" {r['copied']:18,} {r['apart']:10,} {BUDGET:6,} "
                     f"{'over' if r['apart'] > BUDGET else 'ok':4} {r['own_path']:10,}")
        print(line)
    ones = [r["apart"] for r in rows if r["cells"] == 1 and not r["moved"]]
    spread, added = max(ones) - min(ones), per_byte(rows)
    print(f"  apart, largest less smallest memory of one cell: {spread} "
          f"({BUDGET_APART}) {'over' if spread > BUDGET_APART else 'ok'}; a move adds "
          f"{added:.2f} for each byte ({BUDGET_MOVED}) "
          f"{'over' if added > BUDGET_MOVED else 'ok'}")


def show():
    """What the boot of one small cell consists of."""
    build(1, 64, False)
    for symbol, n in until_first(*trace(1, 64))[0].most_common():
        print(f"{n:9,} {symbol}{'  (copying, cleaning)' if COPIES.match(symbol) else ''}")
