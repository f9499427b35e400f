# SPDX-License-Identifier: BSD-2-Clause
"""What a system's cells must reach, from its description alone.

Stated addresses are taken as they are. For what hvcc chose, the oracle takes the
address out of the image's rows, and holds it to the description: size, access,
caching, and nobody else there. What follows from it is compared with what the
second verifier found in the page tables, as maximal runs of equal (pa, access,
caching), in every state that matters.
"""
from dataclasses import dataclass

from a64 import runs
from abi import HV
from rows import bits, name_of
from spans import Spans, apart
from system import PAGE, pages_of

MODES = {"": "rwx", "ro": "r", "rx": "rx", "rw": "rw"}
TIMERS = {16 + 11, 16 + 14}
SPI = 32


class Wrong(Exception):
    """The image is not what the description says."""


def must(is_true, why, *args):
    if not is_true:
        raise Wrong(why.format(*args))


@dataclass(frozen=True)
class Part:
    """A run of what one cell reaches."""
    ipa: int
    pa: int
    size: int
    access: str
    memory: str
    kind: str			# "ram", "device", "window", or a channel's name


def maximal(parts):
    """Runs as runs() of the second verifier gives them."""
    out = []
    for p in sorted(parts, key=lambda p: p.ipa):
        row = [p.ipa, p.pa, p.size, p.access, p.memory]
        if out and out[-1][0] + out[-1][2] == p.ipa and \
                out[-1][1] + out[-1][2] == p.pa and out[-1][3:] == row[3:]:
            out[-1][2] += p.size
        else:
            out.append(row)
    return [tuple(r) for r in out]


class Oracle:
    def __init__(self, system, judged):
        self.system, self.judged = system, judged
        self.image = judged.image
        self.names = [name_of(c.name).decode() for c in self.image.cells]
        must(self.names == [c.name for c in system.cells], "cells' names")
        self.taken = set()
        self.all_channels = system.all_channels()
        self.channels = self.find_channels()
        self.parts = [self.parts_of(i, c)
                      for i, c in enumerate(system.cells)]
        self.add_virtios()
        self.add_rest()
        self.windows = self.find_windows()

    def check(self):
        self.check_apart()
        self.check_reach()
        self.check_cpus()
        self.check_lines()
        self.check_interrupts()
        self.check_doorbells()
        self.check_virtios()

    # ---- what hvcc chose -------------------------------------------------

    def pick(self, i, kind, size, access, memory, pa, ipa, arg=HV.NONE):
        """A row of the tables that nothing else stands for."""
        for k, r in enumerate(self.image.cells[i].regions):
            flags = "r" + ("w" if r.flags & HV.WRITE else "") + \
                ("x" if r.flags & HV.EXECUTE else "")
            is_uncached = bool(r.flags & HV.UNCACHED)
            if (i, k) not in self.taken and (r.kind, r.size, r.arg) == (
                    kind, size, arg) and flags == access and \
                    is_uncached == (memory == "uncached") and \
                    pa in (None, r.pa) and ipa in (None, r.ipa):
                self.taken.add((i, k))
                return r.pa, r.ipa
        raise Wrong(f"{self.names[i]}: nothing of {size:#x} bytes {access}"
                    f" {memory}")

    def find_channels(self):
        rows = {name_of(c.name).decode(): (c.pa, c.size)
                for c in self.image.channels}
        must(list(rows) == [c.name for c in self.all_channels],
             "channels' names")
        for c in self.all_channels:
            must(rows[c.name][1] == c.size and
                 c.pa in (None, rows[c.name][0]), "{}: place", c.name)
        return {name: row[0] for name, row in rows.items()}

    # ---- parts -----------------------------------------------------------

    def parts_of(self, i, cell):
        out = []
        order = sorted((r for r in cell.regions if r.size),
                       key=lambda r: (r.pa is None) + (r.ipa is None))
        for r in order:
            memory = "uncached" if r.is_uncached else "write-back"
            ipa = r.ipa if r.ipa is not None else r.pa
            pa, ipa = self.pick(i, HV.REGION_RAM, r.size, MODES[r.mode],
                                memory, r.pa, ipa)
            must(r.ipa is not None or ipa == pa, "{}: not itself", r.name)
            out.append(Part(ipa, pa, r.size, MODES[r.mode], memory, "ram"))
        for k, c in enumerate(self.all_channels):
            for n, end in enumerate(c.ends):
                if end.cell == cell.name:
                    out.append(self.end_part(i, k, c, n, end))
        return out + self.device_parts(cell)

    def end_part(self, i, k, c, n, end):
        access = "r" if c.is_one_way and n else "rw"
        memory = "uncached" if c.is_uncached else "write-back"
        pa = self.channels[c.name]
        pa, ipa = self.pick(i, HV.REGION_CHANNEL, c.size, access, memory, pa,
                            pa if end.ipa is None else end.ipa, k)
        return Part(ipa, pa, c.size, access, memory, c.name)

    def devices_of(self, cell):
        names = list(cell.devices)
        if cell.console not in ("none", "virtual"):
            names.append(cell.console)
        if cell.takes_rest:
            held = {self.system.console}
            for c in self.system.cells:
                held |= {*c.devices, c.console}
            names += [d.name for d in self.system.board.devices
                      if d.name not in held and not d.is_dma]
        return [self.system.board.device(n) for n in names]

    def device_parts(self, cell):
        pages = Spans(p for d in self.devices_of(cell) for p in d.pages())
        return [Part(base, base, size, "rw", "device", "device")
                for base, size in pages.merged()]

    def registers(self):
        """Two pages of each virtio device."""
        return [(v.registers, 2 * PAGE) for v in self.image.virtios]

    def add_virtios(self):
        """What drivers see, and backends: registers, and once each cell's shared
        RAM."""
        must([name_of(v.name).decode() for v in self.image.virtios] ==
             [v.name for v in self.system.virtios], "virtio devices' names")
        shared = set()
        for k, v in enumerate(self.system.virtios):
            base = self.image.virtios[k].registers
            self.add_view(v.front, k, base, PAGE, "r", "write-back",
                          self.image.virtios[k].window)
            self.add_view(v.back, k, base, PAGE, "r", "write-back")
            self.add_view(v.back, k, base + PAGE, PAGE, "rw", "write-back")
            if v.bounce or v.front in shared:
                continue
            shared.add(v.front)
            for p in self.parts[self.names.index(v.front)]:
                if p.kind == "ram":
                    self.add_view(v.back, k, p.pa, p.size,
                                  p.access.replace("x", ""), p.memory)

    def add_view(self, cell, k, pa, size, access, memory, ipa=None):
        i = self.names.index(cell)
        pa, ipa = self.pick(i, HV.REGION_VIEW, size, access, memory, pa, ipa,
                            k)
        self.parts[i].append(Part(ipa, pa, size, access, memory, "view"))

    def add_rest(self):
        """All RAM that is nobody's, in the one cell that takes it."""
        t, board = self.image.tables, self.system.board
        for i, cell in enumerate(self.system.cells):
            if all(r.size for r in cell.regions):
                continue
            taken = [(p.pa, p.size) for parts in self.parts for p in parts
                     if p.kind not in ("device", "view")] + self.registers()
            taken += [(t.base, t.memory_size)]
            taken += [pages_of(*r) for r in board.reserved]
            taken += [(self.channels[c.name], c.size)
                      for c in self.all_channels]
            for base, size in left(board.memory, taken):
                self.parts[i].append(Part(base, base, size, "rwx",
                                          "write-back", "ram"))

    def find_windows(self):
        """Cell that is loaded -> what the root cell then sees of it."""
        root = self.system.root()
        out = {}
        for i, cell in enumerate(self.system.cells):
            rights = cell.managed or ("start", "stop") + (
                () if cell.boot else ("load",))
            if root and cell is not root and "load" in rights:
                out[i] = [Part(p.pa, p.pa, p.size, "rw", p.memory, "window")
                          for p in self.parts[i] if p.kind == "ram"]
        return out

    # ---- comparisons -----------------------------------------------------

    def check_apart(self):
        """Nobody's memory is another's, the hypervisor's or reserved."""
        t = self.image.tables
        spans = [(p.pa, p.size) for parts in self.parts for p in parts
                 if p.kind == "ram"]
        spans += [(self.channels[c.name], c.size)
                  for c in self.all_channels] + self.registers()
        ram = Spans(self.system.board.memory)
        must(all(ram.hold(s) for s in spans), "memory that is none")
        if self.system.memory:
            size, base = self.system.memory
            must((t.base, t.memory_size) == (base, t.memory_size) and
                 t.memory_size <= size, "the hypervisor's place")
        spans += [(t.base, t.memory_size), *self.system.board.reserved]
        must(apart(spans), "memory has two owners")

    def check_reach(self):
        image = self.image
        every = set(range(len(image.switches)))
        windows = {s.subject: k for k, s in enumerate(image.switches)
                   if s.condition == HV.SWITCH_WINDOW}
        must(set(windows) == set(self.windows), "windows of other cells")
        shut = every - set(windows.values())
        root = self.system.root()
        for i, cell in enumerate(self.system.cells):
            self.same(i, "windows shut", shut, self.parts[i])
            self.same(i, "all off", set(), [])
            self.same(i, "off", shut - {image.cells[i].root_switch}, [])
            for subject, k in windows.items():
                more = self.windows[subject] if cell is root else []
                self.same(i, f"window {subject} open", shut | {k},
                          self.parts[i] + more)
            for k, s in enumerate(image.switches):
                if s.condition == HV.SWITCH_SHARED:
                    gone = self.all_channels[s.arg].name
                    self.same(i, f"{gone} off", shut - {k},
                              [p for p in self.parts[i] if s.owner != i or
                               p.kind != gone])

    def same(self, i, state, on, parts):
        found, want = runs(self.judged.leaves[i], on), maximal(parts)
        if found != want:
            odd = sorted(set(found) ^ set(want))[0]
            raise Wrong(f"{self.names[i]}, {state}: only "
                        f"{'the image' if odd in found else 'the oracle'}"
                        f" has {odd[0]:#x} at {odd[1]:#x}, {odd[2]:#x} bytes"
                        f" {odd[3]} {odd[4]}")

    def check_cpus(self):
        board = self.system.board
        must([c.hwid for c in self.image.cpus] == board.cpus, "CPUs' ids")
        owner = {n: (i, k) for i, c in enumerate(self.system.cells)
                 for k, n in enumerate(c.cpus)}
        for n, row in enumerate(self.image.cpus):
            i, k = owner.get(n, (HV.NONE, 0))
            must((row.cell, row.index) == (i, k), "CPU {}", n)
            first = None if n not in owner else \
                self.system.cells[i].virtual_id
            must(row.virtual_hwid == (row.hwid if first is None
                                      else first + k), "CPU {}: its id", n)

    def lines_of(self, cell):
        stated = list(cell.lines)
        for d in self.devices_of(cell):
            stated += d.lines
        return {n + (SPI if kind == "spi" else 16) for kind, n in stated}

    def check_lines(self):
        """Those stated, and as many more as there are bells and consoles."""
        system = self.system
        known = {SPI + n for d in system.board.devices for _, n in d.lines}
        for i, cell in enumerate(system.cells):
            mine = self.lines_of(cell) | TIMERS
            more = self.image.lines[i] - mine
            must(mine <= self.image.lines[i], "{}: a line is missing",
                 cell.name)
            bells = sum(c.has_doorbell and e.cell == cell.name and
                        not (c.is_one_way and n == 0)
                        for c in system.channels
                        for n, e in enumerate(c.ends))
            bells += sum(cell.name in (v.front, v.back)
                         for v in system.virtios)
            must(len(more) == bells + (cell.console == "virtual") +
                 (cell.is_root and len(system.cells) > 1) and
                 not more & known, "{}: lines that it should not have",
                 cell.name)
            free = system.board.free_lines
            must(not free or all(free[0] <= n - SPI <= free[1]
                                 for n in more), "{}: lines", cell.name)

    def spare_lines(self):
        """SPIs that nothing is wired to and no cell has."""
        board = self.system.board
        first, last = board.free_lines or (0, board.n_spis - 1)
        return set(range(first, last + 1)) - \
            {n for d in board.devices for kind, n in d.lines
             if kind == "spi"} - {n - SPI for mine in self.image.lines
                                  for n in mine}

    def check_interrupts(self):
        """Who may have them directly has, as far as the spare lines go."""
        board, cells = self.system.board, self.system.cells
        spare, direct = self.spare_lines(), set()
        for c in sorted(cells, key=lambda c: c.interrupts != "direct"):
            if c.interrupts != "virtual" and not c.masks and \
                    board.interrupts != "virtual" and \
                    len(c.cpus) + len(direct) <= len(spare):
                direct |= set(c.cpus)
            else:
                must(c.interrupts != "direct", "{}: not direct", c.name)
        for n, (row, arch) in enumerate(zip(self.image.cpus,
                                            self.image.arch_cpus)):
            must(row.delivery == (HV.DELIVERY_DIRECT if n in direct else
                                  HV.DELIVERY_VIRTUAL), "CPU {}: delivery", n)
            must(n not in direct or arch.ipi_line - SPI in spare,
                 "CPU {}: the line of its IPI", n)

    def check_doorbells(self):
        for k, c in enumerate(self.all_channels):
            rows = [e for e in self.image.ends if e.channel == k]
            must([self.names[e.cell] for e in rows] ==
                 [e.cell for e in c.ends], "{}: its ends", c.name)
            every = set(range(len(c.ends)))
            for n, e in enumerate(rows):
                may = c.has_doorbell and not (c.is_one_way and n)
                must(bits(e.may_ring) == (every - {n} if may else set()),
                     "{}: who rings", c.name)

    def check_virtios(self):
        kinds = {"block": HV.VIRTIO_BLOCK, "net": HV.VIRTIO_NET,
                 "console": HV.VIRTIO_CONSOLE}
        for v, row in zip(self.system.virtios, self.image.virtios):
            n = {"block": v.n_queues, "console": 2,
                 "net": 2 * v.n_queues + (v.n_queues > 1)}[v.kind]
            flags = HV.VIRTIO_READONLY * v.is_readonly | \
                HV.VIRTIO_BOUNCE * bool(v.bounce) | \
                HV.VIRTIO_LOSS_FAIL * v.fails_on_loss
            must((row.kind, row.n_queues, row.flags, self.names[row.front],
                  self.names[row.back]) == (kinds[v.kind], n, flags, v.front,
                                            v.back), "{}: its row", v.name)


def left(memory, taken):
    """Pages of `memory` that are in none of `taken`, in maximal runs."""
    out = []
    for start, size in Spans(memory).merged():
        at, end = start, start + size
        for base, n in Spans(taken).merged():
            if base + n <= at or base >= end:
                continue
            out.append((at, base - at))
            at = base + n
        out.append((at, end - at))
    return [(a, n) for a, n in out if n >= PAGE]
