# SPDX-License-Identifier: BSD-2-Clause
"""Random systems in which everything is right.

`make_system(rng)` fills a System. What hvcc has to place gets room that is
certainly enough, in a hole that nothing stated lies in, so that each system
must be accepted; what is stated lies anywhere, on page boundaries.
"""
from payloads import elf, kernel	# tests/payloads.py: heads of files
from system import (BLOCK, KIB, MIB, PAGE, Board, Cell, Channel, Device, End,
                    Region, System, Virtio, pages_of, round_up)

UART = ("arm,pl011", "arm,primecell")
NAMES = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf",
         "hotel"]
TREE_ROOM = 128 * KIB			# hvcc puts a tree in a cell's first region


class Full(Exception):
    """There is no room; the next attempt has other luck."""


class Room:
    """Free ranges that parts are taken from at random."""

    def __init__(self, rng, spans):
        self.rng, self.free = rng, [list(s) for s in spans]

    def cut(self, base, size):
        out = []
        for start, n in self.free:
            for a, b in ((start, min(start + n, base)),
                         (max(start, base + size), start + n)):
                if a < b:
                    out.append([a, b - a])
        self.free = out

    def take(self, size, align=PAGE, offset=0):
        """`size` bytes at a multiple of align, plus offset."""
        fits = []
        for start, n in self.free:
            first = round_up(start - offset, align) + offset
            count = (start + n - size - first) // align + 1
            if first >= start and count > 0:
                fits.append((first, count))
        if not fits:
            raise Full
        first, count = self.rng.choice(fits)
        near = self.rng.choice((1, 2, 16, count))	# often side by side
        at = first + align * self.rng.randrange(min(count, near))
        self.cut(at, size)
        return at


class Maker:
    def __init__(self, rng):
        self.rng = rng
        self.n_devices = 0

    def chance(self, percent):
        return self.rng.randrange(100) < percent

    # ---- the board -------------------------------------------------------

    def make_board(self):
        rng = self.rng
        bits = rng.choice((36, 37, 40, 40, 41, 42, 44, 48))
        n_cpus = rng.randint(1, 8)
        step = rng.choice((1, 1, 0x100))
        self.low = Room(rng, [(0x1000000, 0x3f000000)])
        gicd = self.low.take(0x10000, 0x10000)
        gicr_size = 0x20000 * (n_cpus + rng.choice((0, 0, 2)))
        gicr = self.low.take(gicr_size, 0x10000)
        self.lines = list(range(rng.choice((64, 96, 256))))
        n_spis = len(self.lines)
        rng.shuffle(self.lines)
        board = Board([step * i for i in range(n_cpus)], self.make_memory(bits),
                      [], gicd, gicr, gicr_size, [], n_spis,
                      address_bits=bits, is_tree=self.chance(35))
        self.board = board
        if self.chance(30):
            first = rng.randrange(0, n_spis - 30)
            board.free_lines = (first, first + 29)
            self.lines = [n for n in self.lines
                          if not first <= n <= first + 29]
        for _ in range(rng.randint(2, 8)):
            self.add_device()
        for _ in range(rng.randint(0, 2)):
            self.add_device(compatible=UART, sizes=[PAGE])
        return board

    def make_memory(self, bits):
        rng = self.rng
        room = [(0x40000000, 0x300000000)]
        if bits > 40:
            room.append((1 << 40, 1 << 32))
        room = Room(rng, room)
        banks = []
        for _ in range(rng.randint(1, 3)):
            size = rng.choice((64 * MIB, 256 * MIB, 1024 * MIB)) + \
                rng.choice((0, 0, 5 * PAGE))
            banks.append((room.take(size, rng.choice((PAGE, BLOCK, BLOCK))),
                          size))
        return sorted(banks)

    def take_lines(self, n):
        return [("spi", self.lines.pop()) for _ in range(n)]

    def add_device(self, compatible=("prove,device",), sizes=None, at=None,
                   is_dma=False):
        rng = self.rng
        if sizes is None:
            sizes = [rng.choice((0x200, PAGE, PAGE, 0x3000, 0x10000, BLOCK))
                     for _ in range(rng.choice((1, 1, 1, 2)))]
        regs = []
        for size in sizes:
            whole = round_up(size, PAGE)
            base = self.low.take(whole, BLOCK if size >= BLOCK else PAGE) \
                if at is None else at
            regs.append((base, size))
        self.n_devices += 1
        d = Device(f"dev{self.n_devices}", regs,
                   self.take_lines(rng.choice((0, 1, 1, 2))), compatible,
                   is_dma)
        self.board.devices.append(d)
        return d

    # ---- cells -----------------------------------------------------------

    def make_cells(self):
        rng = self.rng
        cpus = list(range(len(self.board.cpus)))
        rng.shuffle(cpus)
        n = rng.randint(1, min(len(cpus), 5))
        cuts = sorted(rng.sample(range(1, len(cpus)), n - 1)) + [None]
        cells, start = [], 0
        for i, end in enumerate(cuts):
            mine = cpus[start:end]
            start = end
            if end is None and len(mine) > 1 and self.chance(20):
                mine.pop()	# a CPU of nobody
            cells.append(Cell(NAMES[i], mine, []))
        if self.chance(60):
            rng.choice(cells).is_root = True
        for c in cells:
            if self.chance(30):
                c.virtual_id = rng.randint(0, 4)
            if self.chance(30) and self.lines:
                c.lines = self.take_lines(1)
        return cells

    def open_hole(self):
        """RAM for what hvcc places; the rest is for what is stated."""
        size = 56 * MIB
        at = self.rng.choice(self.board.memory)
        start = at[0] + self.rng.choice((0, at[1] - size))
        start = round_up(start, BLOCK) if start == at[0] else start & -BLOCK
        self.hole = (start, at[0] + at[1] - start if start > at[0] + at[1] -
                     size else size)
        self.ram = Room(self.rng, self.board.memory)
        self.ram.cut(*self.hole)
        self.hole_left = 40 * MIB
        for _ in range(self.rng.choice((0, 1, 1, 2))):
            self.board.reserved.append((self.ram.take(0x10000), 0x10000))

    def nowhere(self):
        """Addresses of a cell at which the board has nothing."""
        room = Room(self.rng, [(0, 0x140000000)])
        for span in self.board.memory + self.board.controller() + \
                [p for d in self.board.devices for p in d.pages()]:
            room.cut(span[0], span[1])
        return room

    def add_memory(self, cell):
        rng = self.rng
        room = self.nowhere()
        for k in range(rng.choice((1, 1, 2, 3, 4))):
            size = rng.choice((PAGE, 3 * PAGE, 64 * KIB, MIB, BLOCK,
                               BLOCK + PAGE, 2 * BLOCK))
            r = Region(f"{cell.name}_{k}", max(size, 4 * TREE_ROOM) if k == 0
                       else size)
            if k:
                r.mode = rng.choice(("", "ro", "rx", "rw"))
                r.is_uncached = self.chance(20)
            if self.chance(50) or self.hole_left < r.size + BLOCK:
                r.pa = self.ram.take(r.size, rng.choice((PAGE, BLOCK)))
            else:
                self.hole_left -= r.size + BLOCK
            if self.chance(40) and not cell.is_root and \
                    not self.needs_identity(cell):
                r.ipa = room.take(r.size, rng.choice((PAGE, BLOCK)))
            cell.regions.append(r)

    def needs_identity(self, cell):
        return any(self.board.device(d).is_dma for d in cell.devices)

    def give_devices(self, system):
        rng = self.rng
        free = list(self.board.devices)
        rng.shuffle(free)
        uarts = [d for d in free if d.is_uart() and d.lines]
        if uarts and self.chance(70):
            system.console = uarts[0].name
            free.remove(uarts[0])
        for c in system.cells:
            c.console = rng.choice(("none", "virtual", "virtual"))
            mine = [d for d in free if self.chance(35)]
            for d in mine:
                free.remove(d)
                if d.is_uart() and self.chance(60) and \
                        c.console in ("none", "virtual"):
                    c.console = d.name
                else:
                    c.devices.append(d.name)
        if self.chance(25):
            self.share_page(system)
        if self.chance(20):
            d = self.add_device(is_dma=True)
            rng.choice(system.cells).devices.append(d.name)
        if self.chance(15) and len(self.lines) > 20:
            self.share_line(system)

    def share_page(self, system):
        """Two devices in a page: of one cell, of two, or one of nobody."""
        a = self.add_device(sizes=[0x200])
        b = self.add_device(sizes=[0x200], at=a.regs[0][0] + 0x200)
        one, two = (self.rng.choice(system.cells) for _ in range(2))
        one.devices.append(a.name)
        if self.chance(30):
            system.shared.append(b.name)
            return
        two.devices.append(b.name)
        if one is not two:
            system.shared.append(self.rng.choice((a.name, b.name)))

    def share_line(self, system):
        a, b = self.add_device(sizes=[PAGE]), self.add_device(sizes=[PAGE])
        a.lines = b.lines = self.take_lines(1)
        cell = self.rng.choice(system.cells)
        cell.devices += [a.name, b.name]

    def rest(self, system):
        """The root cell takes what is left: only where that is simple."""
        root = system.root()
        if not root or system.shared or not self.chance(25):
            return
        if not self.needs_identity(root):
            k = len(root.regions)
            root.regions.append(Region(f"{root.name}_{k}", 0))
        lines = [n for d in self.board.devices for n in d.lines]
        if len(set(lines)) == len(lines):
            root.takes_rest = True

    # ---- what cells run --------------------------------------------------

    def boot(self, system, cell):
        rng = self.rng
        first = cell.regions[0]
        kind = rng.choice(("", "raw", "raw", "elf", "linux"))
        if kind == "raw":
            size = rng.choice((16, 4096, 5000))
            name = cell.name + ".bin"
            cell.files[name] = rng.randbytes(size)
            cell.boot = f'boot raw {{ image "{name}"; }}'
        elif kind == "elf" and first.pa is not None:
            self.boot_elf(cell)
        elif kind == "linux" and first.pa is None and \
                self.hole_left > 16 * MIB:
            self.hole_left -= 12 * MIB
            first.size = 12 * MIB
            first.ipa = None
            cell.files["Image"] = kernel(image_size=4 * MIB)
            cell.files["initrd"] = b"070701" + bytes(506)
            initrd = ' initrd "initrd";' if self.chance(50) else ""
            cell.boot = f'boot linux {{ kernel "Image";{initrd} }}'
        if cell.boot and self.chance(20):
            cell.other.append("start manual;")
        if self.chance(20):
            cell.other.append("scrub at boot;")
        self.lifecycle(system, cell)

    def boot_elf(self, cell):
        segments = []
        for r in cell.regions:
            if r.pa is None or not r.size:
                continue
            flags = {"": 7, "rx": 5, "rw": 6, "ro": 4}[r.mode]
            at = r.pa if r.ipa is None else r.ipa
            if not segments:
                at += 4 * TREE_ROOM // 2	# the tree goes before it
            segments.append((at, 0x200, flags))
        name = cell.name + ".elf"
        cell.files[name] = elf(segments)
        cell.boot = f'boot elf {{ image "{name}"; }}'

    def lifecycle(self, system, cell):
        rng = self.rng
        for event in ("crash", "reboot", "poweroff"):
            if self.chance(20):
                action = rng.choice(["stop", "restart", "restart 3"] + (
                    ["machine off", "machine reset"] if cell.is_root else
                    ["keep"] if event == "crash" and system.root() else []))
                cell.other.append(f"on {event} {action};")
        if system.root() and not cell.is_root and self.chance(60):
            rights = [r for r in ("start", "stop", "load", "console")
                      if self.chance(50)]
            cell.managed = tuple(rights) or None
            if "load" in rights and self.chance(30):
                cell.other.append("payload any;")

    # ---- channels --------------------------------------------------------

    def make_channel(self, system, i):
        rng = self.rng
        n = rng.choice((2, 2, 3))
        if len(system.cells) < n or len(self.lines) < 20:
            return
        names = [c.name for c in rng.sample(system.cells, n)]
        c = Channel(f"channel{i}", [End(x) for x in names],
                    rng.choice((PAGE, 2 * PAGE, 64 * KIB, BLOCK)),
                    is_one_way=self.chance(40), is_uncached=self.chance(40),
                    has_doorbell=self.chance(60))
        if self.chance(50):
            c.pa = self.ram.take(c.size)
        else:
            self.hole_left -= c.size + BLOCK
        for end in c.ends:
            cell = system.cell(end.cell)
            if self.chance(30) and not cell.is_root and \
                    not self.needs_identity(cell):
                end.ipa = self.elsewhere(system, cell, c.size)
        system.channels.append(c)

    def elsewhere(self, system, cell, size):
        room = self.nowhere()
        for r in cell.regions:
            if r.ipa is not None:
                room.cut(r.ipa, r.size)
        for c in system.channels:
            for end in c.ends:
                if end.cell == cell.name and end.ipa is not None:
                    room.cut(end.ipa, c.size)
        return room.take(size)

    # ---- virtio devices --------------------------------------------------

    def make_virtio(self, system, i):
        rng, root = self.rng, system.root()
        fronts = [c for c in system.cells if not c.is_root]
        if not root or not fronts or len(self.lines) < 24:
            return
        kind = rng.choice(("block", "net", "console"))
        v = Virtio(kind, f"virtio{i}", rng.choice(fronts).name, root.name, "", "")
        if kind != "console":
            v.n_queues = rng.choice((1, 1, 2, 4))
        v.is_readonly = kind == "block" and self.chance(30)
        v.fails_on_loss = self.chance(20)
        if self.chance(60):
            v.bounce = rng.choice((512 * KIB, 516 * KIB, MIB, BLOCK))
            self.hole_left -= v.bounce + BLOCK
        self.put_behind(system, v)
        v.body, v.view = self.virtio_text(v)
        self.hold_back(system.cell(v.front))
        system.virtios.append(v)

    def put_behind(self, system, v):
        """What no other device has."""
        rng = self.rng
        choices = {"block": ["file"], "net": ["tap"],
                   "console": ["pty", "pty", "file", "terminal"]}[v.kind]
        v.backend = rng.choice(choices)
        if any(o.backend == v.backend == "terminal" for o in system.virtios):
            v.backend = "pty"
        if v.backend == "file":
            v.path = f"/srv/{'x' * rng.choice((0, 1, 9, 240))}{v.name}"
        elif v.backend == "tap":
            v.path = v.name
        if v.kind == "net" and self.chance(50):
            v.mac = ":".join(f"{c:02x}" for c in (
                0x52, 0x54, rng.randrange(256), rng.randrange(256), 0,
                len(system.virtios)))

    def virtio_text(self, v):
        body = v.backend + (f' "{v.path}";' if v.path else ";")
        if v.mac:
            body += f" mac {v.mac};"
        if v.n_queues > 1:
            body += f" queues {v.n_queues};"
        if v.is_readonly:
            body += " readonly;"
        if v.fails_on_loss:
            body += " on loss fail;"
        return body, f"bounce {v.bounce:#x};" if v.bounce else \
            'share ram because "prove says so";'

    def hold_back(self, cell):
        """The root cell starts it, when its devices are there."""
        if cell.boot and "start manual;" not in cell.other:
            cell.other.append("start manual;")
        if cell.managed and "start" not in cell.managed:
            cell.managed += ("start",)

    # ---- all -------------------------------------------------------------

    def make(self):
        board = self.make_board()
        system = System(board, self.make_cells(), [])
        self.open_hole()
        self.give_devices(system)
        for cell in system.cells:
            self.add_memory(cell)
        for cell in system.cells:
            self.boot(system, cell)
        for i in range(self.rng.choice((0, 1, 1, 2, 3))):
            if self.hole_left > 2 * BLOCK:
                self.make_channel(system, i)
        for i in range(self.rng.choice((0, 0, 1, 2, 3))):
            if self.hole_left > 2 * BLOCK:
                self.make_virtio(system, i)
        if self.chance(20):
            self.state_memory(system)
        self.choose_interrupts(system)
        self.rest(system)
        self.check_counting(system)
        return system

    # ---- how interrupts come ---------------------------------------------

    def fill_lines(self, system):
        """A device takes so many lines that IPIs may find too few."""
        keep = self.rng.randint(0, 8) + sum(
            len(c.ends) - c.is_one_way for c in system.channels
            if c.has_doorbell) + 1 + sum(
                c.console == "virtual" for c in system.cells) + \
            2 * len(system.virtios)
        d = self.add_device(sizes=[PAGE])
        d.lines += [("spi", n) for n in self.lines[keep:]]
        del self.lines[keep:]

    def choose_interrupts(self, system):
        rng, board = self.rng, system.board
        is_full = not board.free_lines and self.chance(20)
        if is_full:
            self.fill_lines(system)
        board.interrupts = rng.choice(("",) * 6 + ("direct", "virtual"))
        is_direct = board.interrupts != "virtual" and not is_full and (
            board.free_lines or len(self.lines) >= 40)
        for c in system.cells:
            c.masks = self.chance(15)
            c.interrupts = rng.choice(("", "", "", "virtual", "direct"))
            if c.interrupts == "direct" and (c.masks or not is_direct):
                c.interrupts = ""

    def check_counting(self, system):
        """What looks like another way to count a known line is refused."""
        lines = {n + 32 for d in self.board.devices for _, n in d.lines}
        lines |= {9, 10, 11, 13, 14}	# as PPIs they are the board's own
        for c in system.cells:
            c.lines = [x for x in c.lines if x[1] not in lines]

    def state_memory(self, system):
        """The hypervisor's own, at the start of the hole."""
        system.memory = (8 * MIB, round_up(self.hole[0], BLOCK))


def make_system(rng):
    while True:
        try:
            return Maker(rng).make()
        except Full:
            continue
