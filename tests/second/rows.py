# SPDX-License-Identifier: BSD-2-Clause
"""Rows of the tables against each other: owners, numbers, unused fields.

Each function takes an Image and raises Refused. What stage 2 and EL2's own
tables map is judged in judge.py.
"""
from abi import HV
from binary import PAGE, claim, is_pages
from spans import apart

AFFINITY = 0xff00ffffff		# Aff3, Aff2, Aff1 and Aff0 of MPIDR_EL1
FRAME = 0x10000			# of a redistributor; it has two at least
FIRST_PPI, FIRST_SPI, LAST_LINE = 16, 32, 1020
KNOWN_FLAGS = (HV.CELL_ROOT | HV.CELL_HAS_PAYLOAD | HV.CELL_START_AT_BOOT |
               HV.CELL_SCRUB_AT_BOOT | HV.CELL_PMU | HV.CELL_RUNNING |
               HV.CELL_PAYLOAD_ANY)


def bits(mask):
    return {n for n in range(mask.bit_length()) if mask >> n & 1}


def name_of(raw):
    name = raw.rstrip(b"\0")
    claim(name and len(name) < HV.NAME_SIZE and
          all(0x20 <= c < 0x7f for c in name), "a name that no text has")
    return name


# ---- the board --------------------------------------------------------------

def check_board(image):
    b, t = image.board, image.tables
    claim(is_pages(b.gicd, b.gicd_size) and b.gicd_size >= FRAME,
          "the distributor")
    claim(FIRST_SPI <= b.n_lines <= LAST_LINE and
          b.is_n_lines_assumed < 2, "number of lines")
    claim(b.conduit in (HV.A64_CONDUIT_SMC, HV.A64_CONDUIT_HVC), "conduit")
    private = kept_lines(b) + [b.virtual_timer_line, b.physical_timer_line]
    claim(all(FIRST_PPI <= n < FIRST_SPI for n in private) and
          len(set(private)) == 4, "the hypervisor's lines and the timers'")
    claim(image.ram and all(r.size and r.base + r.size <= 1 << 64
                            for r in image.ram), "RAM")
    if t.uart:
        claim(t.uart == HV.UART_PL011 and t.uart_base and
              t.uart_base % 4 == 0, "the console")
        claim(FIRST_SPI <= t.uart_line < b.n_lines, "the console's line")
    else:
        claim(not t.uart_base and t.uart_line == HV.NONE, "no console")
    claim(t.uart_cpu < len(image.cpus), "the console's CPU")


def kept_lines(board):
    return [board.maintenance_line, board.hyp_timer_line]


def check_cpus(image):
    cpus, frames = image.cpus, image.arch_cpus
    claim(0 < len(cpus) <= HV.MAX_CPUS, "number of CPUs")
    claim(len({c.hwid for c in cpus}) == len(cpus), "two CPUs of one id")
    for i, (c, f) in enumerate(zip(cpus, frames)):
        claim(not (c.hwid | c.virtual_hwid) & ~AFFINITY and not c.zero,
              "cpu {}: its id", i)
        claim(c.cell == HV.NONE or c.cell < len(image.cells),
              "cpu {}: its cell", i)
        claim(c.delivery in (HV.DELIVERY_VIRTUAL, HV.DELIVERY_DIRECT),
              "cpu {}: delivery", i)
        claim(c.cell != HV.NONE or
              c.index == 0 and c.virtual_hwid == c.hwid, "cpu {}: unused", i)
        claim(is_pages(f.gicr, f.gicr_size) and f.gicr_size >= 2 * FRAME and
              not f.zero, "cpu {}: its redistributor", i)
        check_delivery(i, c, f)
    devices = [(image.board.gicd, image.board.gicd_size)] + \
        [(f.gicr, f.gicr_size) for f in frames]
    if image.tables.uart:
        devices.append((image.tables.uart_base & -PAGE, PAGE))
    claim(apart(devices), "controller and console overlap")


def check_delivery(i, c, f):
    is_direct = c.delivery == HV.DELIVERY_DIRECT
    claim(is_direct <= (c.cell != HV.NONE), "cpu {}: direct for nobody", i)
    claim(is_direct == (f.ipi_line != HV.NONE), "cpu {}: its IPI", i)


# ---- cells ------------------------------------------------------------------

def check_cells(image):
    cells, root = image.cells, image.tables.root_cell
    claim(0 < len(cells) <= HV.MAX_CELLS, "number of cells")
    claim(len({name_of(c.name) for c in cells}) == len(cells),
          "two cells of one name")
    claim(root == HV.NONE or root < len(cells), "the root cell")
    for i, c in enumerate(cells):
        claim(not c.flags & ~KNOWN_FLAGS and
              bool(c.flags & HV.CELL_ROOT) == (i == root), "cell {}: flags", i)
        claim(c.flags & HV.CELL_HAS_PAYLOAD or
              not c.flags & HV.CELL_START_AT_BOOT, "cell {}: start", i)
        claim(not c.managed >> 4 and
              (not c.managed or root not in (HV.NONE, i)),
              "cell {}: managed", i)
        claim(not c.flags & HV.CELL_PAYLOAD_ANY or
              c.managed & HV.MANAGED_LOAD, "cell {}: any payload", i)
        check_cpu_set(image, i, c)
        check_running(image, i, c)
        check_events(i, c, i == root)
        claim(c.on_crash_action != HV.ON_KEEP or root not in (HV.NONE, i),
              "cell {}: a crash kept for nobody", i)
        check_entry(i, c)
        check_console(i, c)
        check_event_line(i, c, image)


def check_running(image, i, c):
    """Nothing is put there, and ids and addresses stay what they are."""
    if not c.flags & HV.CELL_RUNNING:
        return
    started = HV.CELL_HAS_PAYLOAD | HV.CELL_SCRUB_AT_BOOT
    claim(c.flags & HV.CELL_ROOT and not c.flags & started and
          not (c.entry or c.tree or c.copies) and
          c.console != HV.CONSOLE_VIRTUAL and
          all(p.hwid == p.virtual_hwid for p in image.cpus if p.cell == i) and
          all(r.ipa == r.pa for r in c.regions
              if r.kind != HV.REGION_VIEW),
          "cell {}: it runs already", i)


def check_cpu_set(image, i, c):
    mine = [k for k, p in enumerate(image.cpus) if p.cell == i]
    claim(set(mine) == bits(c.cpu_mask) and c.n_cpus == len(mine) > 0,
          "cell {}: its CPUs", i)
    rows = [image.cpus[k] for k in mine]
    claim(len({p.delivery for p in rows}) == 1, "cell {}: two deliveries", i)
    claim({p.index for p in rows} == set(range(len(mine))) and
          len({p.virtual_hwid for p in rows}) == len(mine),
          "cell {}: its CPUs' numbers", i)
    claim(c.boot_cpu in mine and image.cpus[c.boot_cpu].index == 0,
          "cell {}: its boot CPU", i)


def check_events(i, c, is_root):
    for name in ("on_crash", "on_reboot", "on_poweroff"):
        action = getattr(c, name + "_action")
        claim(action in (HV.ON_STOP, HV.ON_RESTART) or
              action == HV.ON_KEEP and name == "on_crash" or is_root and
              action in (HV.ON_MACHINE_OFF, HV.ON_MACHINE_RESET),
              "cell {}: {}", i, name)


def check_entry(i, c):
    need = HV.READ | HV.EXECUTE
    claim(not c.flags & HV.CELL_HAS_PAYLOAD or c.entry % 4 == 0 and any(
        r.kind == HV.REGION_RAM and r.flags & need == need and
        r.ipa <= c.entry < r.ipa + r.size for r in c.regions),
        "cell {}: its entry", i)


def check_event_line(i, c, image):
    hears = image.tables.root_cell == i and any(
        o.managed for o in image.cells)
    claim((c.event_line != HV.NONE) == hears, "cell {}: its events", i)


def check_console(i, c):
    is_virtual = c.console == HV.CONSOLE_VIRTUAL
    claim(c.console in (HV.CONSOLE_NONE, HV.CONSOLE_VIRTUAL,
                        HV.CONSOLE_DEVICE), "cell {}: console", i)
    claim((is_virtual or c.console_line == HV.NONE) and
          bool(c.console_ring) == is_virtual, "cell {}: its console", i)


# ---- lines ------------------------------------------------------------------

def check_lines(image):
    b, owner = image.board, {}
    image.lines = []
    for i, c in enumerate(image.cells):
        claim(len(c.line_words) == (b.n_lines + 31) // 32,
              "cell {}: words of lines", i)
        mine = bits(sum(w << 32 * n for n, w in enumerate(c.line_words)))
        image.lines.append(mine)
        claim(all(FIRST_PPI <= n < b.n_lines for n in mine) and
              not mine & set(kept_lines(b)), "cell {}: its private lines", i)
        for n in mine:
            claim(n < FIRST_SPI or n not in owner, "line {} has two owners", n)
            owner[n] = i
    claim(image.tables.uart_line not in owner, "the console's line is given")
    made = [(c.console_line, i) for i, c in enumerate(image.cells)]
    made += [(c.event_line, i) for i, c in enumerate(image.cells)]
    made += [(e.line, e.cell) for e in image.ends]
    made += [(v.front_line, v.front) for v in image.virtios]
    made += [(v.back_line, v.back) for v in image.virtios]
    made = [m for m in made if m[0] != HV.NONE]
    claim(len({n for n, _ in made}) == len(made) and
          all(n >= FIRST_SPI and owner.get(n) == i for n, i in made),
          "a console's, a doorbell's or a device's line")
    check_ipis(image, owner)


def check_ipis(image, owner):
    """Nobody else's: no cell has one, no two CPUs, nor the console."""
    lines = [f.ipi_line for f in image.arch_cpus if f.ipi_line != HV.NONE]
    claim(len(set(lines)) == len(lines) and
          all(FIRST_SPI <= n < image.board.n_lines and n not in owner and
              n != image.tables.uart_line for n in lines), "an IPI's line")


# ---- channels ---------------------------------------------------------------

def check_channels(image):
    claim(len({name_of(c.name) for c in image.channels}) ==
          len(image.channels), "two channels of one name")
    at = image.tables.ends_offset
    for i, c in enumerate(image.channels):
        claim(c.size and is_pages(c.pa, c.size) and not c.zero and
              not c.flags & ~(HV.CHANNEL_DOORBELL | HV.CHANNEL_UNCACHED |
                              HV.CHANNEL_BOUNCE),
              "channel {}", i)
        claim(c.ends_offset == at and c.ends_count >= 2, "channel {}: ends", i)
        first = (at - image.tables.ends_offset) // 40
        check_ends(image, i, c, image.ends[first:first + c.ends_count])
        at += c.ends_count * 40
    claim(at == image.tables.ends_offset + 40 * len(image.ends),
          "ends of no channel")


def check_ends(image, i, c, ends):
    has_doorbell = c.flags & HV.CHANNEL_DOORBELL
    claim(len({e.cell for e in ends}) == len(ends) == c.ends_count and
          any(e.flags & HV.WRITE for e in ends), "channel {}: its ends", i)
    want = HV.UNCACHED if c.flags & HV.CHANNEL_UNCACHED else 0
    for k, e in enumerate(ends):
        claim(e.channel == i and e.cell < len(image.cells) and
              e.flags & ~HV.WRITE == HV.READ, "channel {}: end {}", i, k)
        rung = bits(e.may_ring)
        claim(has_doorbell or not rung and e.line == HV.NONE,
              "channel {}: it has no doorbell", i)
        claim(bool(rung) == bool(e.doorbell) and k not in rung and
              all(n < len(ends) and ends[n].line != HV.NONE for n in rung),
              "channel {}: who end {} may ring", i, k)
        mine = [r for r in image.cells[e.cell].regions
                if r.kind == HV.REGION_CHANNEL and r.arg == i]
        claim(len(mine) == 1 and (mine[0].pa, mine[0].size, mine[0].ipa,
                                  mine[0].flags) ==
              (c.pa, c.size, e.memory, e.flags | want),
              "channel {}: end {} has other memory", i, k)
    owners = {e.cell for e in ends}
    claim(not any(r.kind == HV.REGION_CHANNEL and r.arg == i
                  for n, cell in enumerate(image.cells) if n not in owners
                  for r in cell.regions), "channel {} in a stranger", i)


# ---- switches ---------------------------------------------------------------

def check_switches(image):
    seen = set()
    for i, s in enumerate(image.switches):
        claim(s.owner < len(image.cells) and s.subject < len(image.cells) and
              not s.zero and s.words, "switch {}", i)
        key = (s.condition, s.owner, s.subject, s.arg)
        claim(key not in seen, "switch {} is there twice", i)
        seen.add(key)
        {HV.SWITCH_ROOT: check_root_switch, HV.SWITCH_WINDOW: check_window,
         HV.SWITCH_SHARED: check_shared}.get(s.condition, refuse)(image, i, s)
    for i, c in enumerate(image.cells):
        claim((HV.SWITCH_ROOT, i, i, HV.NONE) in seen and
              c.root_switch < len(image.switches), "cell {}: its root", i)
        s = image.switches[c.root_switch]
        claim((s.condition, s.owner) == (HV.SWITCH_ROOT, i),
              "cell {}: its root switch", i)
        for r in c.regions:
            claim(r.kind != HV.REGION_WINDOW or
                  (HV.SWITCH_WINDOW, i, r.arg, HV.NONE) in seen,
                  "cell {}: a window without a switch", i)
            claim(r.kind != HV.REGION_CHANNEL or
                  (HV.SWITCH_SHARED, i, i, r.arg) in seen,
                  "cell {}: a channel without a switch", i)


def refuse(_, i, s):
    claim(False, "switch {}: condition {}", i, s.condition)


def check_root_switch(_, i, s):
    claim(s.subject == s.owner and s.arg == HV.NONE and s.is_on_at_boot == 1,
          "switch {}: a root", i)


def check_window(image, i, s):
    claim(s.owner == image.tables.root_cell != s.subject and
          s.arg == HV.NONE and s.is_on_at_boot == 0 and
          image.cells[s.subject].managed & HV.MANAGED_LOAD,
          "switch {}: a window", i)


def check_shared(image, i, s):
    claim(s.subject == s.owner and s.is_on_at_boot == 1 and
          s.arg < len(image.channels), "switch {}: a channel", i)


# ---- trapped pages ----------------------------------------------------------

def check_traps(image):
    for i, cell in enumerate(image.cells):
        at = 0
        for m in cell.mmio:
            claim(m.size and is_pages(m.base, m.size) and m.base >= at,
                  "cell {}: trapped pages", i)
            at = m.base + m.size
            there = [(r.kind, r.arg, r.ipa, r.size, r.flags)
                     for r in cell.regions
                     if r.ipa < at and m.base < r.ipa + r.size]
            # A driver reads its registers, and what it stores is trapped.
            want = [(HV.REGION_VIEW, m.arg, m.base, PAGE, HV.READ)] \
                if m.handler == HV.MMIO_VIRTIO else []
            claim(there == want, "cell {}: {:#x} is trapped, and mapped as {}",
                  i, m.base, there)
        claim(sorted((m.handler, m.arg, m.size) for m in cell.mmio) ==
              sorted(traps_of(image, i, cell)), "cell {}: its traps", i)
        for m in cell.mmio:
            where = place_of(image, m)
            claim(where in (None, m.base), "cell {}: a trap's place", i)
        check_slots(i, cell)


def check_slots(i, cell):
    """A slot for each granule of a trap, by one product; nothing else."""
    want, shift = {}, cell.mmio_shift
    claim(0 < shift < 32 and len(cell.mmio_slots) == 1 << 32 - shift,
          "cell {}: number of slots", i)
    n = sum(m.size // PAGE for m in cell.mmio)
    claim(n <= len(cell.mmio_slots), "cell {}: too few slots", i)
    for row, m in enumerate(cell.mmio, 1):
        for granule in range(m.base // PAGE, (m.base + m.size) // PAGE):
            slot = (granule * cell.mmio_multiplier & 0xffffffff) >> shift
            claim(slot not in want, "cell {}: two pages in a slot", i)
            want[slot] = row
    claim(all(row == want.get(slot, 0) for slot, row in
              enumerate(cell.mmio_slots)), "cell {}: its slots", i)


def traps_of(image, i, cell):
    out = [(HV.A64_MMIO_GICD, HV.NONE, image.board.gicd_size)]
    out += [(HV.A64_MMIO_GICR, k, image.arch_cpus[k].gicr_size)
            for k in bits(cell.cpu_mask)]
    out += [(HV.MMIO_DOORBELL, k, PAGE) for k, e in enumerate(image.ends)
            if e.cell == i and e.doorbell]
    if cell.console == HV.CONSOLE_VIRTUAL:
        out.append((HV.MMIO_CONSOLE, HV.NONE, PAGE))
    out += [(HV.MMIO_VIRTIO, k, PAGE) for k, v in enumerate(image.virtios)
            if v.front == i]
    return out + [(HV.MMIO_VIRTIO_RING, k, PAGE)
                  for k, v in enumerate(image.virtios) if v.back == i]


def place_of(image, m):
    """Where a trap must be; None: the cell's tree says where."""
    if m.handler == HV.A64_MMIO_GICD:
        return image.board.gicd
    if m.handler == HV.A64_MMIO_GICR:
        return image.arch_cpus[m.arg].gicr
    if m.handler == HV.MMIO_DOORBELL:
        return image.ends[m.arg].doorbell
    if m.handler == HV.MMIO_VIRTIO:
        return image.virtios[m.arg].window
    if m.handler == HV.MMIO_VIRTIO_RING:
        return image.virtios[m.arg].back_ring
    return None
