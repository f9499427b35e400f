# SPDX-License-Identifier: BSD-2-Clause
"""
paths.py - runs tests/guest/bench.c, as a cell and without a hypervisor, and
reads what it measured.

The machine's RAM is a file, so that what is wanted and what was measured pass
through memory: no console takes part. Figures are guest instructions, the same
on every machine that has the same QEMU and compiler.
"""
import os
import re
import statistics
import struct
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "boot"))

from machine import ROOT, Failed, build, command	# noqa: E402

CELLS = os.path.join(HERE, "bench.cells")
STEADY = ["-rtc", "base=2024-01-01,clock=vm", "-seed", "42"]
RAM_BASE = 0x40000000
NS_PER_TICK = 16		# of cortex-a53 in QEMU
SAMPLES_MAX = 16384
CRASHES_MAX = 64

# What exists where nobody is between the program and the machine.
NEEDS_RUNTIME = {"hypercall", "psci-hvc", "psci-smc", "console", "bell", "bell-pong",
                 "restart"}

# At most, by delivery: the design's; None: it has no figure.
BUDGETS = {
    "hypercall": (24, 24),
    "psci-smc": (32, 32),
    "gicd-typer": (90, 90),
    "gicd-isenabler": (110, 110),
    "gicr-isenabler0": (105, 105),
    "sgi": (44, 72),
    "timer": (1, 30),
    "spi": (1, 30),
    "ipi": (48, None),
    "ipi-pong": (110, None),
    "cpu-on": (250, 250),
}


def budget(name, delivery):
    return BUDGETS.get(name, (None, None))[delivery != "direct"]


def names():
    """name -> title of each path, in the order of the guest's enum."""
    with open(os.path.join(HERE, "..", "guest", "bench.h"), encoding="utf-8") as f:
        return dict(re.findall(r"PATH_\w+,\s*/\* ([\w-]+): (.*) \*/", f.read()))


# ---- systems ------------------------------------------------------------------

def variant(delivery):
    """The cells file for a kind of delivery; None: hvcc knows no such words."""
    path = os.path.join(ROOT, "out", "bench", f"bench-{delivery}.cells")
    with open(CELLS, encoding="utf-8") as f:
        text = f.read()
    text = text.replace("\tpmu;\n", f"\tpmu;\n\tinterrupts {delivery};\n")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    done = subprocess.run(["out/hvcc", "--check", "--payloads=later", "-I", "out/board",
                           path], cwd=ROOT, capture_output=True, check=False)
    return os.path.relpath(path, ROOT) if done.returncode == 0 else None


def deliveries():
    """delivery -> cells file, of those that this hvcc can do."""
    found = {d: variant(d) for d in ("direct", "virtual")}
    if not any(found.values()):		# no such words: list registers
        return {"virtual": os.path.relpath(CELLS, ROOT)}
    return {d: path for d, path in found.items() if path}


def folder(cells):
    return os.path.join(ROOT, "out", "cells", os.path.basename(cells)[:-len(".cells")])


def bare(argv, cells):
    """That machine without EL2, and the program as its kernel."""
    argv = [a.replace("virtualization=on", "virtualization=off") for a in argv]
    argv[argv.index("-kernel") + 1] = os.path.join(folder(cells), "bench.elf")
    argv[argv.index("-smp") + 1] = "2"
    return argv


# ---- one run --------------------------------------------------------------------

class Ram:
    """A machine's memory as a file."""

    def __init__(self, path, size, base=RAM_BASE):
        self.path, self.size, self.base = path, size, base
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT)
        os.ftruncate(self.fd, size)

    def options(self):
        return ["-machine", "memory-backend=ram", "-object",
                f"memory-backend-file,id=ram,size={self.size},share=on,"
                f"mem-path={self.path}"]

    def words(self, at, n):
        return struct.unpack(f"<{n}Q", os.pread(self.fd, 8 * n, at - self.base))

    def store(self, at, *words):
        os.pwrite(self.fd, struct.pack(f"<{len(words)}Q", *words), at - self.base)

    def close(self):
        os.close(self.fd)


def run_until(argv, is_done, seconds, said):
    """Runs a machine until is_done(), and ends it."""
    with open(said, "wb") as out, subprocess.Popen(
            argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out) as qemu:
        try:
            end = time.monotonic() + seconds
            while not is_done():
                if qemu.poll() is not None or time.monotonic() > end:
                    with open(said, encoding="utf-8", errors="replace") as f:
                        raise Failed("not all was measured\n" + f.read()[-2000:])
                time.sleep(0.02)
        finally:
            qemu.kill()
            qemu.wait()


def results_base(cells):
    with open(os.path.join(folder(cells), "bench.h"), encoding="utf-8") as f:
        return int(re.search(r"MEM_RESULTS_BASE (\w+)", f.read())[1], 0)


def measure(cells, wanted, n=SAMPLES_MAX, is_bare=False, more=()):
    """name -> samples, [(from, to)], of the wanted paths."""
    order = list(names())
    mask = sum(1 << i for i, name in enumerate(order) if name in wanted)
    n_restarts = min(n, CRASHES_MAX)
    base = results_base(cells)
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
        ram = Ram(os.path.join(tmp, "ram"), 1 << 30)
        ram.store(base, n, n_restarts, mask)
        argv = command(cells) + STEADY
        if is_bare:
            argv = bare(argv, cells)
        argv[argv.index("mon:stdio")] = "null"
        try:
            run_until(argv + ram.options() + list(more),
                      lambda: ram.words(base, 5)[4], 120, os.path.join(tmp, "said"))
            if ram.words(base, 4)[3] != mask:
                raise Failed("not all paths were measured")
            return {name: samples(ram, base, i, n_restarts if name == "restart" else n)
                    for i, name in enumerate(order) if name in wanted}
        finally:
            ram.close()


def samples(ram, base, path_i, n):
    words = ram.words(base + 4096 + path_i * SAMPLES_MAX * 16, 2 * n)
    return list(zip(words[::2], words[1::2]))


def figures(found):
    """What samples say."""
    cost = [to - since for since, to in found]
    return {"n": len(cost), "median": round(statistics.median(cost)),
            "mean": round(statistics.fmean(cost), 1), "min": min(cost), "max": max(cost)}
