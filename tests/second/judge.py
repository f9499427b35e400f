# SPDX-License-Identifier: BSD-2-Clause
"""Whether a finished image keeps its cells apart, from the image alone.

`System(data)` is what a good image means; a bad one raises Refused with the
first reason. Nothing of hvcc's own code is used or imitated: the ABI's headers
say what rows are, DDI 0487 what descriptors are. Stage 2 and the region rows
must say exactly the same, so that isolation can be judged on rows, in every
state of the switches at once.
"""
import hashlib
import os

from a64 import Tables, el2_regime, stage2_regime
from abi import HV, TOP
from binary import PAGE, Image, claim, is_pages
from rows import (check_board, check_cells, check_channels, check_cpus,
                  check_lines, check_switches, check_traps)
from spans import Spans, apart, contains, overlap
from trees import check_trees
from virtio import check_views, check_virtios, registers_of

TREE_ALIGN = 8		# Devicetree Specification 0.4, 5.6
BUILT = os.path.join(TOP, "out/lib/hvcc/hv_runtime.sha256")


def access_of(flags):
    return "r" + ("w" if flags & HV.WRITE else "") + \
        ("x" if flags & HV.EXECUTE else "")


def memory_of(region):
    if region.kind == HV.REGION_DEVICE:
        return "device"
    return "uncached" if region.flags & HV.UNCACHED else "write-back"


class System:
    def __init__(self, data):
        self.image = image = Image(data)
        self.tables = Tables(image)
        self.hypervisor = (image.tables.base, image.tables.memory_size)
        self.check_extents()
        check_board(image)
        check_cpus(image)
        check_cells(image)
        check_lines(image)
        check_channels(image)
        check_virtios(image)
        check_switches(image)
        self.walk_cells()
        self.check_regions()
        check_traps(image)
        self.check_isolation()
        self.check_segments()
        self.walk_hypervisor()
        self.tables.check_unused()
        check_trees(image)

    # ---- the hypervisor's memory -----------------------------------------

    def check_extents(self):
        """Image, stacks, rings and pristine payloads fill it in turn."""
        image, t = self.image, self.image.tables
        claim(is_pages(t.base, t.memory_size) and t.image_size and
              is_pages(t.image_size), "the hypervisor's memory: its pages")
        claim(t.image_size == image.segments[0].size and
              t.image_size == image.head.tables_offset + t.total_size,
              "the hypervisor's image: its size")
        claim(image.segments[0].destination == t.base and
              image.segments[0].cell == HV.NONE, "the runtime's destination")
        self.ram = Spans((r.base, r.size) for r in image.ram)
        claim(self.ram.hold(self.hypervisor), "the hypervisor is not in RAM")
        self.stacks = [(c.area + HV.CPU_GUARD_SIZE,
                        HV.CPU_AREA_SIZE - HV.CPU_GUARD_SIZE)
                       for c in image.cpus]
        self.rings = [(r, HV.RING_SIZE) for r in
                      [t.log_ring, *(c.console_ring for c in image.cells)]
                      if r]
        parts = self.rings + [(c.area, HV.CPU_AREA_SIZE) for c in image.cpus]
        claim(t.log_ring and is_pages(*(p[0] for p in parts)) and
              apart(parts), "stacks and rings: overlap")
        end = t.base + t.image_size + sum(p[1] for p in parts)
        claim(min(p[0] for p in parts) == t.base + t.image_size and
              max(sum(p) for p in parts) == end, "stacks and rings: a gap")
        claim(t.log_ring + HV.RING_SIZE == end, "the log's ring is not the last")
        kept = sum(-(-s.size // PAGE) * PAGE for s in image.segments
                   if s.kind == HV.SEGMENT_PRISTINE)
        self.pristine = (end, kept)
        claim(end + kept <= t.base + t.memory_size,
              "the hypervisor's memory: its size")

    def walk_hypervisor(self):
        """EL2's stage 1 is the identity, and exactly what must be there."""
        image, b = self.image, self.image.board
        leaves = self.tables.walk("EL2", el2_regime(b), b.ttbr0_el2)
        want = self.expected_el2(leaves)
        claim(not any(x.switches for x in leaves), "EL2: a switch changes it")
        for x in leaves:
            claim(x.input == x.output, "EL2: {:#x} is not itself", x.input)
            kind = want.find((x.input, x.size))
            claim(kind == (x.access, x.memory), "EL2: {:#x} is {} {}, not {}",
                  x.input, x.access, x.memory, kind)
        claim(sum(x.size for x in leaves) == want.total,
              "EL2: something is not mapped")
        self.check_runtime(leaves)

    def check_runtime(self, leaves):
        """Code and constants, then data: those that were built."""
        image, base = self.image, self.image.tables.base
        code = [x for x in leaves if "x" in x.access]
        data = next(x.input for x in leaves if x.input > code[-1].input and
                    x.access == "rw") - base
        parts = (image.data[code[0].input - base:data],
                 image.data[data:image.head.tables_offset])
        found = [hashlib.sha256(part).digest() for part in parts]
        claim(found[0] == image.tables.runtime, "the runtime's hash")
        if os.path.exists(BUILT):
            with open(BUILT, encoding="ascii") as f:
                built = [bytes.fromhex(line.split()[0]) for line in f]
            claim(found == built, "the runtime is not the one that was built")

    def uart(self):
        """Page of the hypervisor's console."""
        t = self.image.tables
        return t.uart_base & -PAGE

    def expected_el2(self, leaves):
        image, t, b = self.image, self.image.tables, self.image.board
        code = [x for x in leaves if "x" in x.access]
        claim(code and code[0].input == t.base + HV.IMAGE_HEAD_SIZE and
              all("w" not in x.access for x in code), "EL2: its code")
        want = Spans()
        tables = t.base + image.head.tables_offset
        self.expect_image(want, leaves, sum(code[-1][0:3:2]), tables)
        for span in self.stacks + self.rings:
            want.add(span, ("rw", "write-back"))
        want.add(self.pristine, ("r", "write-back"))
        for span in self.own_ram + self.channels + self.registers:
            want.add(span[0], ("rw", span[1]))
        frames = Spans((c.gicr, c.gicr_size) for c in image.arch_cpus)
        for span in [(b.gicd, b.gicd_size), *frames.merged()]:
            want.add(span, ("rw", "device"))
        if t.uart:
            want.add((self.uart(), PAGE), ("rw", "device"))
        return want.checked("EL2: parts of it overlap")

    def expect_image(self, want, leaves, code_end, tables):
        """Head, code, read-only data, data, tables: in this order."""
        base, pool = self.image.tables.base, self.tables
        data = next((x.input for x in leaves
                     if x.input >= code_end and "w" in x.access), tables)
        claim(code_end <= data < tables, "EL2: no data before its tables")
        plain = "write-back"
        start = base + HV.IMAGE_HEAD_SIZE
        want.add((base, HV.IMAGE_HEAD_SIZE), ("r", plain))
        want.add((start, code_end - start), ("rx", plain))
        want.add((code_end, data - code_end), ("r", plain))
        want.add((data, tables - data), ("rw", plain))
        want.add((tables, pool.pa - tables), ("r", plain))
        # Roots and what holds switched words come first; they change.
        changed = {index // 512 for index in pool.switched}
        for a in self.image.arch_cells:
            first = ((a.vttbr_el2 & (1 << 48) - 1) - pool.pa) // PAGE
            changed |= set(range(first, first + self.regime.n_tables()))
        claim(changed == set(range(len(changed))), "the pool's order")
        for n in range(len(pool.words) // 512):
            want.add((pool.pa + n * PAGE, PAGE),
                     ("rw" if n in changed else "r", plain))

    # ---- cells -----------------------------------------------------------

    def walk_cells(self):
        image = self.image
        self.regime = regime = stage2_regime(image.board)
        vmids = [a.vttbr_el2 >> 48 for a in image.arch_cells]
        claim(vmids == list(range(1, len(vmids) + 1)), "a VMID")
        self.leaves = [self.tables.walk(
            f"cell {i}", regime, a.vttbr_el2 & (1 << 48) - 1)
            for i, a in enumerate(image.arch_cells)]

    def check_regions(self):
        """What stage 2 maps is what the rows say, switch by switch."""
        for i, cell in enumerate(self.image.cells):
            rows = Spans()
            for r in cell.regions:
                self.check_region(i, r)
                rows.add((r.ipa, r.size), r)
            rows.checked(f"cell {i}: its regions overlap")
            for x in self.leaves[i]:
                r = rows.find((x.input, x.size))
                claim(r and x.output - x.input == r.pa - r.ipa and
                      x.access == access_of(r.flags) and
                      x.memory == memory_of(r),
                      "cell {}: {:#x} is mapped as no region", i, x.input)
                claim(x.switches == self.switches_of(i, r),
                      "cell {}: switches of {:#x}", i, x.input)
            claim(sum(x.size for x in self.leaves[i]) == rows.total,
                  "cell {}: a region is not mapped", i)

    def check_region(self, i, r):
        kinds = {HV.REGION_RAM: HV.READ | HV.WRITE | HV.EXECUTE | HV.UNCACHED,
                 HV.REGION_CHANNEL: HV.READ | HV.WRITE | HV.UNCACHED,
                 HV.REGION_DEVICE: HV.READ | HV.WRITE | HV.SHARED,
                 HV.REGION_WINDOW: HV.READ | HV.WRITE | HV.UNCACHED,
                 HV.REGION_VIEW: HV.READ | HV.WRITE | HV.UNCACHED}
        claim(r.size and is_pages(r.pa, r.ipa, r.size) and not r.zero,
              "cell {}: a region's pages", i)
        claim(r.kind in kinds and not r.flags & ~kinds[r.kind] and
              r.flags & HV.READ, "cell {}: a region's kind or flags", i)
        claim((r.arg == HV.NONE) == (r.kind in (
            HV.REGION_RAM, HV.REGION_DEVICE)), "cell {}: a region's arg", i)
        if r.kind == HV.REGION_DEVICE:
            claim(r.flags & HV.WRITE, "cell {}: a device to read only", i)
        else:
            claim(self.ram.hold((r.pa, r.size)), "cell {}: RAM that the board"
                  " has not", i)
        if r.kind == HV.REGION_CHANNEL:
            claim(r.arg < len(self.image.channels), "cell {}: a channel", i)

    def switches_of(self, i, r):
        image = self.image
        root = image.cells[i].root_switch
        if r.kind in (HV.REGION_RAM, HV.REGION_DEVICE, HV.REGION_VIEW):
            return {root}
        condition, key = {
            HV.REGION_CHANNEL: (HV.SWITCH_SHARED, "arg"),
            HV.REGION_WINDOW: (HV.SWITCH_WINDOW, "subject")}[r.kind]
        return {root} | {k for k, s in enumerate(image.switches)
                         if s.condition == condition and s.owner == i and
                         getattr(s, key) == r.arg}

    # ---- who reaches what ------------------------------------------------

    def check_isolation(self):
        image = self.image
        b, owned = image.board, []
        kept = [self.hypervisor, (b.gicd, b.gicd_size)] + \
            [(c.gicr, c.gicr_size) for c in image.arch_cpus]
        if image.tables.uart:
            kept.append((self.uart(), PAGE))
        self.own_ram = []
        self.channels = [((c.pa, c.size), "uncached" if c.flags &
                          HV.CHANNEL_UNCACHED else "write-back")
                         for c in image.channels]
        for i, cell in enumerate(image.cells):
            for r in cell.regions:
                span = (r.pa, r.size)
                claim(not any(overlap(span, k) for k in kept),
                      "cell {} reaches what is kept, at {:#x}", i, r.pa)
                if r.kind == HV.REGION_RAM:
                    self.own_ram.append((span, memory_of(r)))
                if r.kind in (HV.REGION_RAM, HV.REGION_DEVICE):
                    owned.append((span, i, r.flags & HV.SHARED))
        self.registers = [(registers_of(v), "write-back")
                          for v in image.virtios]
        owned += [(c[0], None, 0) for c in self.channels + self.registers]
        self.check_owned(sorted(owned, key=lambda o: o[0]))
        self.check_windows()
        check_views(image)

    @staticmethod
    def check_owned(owned):
        """One owner for each page, but where both say that it is shared."""
        open_until = []		# what may still overlap
        for span, who, is_shared in owned:
            open_until = [o for o in open_until if sum(o[0]) > span[0]]
            for other, whose, is_other_shared in open_until:
                claim(is_shared and is_other_shared and who != whose,
                      "{:#x} has two owners", max(span[0], other[0]))
            open_until.append((span, who, is_shared))

    def check_windows(self):
        """A window shows memory of its cell, all of it that is RAM."""
        for i, cell in enumerate(self.image.cells):
            subjects = {}
            for r in cell.regions:
                if r.kind == HV.REGION_WINDOW:
                    claim(r.arg < len(self.image.cells) and r.arg != i,
                          "cell {}: a window on nobody", i)
                    subjects.setdefault(r.arg, []).append(r)
            for subject, rows in subjects.items():
                ram = [(r.pa, r.size, memory_of(r)) for r in
                       self.image.cells[subject].regions
                       if r.kind == HV.REGION_RAM]
                claim(sorted((r.pa, r.size, memory_of(r)) for r in rows) ==
                      sorted(ram) and all(r.flags & HV.WRITE for r in rows),
                      "cell {}: a window is not cell {}'s memory", i, subject)

    # ---- payloads --------------------------------------------------------

    def check_segments(self):
        image, at = self.image, []
        n = len(image.cells)
        for k, s in enumerate(image.segments[1:], 1):
            span = (s.destination, s.size)
            at.append(span)
            if s.kind == HV.SEGMENT_PRISTINE:
                claim(s.cell < n and contains(self.pristine, span) and
                      is_pages(span[0]), "segment {}: no pristine room", k)
                continue
            claim(s.kind in (HV.SEGMENT_PAYLOAD, HV.SEGMENT_TREE) and
                  s.cell < n and self.ram_of(s.cell).hold(span),
                  "segment {}: not in its cell's memory", k)
        claim(apart(at), "segments overlap where they go")
        for i, cell in enumerate(image.cells):
            self.check_cell_payload(i, cell)
        used = {(c.from_, c.size) for cell in image.cells for c in cell.copies}
        claim(used >= {(s.destination, s.size) for s in image.segments
                       if s.kind == HV.SEGMENT_PRISTINE},
              "a pristine payload of no cell")

    def ram_of(self, i):
        return Spans((r.pa, r.size) for r in self.image.cells[i].regions
                     if r.kind == HV.REGION_RAM)

    def check_cell_payload(self, i, cell):
        image, ram = self.image, self.ram_of(i)
        mine = [s for s in image.segments if s.cell == i]
        trees = [s for s in mine if s.kind == HV.SEGMENT_TREE]
        if cell.flags & HV.CELL_RUNNING:
            claim(not mine, "cell {}: it runs, and has a payload", i)
        else:
            claim(len(trees) == 1 and cell.tree % TREE_ALIGN == 0 and
                  self.pa_of(cell, cell.tree) == trees[0].destination,
                  "cell {}: its tree", i)
        claim(bool(cell.flags & HV.CELL_HAS_PAYLOAD) ==
              any(s.kind == HV.SEGMENT_PAYLOAD for s in mine),
              "cell {}: its payload", i)
        self.check_copies(i, cell, mine)

    def check_copies(self, i, cell, mine):
        """None, or one of each segment; needed by who restarts by itself."""
        kept = {(s.destination, s.size): s.sha256 for s in
                self.image.segments if s.kind == HV.SEGMENT_PRISTINE}
        put = {(s.destination, s.size): s.sha256 for s in mine
               if s.kind != HV.SEGMENT_PRISTINE}
        restarts = HV.ON_RESTART in (cell.on_crash_action,
                                     cell.on_reboot_action,
                                     cell.on_poweroff_action)
        claim(cell.copies or not restarts or
              not cell.flags & HV.CELL_HAS_PAYLOAD, "cell {}: no copies", i)
        claim(not cell.copies or
              sorted((c.to, c.size) for c in cell.copies) == sorted(put),
              "cell {}: copies of other segments", i)
        for c in cell.copies:
            claim(kept.get((c.from_, c.size)) == put[c.to, c.size],
                  "cell {}: a copy of other bytes", i)

    @staticmethod
    def pa_of(cell, ipa):
        for r in cell.regions:
            if r.ipa <= ipa < r.ipa + r.size and r.kind == HV.REGION_RAM:
                return r.pa + ipa - r.ipa
        return None
