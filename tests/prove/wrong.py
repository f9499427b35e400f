# SPDX-License-Identifier: BSD-2-Clause
"""One violation in a system that was right.

Each function breaks one thing in a copy of a system and returns the rule that
must say so, or several of which one must; where the system has nothing of the
kind it raises NotHere.
"""
from oracle import left
from payloads import elf
from system import GIB, PAGE, Device, Region, round_up


class NotHere(Exception):
    """The system has nothing that could be broken this way."""


class Breaker:
    def __init__(self, system, rng):
        self.system, self.rng = system.copy(), rng

    def choose(self, things):
        things = list(things)
        if not things:
            raise NotHere
        return self.rng.choice(things)

    def two_cells(self):
        if len(self.system.cells) < 2:
            raise NotHere
        return self.rng.sample(self.system.cells, 2)

    def stated(self, cell=None):
        """(cell, region) of regions with an address."""
        return [(c, r) for c in self.system.cells for r in c.regions
                if r.pa is not None and cell in (None, c)]

    def add(self, cell, size, pa=None, **more):
        r = Region(f"{cell.name}_x", size, pa, **more)
        cell.regions.append(r)
        return r

    def device(self, regs=None, lines=(), cell=None, **more):
        """One more device, at a page where the board has nothing."""
        if regs is None:
            b = self.system.board
            free = left([(0x40000, 0x40000000)],
                        b.controller() + b.memory +
                        [p for d in b.devices for p in d.pages()])
            regs = [(self.choose(free)[0], PAGE)]
        d = Device(f"dev{len(self.system.board.devices) + 100}", regs,
                   list(lines), **more)
        self.system.board.devices.append(d)
        if cell:
            cell.devices.append(d.name)
        return d

    def a_cell(self, is_root=None):
        return self.choose(c for c in self.system.cells
                           if is_root in (None, c.is_root))

    def free_line(self):
        b = self.system.board
        used = {n for d in b.devices for _, n in d.lines} | \
            {n for c in self.system.cells for _, n in c.lines}
        used |= {n + 32 for n in used} | {9, 10, 11, 13, 14}
        if b.free_lines:
            used |= set(range(b.free_lines[0], b.free_lines[1] + 1))
        return self.choose(set(range(b.n_spis)) - used)


    def two_channels(self):
        """The first has an address."""
        stated = [c for c in self.system.channels if c.pa is not None]
        if len(self.system.channels) < 2 or not stated:
            raise NotHere
        one = self.choose(stated)
        return one, self.choose(c for c in self.system.channels
                                if c is not one)

    def has_dma(self, cell):
        return any(self.system.board.device(d).is_dma for d in cell.devices)


KINDS = []


def violation(group):
    """Of functions that break one thing and return what must report it."""
    def add(function):
        function.group = group
        KINDS.append(function)
        return function
    return add


# ---- memory -----------------------------------------------------------------

@violation("one-page overlap")
def overlap_by_a_page(b):
    one, two = b.two_cells()
    _, r = b.choose(b.stated(one))
    b.add(two, 2 * PAGE, b.choose((r.pa - PAGE, r.pa + r.size - PAGE)),
          mode=b.choose(("", "ro")))
    return "mem-overlap"


@violation("one-page overlap")
def overlap_in_a_cell(b):
    cell, r = b.choose(b.stated())
    b.add(cell, PAGE, r.pa + r.size - PAGE)
    return "mem-twice"


@violation("one-page overlap")
def channel_on_a_cell(b):
    c = b.choose(b.system.channels)
    _, r = b.choose(b.stated())
    c.pa = b.choose((r.pa + r.size - PAGE, round_up(
        r.pa - c.size + PAGE, PAGE)))
    if c.pa < PAGE:
        raise NotHere
    return "channel-overlap"


@violation("one-page overlap")
def channel_on_channel(b):
    one, two = b.two_channels()
    two.pa = one.pa + one.size - PAGE
    return "channel-overlap"


@violation("one-page overlap")
def same_ipa(b):
    cell, r = b.choose((c, r) for c in b.system.cells for r in c.regions
                       if r.ipa is not None)
    b.add(cell, PAGE, ipa=r.ipa + r.size - PAGE)
    return "ipa-overlap"


@violation("one-page overlap")
def channel_ipa(b):
    c = b.choose(b.system.channels)
    end = b.choose(c.ends)
    r = b.choose(r for r in b.system.cell(end.cell).regions
                 if r.ipa is not None)
    end.ipa = r.ipa + r.size - PAGE
    return "channel-ipa-overlap"


@violation("reserved memory")
def reserved(b):
    base, _ = b.choose(b.system.board.reserved)
    b.add(b.a_cell(), PAGE, base)
    return "mem-reserved"


@violation("outside of RAM")
def outside(b):
    base, size = b.choose(left(
        b.system.board.memory, [])[-1:])
    b.add(b.a_cell(), 2 * PAGE, base + size - PAGE)
    return "mem-outside-board"


@violation("outside of RAM")
def beyond_the_bits(b):
    b.add(b.a_cell(is_root=False), PAGE,
          ipa=1 << b.system.board.address_bits)
    return "ipa-too-high"


@violation("outside of RAM")
def wraps(b):
    b.add(b.a_cell(), 2 * PAGE, (1 << 64) - PAGE)
    return "mem-wraps"


@violation("not on pages")
def crooked(b):
    cell = b.a_cell()
    pa = b.choose(b.system.board.memory)[0]
    b.choose((lambda: b.add(cell, PAGE, pa + 0x800),
              lambda: b.add(cell, PAGE + 8),
              lambda: b.add(cell, PAGE, pa, ipa=0x801)))()
    return "mem-alignment"


@violation("not on pages")
def crooked_channel(b):
    c = b.choose(b.system.channels)
    c.size += b.choose((1, 0x800))
    return "channel-alignment"


@violation("more than there is")
def too_much(b):
    b.add(b.a_cell(), 64 * GIB)
    return "place-full"


@violation("more than there is")
def two_rests(b):
    for cell in b.two_cells():
        cell.regions = [r for r in cell.regions if r.size]
        b.add(cell, 0)
    return "memory-rest-twice"


# ---- the hypervisor ---------------------------------------------------------

@violation("window into EL2")
def hypervisor_memory(b):
    if not b.system.memory:
        raise NotHere
    size, base = b.system.memory
    b.add(b.a_cell(), PAGE, base + PAGE * b.rng.randrange(size // PAGE))
    return "mem-hypervisor"


@violation("window into EL2")
def channel_into_hypervisor(b):
    if not b.system.memory:
        raise NotHere
    c = b.choose(b.system.channels)
    size, base = b.system.memory
    c.pa = base + size - PAGE
    return "mem-hypervisor"


@violation("window into EL2")
def controller_ipa(b):
    base, size = b.choose(b.system.board.controller()[:1])
    b.add(b.a_cell(is_root=False), PAGE, ipa=base + size - PAGE)
    return "ipa-on-controller"


@violation("window into EL2")
def device_on_controller(b):
    base, size = b.choose(b.system.board.controller())
    b.device([(base + size - PAGE, PAGE)], cell=b.a_cell())
    return "page-hypervisor", "ipa-on-controller"


@violation("window into EL2")
def beside_the_console(b):
    if not b.system.console:
        raise NotHere
    uart = b.system.board.device(b.system.console)
    uart.regs = [(uart.regs[0][0], 0x800)]
    b.device([(uart.regs[0][0] + 0x800, 0x100)], cell=b.a_cell())
    return "page-hypervisor"


@violation("window into EL2")
def the_console(b):
    if not b.system.console:
        raise NotHere
    b.a_cell().devices.append(b.system.console)
    return "device-two-cells", "root-device-kept", "device-kept"


@violation("window into EL2")
def firmware_interface(b):
    b.device(cell=b.a_cell(), compatible=(b.choose(
        ("qemu,fw-cfg-mmio", "arm,smmu-v3", "arm,gic-v3-its")),))
    return "device-kept", "root-device-kept"


# ---- devices ----------------------------------------------------------------

@violation("shared device")
def device_twice(b):
    one, two = b.two_cells()
    d = b.choose(one.devices)
    two.devices.append(d)
    return "device-two-cells"


@violation("shared device")
def registers_twice(b):
    one, two = b.two_cells()
    base, size = b.system.board.device(b.choose(one.devices)).regs[0]
    b.device([(base, size)], cell=two)
    return "device-overlap"


@violation("shared page")
def page_of_two(b):
    one, two = b.two_cells()
    a = b.device(cell=one)
    a.regs = [(a.regs[0][0], 0x100)]
    b.device([(a.regs[0][0] + b.choose((0x100, 0xf00)), 0x100)], cell=two)
    return "page-two-cells"


@violation("shared page")
def page_of_a_stranger(b):
    if any(c.takes_rest for c in b.system.cells):
        raise NotHere		# that cell would take the stranger too
    a = b.device(cell=b.a_cell())
    a.regs = [(a.regs[0][0], 0x100)]
    b.device([(a.regs[0][0] + 0x200, 0x100)])
    return "page-stranger"


@violation("shared page")
def no_waiver(b):
    b.choose(b.system.shared)
    b.system.shared = []
    return "page-two-cells", "page-stranger"


@violation("shared page")
def no_reason(b):
    b.choose(b.system.shared)
    b.system.because = ""
    return "reason-missing"


@violation("DMA")
def dma_without_reason(b):
    d = b.device(is_dma=True)
    b.a_cell().other.append(f"devices &{d.name};")
    return "device-dma"


@violation("DMA")
def dma_elsewhere(b):
    cell, r = b.choose((c, r) for c in b.system.cells if not c.is_root
                       for r in c.regions if r.ipa is not None)
    b.device(cell=cell, is_dma=True)
    return "dma-identity"


# ---- lines ------------------------------------------------------------------

@violation("shared line")
def line_stated_twice(b):
    line = ("spi", b.free_line())
    for cell in b.two_cells():
        cell.lines.append(line)
    return "irq-two-owners"


@violation("shared line")
def line_of_a_device(b):
    one, two = b.two_cells()
    line = ("spi", b.free_line())
    b.device(cell=one, lines=[line])
    two.lines.append(line)
    return "irq-two-owners", "irq-of-device"


@violation("shared line")
def devices_on_a_line(b):
    line = ("spi", b.free_line())
    for cell in b.two_cells():
        b.device(cell=cell, lines=[line])
    return "irq-shared"


@violation("shared line")
def line_of_the_console(b):
    if not b.system.console:
        raise NotHere
    line = b.choose(b.system.board.device(b.system.console).lines)
    b.a_cell().lines.append(line)
    return "irq-of-kept"


@violation("shared line")
def line_of_the_hypervisor(b):
    b.a_cell().lines.append(("ppi", b.choose((9, 10))))
    return "ppi-kept"


@violation("shared line")
def device_of_the_hypervisors_line(b):
    b.device(cell=b.a_cell(), lines=[("ppi", b.choose((9, 10)))])
    return "ppi-kept"


@violation("shared line")
def line_beyond(b):
    b.a_cell().lines.append(("spi", b.system.board.n_spis))
    return "irq-out-of-range"


# ---- how interrupts come ----------------------------------------------------

@violation("impossible interrupts")
def direct_with_a_mask(b):
    cell = b.a_cell()
    cell.interrupts, cell.masks = "direct", True
    return "interrupts-mask"


@violation("impossible interrupts")
def direct_on_no_such_board(b):
    b.a_cell().interrupts = "direct"
    b.system.board.interrupts = "virtual"
    return "interrupts-board"


@violation("impossible interrupts")
def direct_without_lines(b):
    cell = b.a_cell()
    cell.interrupts, cell.masks = "direct", False
    b.system.board.interrupts = ""
    b.system.board.free_lines = None
    used = {n for d in b.system.board.devices for _, n in d.lines}
    used |= {n for c in b.system.cells for _, n in c.lines}
    b.device(lines=[("spi", n) for n in range(b.system.board.n_spis)
                    if n not in used])
    return "lines-exhausted"


# ---- CPUs -------------------------------------------------------------------

@violation("swapped CPU")
def cpu_of_another(b):
    one, two = b.two_cells()
    two.cpus[b.rng.randrange(len(two.cpus))] = b.choose(one.cpus)
    return "cpu-two-cells"


@violation("swapped CPU")
def cpu_once_more(b):
    cell = b.a_cell()
    cell.cpus.append(b.choose(cell.cpus))
    return "cpu-twice"


@violation("swapped CPU")
def cpu_of_no_board(b):
    cell = b.a_cell()
    cell.cpus[-1] = len(b.system.board.cpus)
    return "cpu-unknown"


@violation("swapped CPU")
def cpu_of_the_same_id(b):
    board = b.system.board
    if len(board.cpus) < 2 or board.is_tree:
        raise NotHere
    board.cpus[-1] = board.cpus[0]
    return "cpu-id-twice", "board-override"


@violation("swapped CPU")
def too_few_frames(b):
    board = b.system.board
    board.gicr_size = 0x20000 * (len(board.cpus) - 1)
    if not board.gicr_size:
        raise NotHere
    return "gic-frames"


# ---- permissions ------------------------------------------------------------

@violation("wrong permission")
def segment_wants_more(b):
    cell = b.a_cell()
    mode, flags = b.choose((("ro", 6), ("rx", 7), ("rw", 5), ("ro", 5)))
    cell.regions = [Region(f"{cell.name}_x", 0x100000, None, 0x800000, mode)] \
        if not cell.is_root and not b.has_dma(cell) else []
    if not cell.regions:
        raise NotHere
    cell.files["more.elf"] = elf([(0x800000, 0x200, flags)])
    cell.boot = 'boot elf { image "more.elf"; }'
    return "elf-access"


@violation("wrong permission")
def entry_in_data(b):
    cell = b.a_cell()
    cell.regions[0].mode = b.choose(("ro", "rw"))
    cell.files["x.bin"] = b"prove"
    cell.boot = 'boot raw { image "x.bin"; }'
    return "entry-outside"


@violation("wrong permission")
def root_elsewhere(b):
    b.add(b.a_cell(is_root=True), PAGE, ipa=0x10000)
    return "root-identity"


@violation("wrong permission")
def root_sees_a_channel_elsewhere(b):
    end = b.choose(e for c in b.system.channels for e in c.ends
                   if b.system.cell(e.cell).is_root)
    end.ipa = 0x10000
    return "root-identity"


@violation("wrong permission")
def machine_off(b):
    cell = b.a_cell(is_root=False)
    cell.other = [s for s in cell.other if not s.startswith("on ")]
    cell.other.append(f"on {b.choose(('crash', 'reboot'))} machine off;")
    return "machine-by-root"


@violation("wrong permission")
def managed_by_no_root(b):
    one, two = b.two_cells()
    if two.is_root or one.is_root:
        raise NotHere
    one.managed = None
    one.other.append(f"managed start, load by {two.name};")
    return "managed-by-root"


@violation("wrong permission")
def two_roots(b):
    for cell in b.two_cells():
        cell.is_root = True
        cell.managed = None
    return "root-twice"


@violation("wrong permission")
def isolated_with_channel(b):
    end = b.choose(b.choose(b.system.channels).ends)
    b.system.policy = f"policy {{ isolate {end.cell}; }}"
    return "policy-isolate"


def break_system(system, kind, rng):
    """(broken system, rules of which one must be reported)"""
    b = Breaker(system, rng)
    rules = kind(b)
    return b.system, (rules,) if isinstance(rules, str) else rules
