# SPDX-License-Identifier: BSD-2-Clause
"""
trace.py - the instructions of one path, from QEMU's own log of what it executes.

The program of tests/guest/bench.c is run with one instruction in each
translation block. A path begins behind the clock that was read before it and
ends with the first instruction of the handler, of the new CPU, or behind the
path. The figures are those without a trace.
"""
import collections
import os
import re
import subprocess
import tempfile

from paths import ROOT, Failed, folder, measure

NM = os.environ.get("NM", "aarch64-linux-gnu-nm")
OBJDUMP = os.environ.get("OBJDUMP", "aarch64-linux-gnu-objdump")

SYSREG = re.compile(r"(mrs|msr|sys|sysl|tlbi|dc|ic|at)$")
BARRIER = re.compile(r"(dmb|dsb|isb|sb)$")
# Exclusives, the single-instruction ones, and loads and stores with an order.
ATOMIC = re.compile(r"(ld(a)?x[rp]|st(l)?x[rp]|cas|swp|ld(add|clr|set|eor|[su]m)|"
                    r"ldap?r[bh]?$|stlr|st(add|clr|set|eor))")

Instruction = collections.namedtuple("Instruction", "symbol offset name text")


def symbols(elf):
    out = subprocess.run([NM, elf], capture_output=True, text=True, check=True).stdout
    return {name: int(at, 16) for at, _, name in
            (line.split() for line in out.splitlines() if len(line.split()) == 3)}


def code(elf):
    """address -> Instruction, of all of an ELF file's code."""
    out = subprocess.run([OBJDUMP, "-d", "--no-show-raw-insn", elf], capture_output=True,
                         text=True, check=True).stdout
    found, symbol, base = {}, "", 0
    for line in out.splitlines():
        head = re.match(r"([0-9a-f]+) <(.*)>:$", line)
        if head:
            base, symbol = int(head[1], 16), head[2]
            continue
        row = re.match(r"\s*([0-9a-f]+):\t(\S+)\s*(.*)", line)
        if row:
            at = int(row[1], 16)
            text = f"{row[2]} {row[3]}".split("//")[0].strip()
            found[at] = Instruction(symbol, at - base, row[2], text)
    return found


def kind(name):
    if SYSREG.match(name):
        return "sysregs"
    if BARRIER.match(name):
        return "barriers"
    return "atomics" if ATOMIC.match(name) else None


class Log:
    """What one run executed: (CPU, address), in order."""

    ENTRY = re.compile(rb"Trace (\d+): \S+ \[[0-9a-f]+/([0-9a-f]+)/")
    STOPPED = re.compile(rb"Stopped execution of TB chain before")

    def __init__(self, path, codes):
        self.steps = []
        self.path = path
        self.loops = {at for c in codes for at, i in c.items()
                      if re.search(rf"\b{at:x}\b", i.text)}

    def read(self):
        with open(self.path, "rb") as log:
            for line in log:
                found = self.ENTRY.match(line)
                if found:
                    self.add(int(found[1]), int(found[2], 16))
                elif self.STOPPED.match(line) and self.steps:
                    self.steps.pop()	# it was about to be executed

    def add(self, cpu, at):
        # An access to a device is begun twice, but is not a loop.
        if self.steps and self.steps[-1] == (cpu, at) and at not in self.loops:
            return
        self.steps.append((cpu, at))

    def options(self, ranges):
        return ["-singlestep", "-d", "exec,nochain", "-D", self.path, "-dfilter",
                ",".join(f"{base:#x}+{size:#x}" for base, size in ranges)]


def extent(c):
    low = min(c) & ~0xfff
    return low, max(c) + 4 - low


class Tracer:
    """Traces of the paths of one system."""

    N = 2		# the last is shown: all is as it is in a running system
    WHOLE_MAX = 2000	# instructions that are shown one by one

    def __init__(self, cells):
        self.cells = cells
        self.runtime = code(os.path.join(folder(cells), "hvisor.elf"))
        self.guests = {}
        self.symbols = {}
        for name in ("bench", "bench_peer", "bench_crash"):
            elf = os.path.join(folder(cells), f"{name}.elf")
            self.guests[name] = code(elf)
            self.symbols[name] = symbols(elf)

    def ends(self, path):
        """Where a path may begin, whether to take the last such place or the
        N-th, and where it ends."""
        s = self.symbols["bench"]
        handler = 0x280		# in a table of vectors
        if path == "restart":
            crash = self.symbols["bench_crash"]
            return crash["crash_from"], "last", min(self.guests["bench_crash"])
        if path == "cpu-on":
            return s["bench_return_from"], "last", s["bench_cpu_entry"]
        if path in ("ipi", "bell"):
            guest = "bench" if path == "ipi" else "bench_peer"
            return (s["bench_return_from"], "last",
                    self.symbols[guest]["bench_vectors_stamp"] + handler)
        if path in ("sgi", "timer", "timer-wfi", "spi", "ipi-pong", "bell-pong"):
            return s["bench_irq_from"], "n", s["bench_vectors_stamp"] + handler
        return s["bench_return_from"], "last", s["bench_return_to"]

    def steps(self, path):
        """(CPU, address) of one path's instructions, and its sample."""
        codes = [self.runtime, *self.guests.values()]
        with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
            log = Log(os.path.join(tmp, "log"), codes)
            found = measure(self.cells, {path}, 1 if path == "restart" else self.N,
                            more=log.options([extent(c) for c in codes]))[path]
            log.read()
        begin, which, end = self.ends(path)
        at = [i for i, (_, pc) in enumerate(log.steps) if pc == begin]
        first = at[-1] if which == "last" else at[self.N - 1]
        for i in range(first + 1, len(log.steps)):
            if log.steps[i][1] == end:
                return log.steps[first + 1:i + 1], found[-1]
        raise Failed(f"{path}: the trace has no end")

    def counts(self, path):
        """How many instructions of each kind EL2 executes on a path."""
        steps, sample = self.steps(path)
        kinds = collections.Counter(
            kind(self.runtime[pc].name) for _, pc in steps if pc in self.runtime)
        return {"instructions": sum(kinds.values()), "sysregs": kinds["sysregs"],
                "barriers": kinds["barriers"], "atomics": kinds["atomics"],
                "figure": sample[1] - sample[0]}

    def line(self, cpu, pc):
        """A step as text: S, B or A is what counts beside the instruction."""
        i = self.runtime.get(pc)
        mark = {"sysregs": "S", "barriers": "B", "atomics": "A"}.get(i and kind(i.name), " ")
        where = "EL2" if i else "EL1"
        i = i or next(g[pc] for g in self.guests.values() if pc in g)
        return f"{cpu} {where} {pc:x} {mark} {i.symbol}+{i.offset:#x}".ljust(58) + i.text

    def show(self, path):
        """Prints a path, each instruction if it is short, and what it consists of."""
        steps, sample = self.steps(path)
        if len(steps) <= self.WHOLE_MAX:
            print("\n".join(self.line(cpu, pc) for cpu, pc in steps))
        of_el2 = [self.runtime[pc] for _, pc in steps if pc in self.runtime]
        n = collections.Counter(kind(i.name) for i in of_el2)
        print(f"{path}: {sample[1] - sample[0]} instructions; EL2 {len(of_el2)}, of them "
              f"{n['sysregs']} of system registers (S), {n['barriers']} barriers (B), "
              f"{n['atomics']} atomics (A)")
        by_symbol = collections.Counter(i.symbol for i in of_el2)
        print("by function: " + ", ".join(f"{s} {k}" for s, k in by_symbol.most_common(24)))
