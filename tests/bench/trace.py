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

from paths import Failed, folder, measure, names

NM = os.environ.get("NM", "aarch64-linux-gnu-nm")
OBJDUMP = os.environ.get("OBJDUMP", "aarch64-linux-gnu-objdump")

SYSREG = re.compile(r"(mrs|msr|sys|sysl|tlbi|dc|ic|at)$")
BARRIER = re.compile(r"(dmb|dsb|isb|sb)$")
# Exclusives, the single-instruction ones, and loads and stores with an order.
ATOMIC = re.compile(r"(ld(a)?x[rp]|st(l)?x[rp]|cas|swp|ld(add|clr|set|eor|[su]m)|"
                    r"ldap?r[bh]?$|stlr|st(add|clr|set|eor))")

BRANCH = re.compile(r"(b|b\..*|bl|blr|br|ret|eret|cbn?z|tbn?z|svc|hvc|smc|wfi|wfe|yield)$")
# The functions that copy, compare and clean.
COPIES = re.compile(r"mem(_|move|set|cpy|cmp)|arch_(memory_flush|image_copy)")

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


def run_lengths(runtime):
    """address -> instructions from there to the next branch, that one included."""
    lengths = {}
    for at in sorted(runtime, reverse=True):
        ends = BRANCH.match(runtime[at].name) or at + 4 not in lengths
        lengths[at] = 1 if ends else lengths[at + 4] + 1
    return lengths


def executed_blocks(path):
    """Where each translation block began that a log of QEMU has, in order."""
    blocks = []
    with open(path, "rb") as log:
        for line in log:
            found = Log.ENTRY.match(line)
            if found:
                blocks.append(int(found[2], 16))
            elif Log.STOPPED.match(line) and blocks:
                blocks.pop()		# it was about to be executed
    return blocks


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
        """Where a path begins and ends: the clock before it, and the first
        instruction behind it, of the handler, or of who starts."""
        bench = self.symbols["bench"]
        handler = bench["bench_vectors_stamp"] + 0x280	# in a table of vectors
        if path == "restart":
            return (self.symbols["bench_crash"]["crash_from"],
                    min(self.guests["bench_crash"]))
        if path == "cpu-on":
            return bench["bench_return_from"], bench["bench_cpu_entry"]
        if path == "ipi":
            return bench["bench_return_from"], handler
        if path == "bell":
            return (bench["bench_return_from"],
                    self.symbols["bench_peer"]["bench_vectors_stamp"] + 0x280)
        if path in ("sgi", "timer", "timer-wfi", "spi", "ipi-pong", "bell-pong"):
            return bench["bench_irq_from"], handler
        return bench["bench_return_from"], bench["bench_return_to"]

    def executed(self, wanted, n):
        """Runs the wanted paths: (CPU, address) of all instructions, and samples."""
        codes = [self.runtime, *self.guests.values()]
        with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
            log = Log(os.path.join(tmp, "log"), codes)
            found = measure(self.cells, wanted, n,
                            more=log.options([extent(c) for c in codes]))
            log.read()
        return log.steps, found

    def cut(self, wanted, n):
        """path -> its last time's instructions and sample, by the order in which
        the guest does things: an empty stub before all, and around a WFI an SGI
        that is sent and one that is taken."""
        steps, found = self.executed(wanted, n)
        begun = {}
        for i, (_, pc) in enumerate(steps):
            begun.setdefault(pc, []).append(i)
        returns, irqs = (self.symbols["bench"][s] for s in
                         ("bench_return_from", "bench_irq_from"))
        n_passed = collections.Counter({returns: 1})
        parts = {}
        for path in (name for name in names() if name in wanted):
            begin, end = self.ends(path)
            if begin not in begun:
                raise Failed(f"{path}: the trace has none")
            n_passed[returns] += path == "wfi"
            n_passed[begin] += n
            first = begun[begin][n_passed[begin] - 1]
            n_passed[irqs] += path == "wfi"
            last = next((i for i in range(first + 1, len(steps)) if steps[i][1] == end), None)
            if last is None:
                raise Failed(f"{path}: the trace has no end")
            parts[path] = steps[first + 1:last + 1], found[path][-1]
        return parts

    def parts(self, wanted):
        """As cut(); what is long is done once, and by itself."""
        short = set(wanted) - {"restart"}
        parts = self.cut(short, 2) if short else {}
        if "restart" in wanted:
            parts |= self.cut({"restart"}, 1)
        return parts

    def counts(self, wanted):
        """path -> how many instructions of each kind EL2 executes on it."""
        found = {}
        for path, (steps, sample) in self.parts(wanted).items():
            kinds = collections.Counter(
                kind(self.runtime[pc].name) for _, pc in steps if pc in self.runtime)
            found[path] = {"instructions": sum(kinds.values()), "sysregs": kinds["sysregs"],
                           "barriers": kinds["barriers"], "atomics": kinds["atomics"],
                           "copied": sum(COPIES.match(self.runtime[pc].symbol) is not None
                                         for _, pc in steps if pc in self.runtime),
                           "figure": sample[1] - sample[0]}
        return found

    def line(self, cpu, pc):
        """A step as text: S, B or A is what counts beside the instruction."""
        i = self.runtime.get(pc)
        mark = {"sysregs": "S", "barriers": "B", "atomics": "A"}.get(i and kind(i.name), " ")
        where = "EL2" if i else "EL1"
        i = i or next(g[pc] for g in self.guests.values() if pc in g)
        return f"{cpu} {where} {pc:x} {mark} {i.symbol}+{i.offset:#x}".ljust(58) + i.text

    def show(self, path):
        """Prints a path, each instruction if it is short, and what it consists of."""
        steps, sample = self.parts({path})[path]
        if len(steps) <= self.WHOLE_MAX:
            print("\n".join(self.line(cpu, pc) for cpu, pc in steps))
        of_el2 = [self.runtime[pc] for _, pc in steps if pc in self.runtime]
        n = collections.Counter(kind(i.name) for i in of_el2)
        print(f"{path}: {sample[1] - sample[0]} instructions; EL2 {len(of_el2)}, of them "
              f"{n['sysregs']} of system registers (S), {n['barriers']} barriers (B), "
              f"{n['atomics']} atomics (A)")
        by_symbol = collections.Counter(i.symbol for i in of_el2)
        print("by function: " + ", ".join(f"{s} {k}" for s, k in by_symbol.most_common(24)))
