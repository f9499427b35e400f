# SPDX-License-Identifier: BSD-2-Clause
"""
linux.py - a whole Linux from its first instruction to its power-off, as a cell
and at EL1 on the bare machine, with the same kernel, initrd, tree, CPU and
memory; for each kind of delivery, and as the root cell.

What reset to the cell's first instruction takes, and what follows the power-off,
is copying and cleaning of memory, and told apart. A second run logs what EL2
executes meanwhile: how many exits of which kind, and how many instructions.
"""
import functools
import os
import re
import subprocess
import tempfile

from gdb import Stopped
from machine import ROOT, Failed, build, command
from paths import STEADY, folder
from trace import COPIES, code, executed_blocks, run_lengths, symbols

CELLS = "tests/bench/linux.cells"
KINDS = {"direct": ("cell linux {", "cell linux {\n\tinterrupts direct;"),
         "virtual": ("cell linux {", "cell linux {\n\tinterrupts virtual;"),
         "root": ("cell linux {", "root cell linux {")}
BUDGET = 1.03		# times the bare machine's
BUDGET_EL2 = 0.03	# of all
CLEANS = "mem_zero"	# what the runtime does first when the cell is off
# Of a table of vectors: from a lower exception level.
VECTORS = {0x400: "sync", 0x480: "irq", 0x500: "fiq", 0x580: "serror"}


def variant(kind):
    """CELLS of that kind."""
    path = f"out/bench/linux-{kind}.cells"
    with open(os.path.join(ROOT, CELLS), encoding="utf-8") as f:
        text = f.read()
    if KINDS[kind][0] not in text:
        raise Failed(f"{CELLS} has no '{KINDS[kind][0]}'")
    os.makedirs(os.path.join(ROOT, os.path.dirname(path)), exist_ok=True)
    with open(os.path.join(ROOT, path), "w", encoding="utf-8") as f:
        f.write(text.replace(*KINDS[kind]))
    return path


def emitted(what, cells):
    """What hvcc says of the cell."""
    return subprocess.run(["out/hvcc", f"--emit={what}:linux", "-I", "out/guests", "-I",
                           "out/board", cells], cwd=ROOT, capture_output=True,
                          check=True).stdout


@functools.cache
def bare(blob):
    """Instructions until the machine is off."""
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
        tree = os.path.join(tmp, "linux.dtb")
        with open(tree, "wb") as f:
            f.write(blob)
        with Stopped([
                "qemu-system-aarch64", "-M", "virt,gic-version=3,dtb-randomness=off",
                "-cpu", "cortex-a53", "-smp", "1", "-m", "256M", "-nographic",
                "-nodefaults", "-serial", "null", "-icount", "shift=0,sleep=off",
                "-dtb", tree, "-kernel", "out/guests/Image", "-initrd",
                "out/guests/root.cpio.gz", "-append", "quiet bench"] + STEADY, tmp) as m:
            m.ask("cont")
            m.wait_for_event("SHUTDOWN")
            return m.icount()


def first_instruction(cells):
    """Where the cell starts."""
    return int(re.search(rb"CELL_ENTRY (\w+)", emitted("header", cells))[1], 0)


def cell(cells, elf):
    """Instructions before the first, and from there until the cell is off."""
    entry = first_instruction(cells)
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp, \
            Stopped(command(cells) + STEADY, tmp) as m:
        # QEMU's own first instruction may lie where the cell's will.
        m.step()
        m.stop_at(entry)
        m.run()
        before = m.icount()
        m.go_on_at(entry)
        # Without cleaning the machine goes off then, which stops it as well.
        if CLEANS not in symbols(elf):
            raise Failed(f"the runtime has no {CLEANS}: where does a cell's end begin?")
        m.stop_at(symbols(elf)[CLEANS])
        m.run()
        off = m.icount()
        return {"before": before, "cell": off - before}


def quiet_ranges(runtime):
    """Where the runtime's code is, but for loops over memory."""
    ranges = []
    for at in sorted(a for a, i in runtime.items() if not COPIES.match(i.symbol)):
        if ranges and sum(ranges[-1]) == at:
            ranges[-1][1] += 4
        else:
            ranges.append([at, 4])
    return ranges


def el2(cells, elf):
    """Exits by vector, and EL2's instructions from the first to the last one,
    with which the cell goes off."""
    runtime = code(elf)
    base = symbols(elf)["el2_vectors"]
    vectors = {base + offset: kind for offset, kind in VECTORS.items()}
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
        path = os.path.join(tmp, "log")
        subprocess.run(command(cells) + STEADY + [
            "-d", "exec,nochain", "-D", path, "-dfilter",
            ",".join(f"{at:#x}+{size:#x}" for at, size in quiet_ranges(runtime))],
            cwd=ROOT, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            timeout=300)
        blocks = executed_blocks(path)
    entries = [i for i, at in enumerate(blocks) if at in vectors]
    found = dict.fromkeys(VECTORS.values(), 0)
    for i in entries[:-1]:
        found[vectors[blocks[i]]] += 1
    lengths, n = run_lengths(runtime), 0
    for at, after in zip(blocks[entries[0]:entries[-1]], blocks[entries[0] + 1:]):
        # A block may end before a branch, too: then the next one is in it.
        n += (after - at) // 4 if at < after < at + 4 * lengths[at] else lengths[at]
    return {"el2": n, "exits": found}


def one(kind):
    cells = variant(kind)
    build(cells)
    elf = os.path.join(folder(cells), "hvisor.elf")
    return cell(cells, elf) | el2(cells, elf) | {"bare": bare(emitted("dtb", cells))}


def measured():
    return {kind: one(kind) for kind in KINDS}


def verdict(is_over):
    return "over" if is_over else "ok"


def table(found):
    print(f"Linux to power-off    instructions without EL2  ratio ({BUDGET})        in EL2     "
          f"({BUDGET_EL2:.0%})     exits: sync irq fiq serror  before its first")
    for kind, row in found.items():
        ratio, share = row["cell"] / row["bare"], row["el2"] / row["cell"]
        print(f"  {kind:17}{row['cell']:15,} {row['bare']:11,} {ratio:7.4f} "
              f"{verdict(ratio > BUDGET):4} {row['el2']:15,} {share:8.4%} "
              f"{verdict(share > BUDGET_EL2):4}" +
              "".join(f"{row['exits'][e]:{n},}" for e, n in
                      (("sync", 12), ("irq", 4), ("fiq", 4), ("serror", 7))) +
              f" {row['before']:17,}")
