# SPDX-License-Identifier: BSD-2-Clause
"""A system as prove describes it, and its text for hvcc.

Plain data: what make.py fills at random, wrong.py breaks, and oracle.py draws
its conclusions from. An address that is None is left to hvcc.
"""
import copy
from dataclasses import dataclass, field

PAGE = 0x1000
BLOCK = 0x200000
KIB, MIB, GIB = 1 << 10, 1 << 20, 1 << 30


def round_up(n, to):
    return -(-n // to) * to


def pages_of(base, size):
    """Whole pages that hold base..base+size, as (start, size)."""
    start = base & -PAGE
    return start, round_up(base + size, PAGE) - start


@dataclass
class Device:
    name: str
    regs: list				# (base, size)
    lines: list = field(default_factory=list)	# ("spi", n) or ("ppi", n)
    compatible: tuple = ("prove,device",)
    is_dma: bool = False

    def pages(self):
        return [pages_of(*r) for r in self.regs]

    def is_uart(self):
        return "arm,pl011" in self.compatible


@dataclass
class Board:
    cpus: list				# hardware ids
    memory: list			# (base, size)
    reserved: list			# (base, size)
    gicd: int
    gicr: int
    gicr_size: int
    devices: list
    n_spis: int
    free_lines: tuple = None		# (first, last)
    address_bits: int = 40
    interrupts: str = ""		# "direct", "virtual", or not said
    is_tree: bool = False		# a devicetree, or a board block

    def device(self, name):
        return next(d for d in self.devices if d.name == name)

    def controller(self):
        return [(self.gicd, 0x10000), (self.gicr, self.gicr_size)]


@dataclass
class Region:
    name: str
    size: int				# 0: the rest
    pa: int = None
    ipa: int = None
    mode: str = ""			# "", "ro", "rx", "rw"
    is_uncached: bool = False

    def text(self):
        if not self.size:
            return f"memory {self.name} rest;"
        words = [f"memory {self.name} {self.size:#x}"]
        if self.pa is not None:
            words.append(f"at {self.pa:#x}")
        if self.ipa is not None:
            words.append(f"as {self.ipa:#x}")
        if self.mode:
            words.append(self.mode)
        if self.is_uncached:
            words.append("uncached")
        return " ".join(words) + ";"


@dataclass
class Cell:
    name: str
    cpus: list
    regions: list
    is_root: bool = False
    virtual_id: int = None
    devices: list = field(default_factory=list)	# names
    takes_rest: bool = False		# of the devices
    lines: list = field(default_factory=list)
    console: str = "none"		# "virtual", or a device's name
    boot: str = ""			# text of the statement
    files: dict = field(default_factory=dict)	# that boot names
    managed: tuple = None		# rights; None: no statement
    interrupts: str = ""		# "direct", "virtual", or not said
    masks: bool = False			# by priority
    other: list = field(default_factory=list)	# statements as they are


@dataclass
class End:
    cell: str
    ipa: int = None


@dataclass
class Channel:
    name: str
    ends: list
    size: int
    pa: int = None
    is_one_way: bool = False		# the first end is the writer
    is_uncached: bool = False
    has_doorbell: bool = False


@dataclass
class Virtio:
    kind: str
    name: str
    front: str				# cells
    back: str
    body: str				# statements: what is behind it
    view: str				# the same: what the cell behind sees
    # What body and view say, of a device that is right.
    bounce: int = 0			# bytes; 0: all RAM is shared
    n_queues: int = 1
    is_readonly: bool = False
    fails_on_loss: bool = False
    backend: str = "pty"		# file, tap, pty or terminal
    path: str = ""			# of a file; name of a tap
    mac: str = ""			# of a net; "": hvcc makes it

    def address(self):
        """FNV-1a of the name, as nobody's and one station's, low bytes first."""
        if self.kind != "net":
            return bytes(6)
        if self.mac:
            return bytes.fromhex(self.mac.replace(":", ""))
        value = 0xcbf29ce484222325
        for c in self.name.encode():
            value = (value ^ c) * 0x100000001b3 % 2 ** 64
        first, *others = value.to_bytes(8, "little")[:6]
        return bytes([first & 0xfc | 2, *others])

    def text(self):
        return (f"virtio {self.kind} {self.name} for {self.front} from"
                f" {self.back} {{ {self.body} {self.view} }}")


@dataclass
class System:
    board: Board
    cells: list
    channels: list
    console: str = None			# the hypervisor's UART; None: none
    memory: tuple = None		# the hypervisor's (size, pa)
    shared: list = field(default_factory=list)	# devices with a waiver
    because: str = "prove says so"
    policy: str = ""
    virtios: list = field(default_factory=list)

    def copy(self):
        return copy.deepcopy(self)

    def all_channels(self):
        """In the order of the tables: those of `bounce` are the last."""
        return self.channels + [
            Channel(v.name, [End(v.front), End(v.back)], v.bounce)
            for v in self.virtios if v.bounce]

    def cell(self, name):
        return next(c for c in self.cells if c.name == name)

    def root(self):
        return next((c for c in self.cells if c.is_root), None)

    def owner(self, device):
        return next((c for c in self.cells if device in c.devices or
                     c.console == device), None)

    def files(self):
        """Everything that must stand in a folder, by name."""
        out = {"system.cells": self.text().encode()}
        if self.board.is_tree:
            out["board.dts"] = tree_text(self.board).encode()
        for c in self.cells:
            out.update(c.files)
        return out

    def text(self):
        parts = ["// SPDX-License-Identifier: BSD-2-Clause"]
        parts += board_text(self.board)
        console = f"console &{self.console};" if self.console else \
            "console none;"
        memory = "memory {:#x} at {:#x}; ".format(*self.memory) \
            if self.memory else ""
        parts.append(f"hypervisor {{ {memory}{console} }}")
        for c in self.cells:
            parts += self.cell_text(c)
        for c in self.channels:
            parts += channel_text(c)
        parts += [v.text() for v in self.virtios]
        for name in self.shared:
            parts.append(f'shared page &{name} because "{self.because}";')
        return "\n".join(parts + [self.policy, ""])

    def cell_text(self, c):
        out = [f"{'root ' if c.is_root else ''}cell {c.name} {{"]
        cpus = ", ".join(str(n) for n in c.cpus)
        at = "" if c.virtual_id is None else f" as {c.virtual_id}"
        body = [f"cpus {cpus}{at};"] + [r.text() for r in c.regions]
        plain = [d for d in c.devices if not self.board.device(d).is_dma]
        if plain:
            body.append("devices " + ", ".join("&" + d for d in plain) + ";")
        for d in c.devices:
            if d not in plain:
                body.append(f'devices &{d} unprotected dma'
                            f' because "{self.because}";')
        if c.takes_rest:
            body.append("devices rest;")
        body += [f"lines {kind} {n};" for kind, n in c.lines]
        body.append(f"console {c.console};" if c.console in (
            "none", "virtual") else f"console &{c.console};")
        if c.interrupts:
            body.append(f"interrupts {c.interrupts};")
        if c.masks:
            body.append("priority mask;")
        if c.boot:
            body.append(c.boot)
        if c.managed:
            body.append(f"managed {', '.join(c.managed)} by"
                        f" {self.root().name};")
        return out + ["\t" + line for line in body + c.other] + ["}"]


def line_text(lines):
    return ", ".join(f"{kind} {n}" for kind, n in lines)


def channel_text(c):
    ends = [e.cell if e.ipa is None else f"{e.cell} as {e.ipa:#x}"
            for e in c.ends]
    joined = f"from {ends[0]} to {', '.join(ends[1:])};" if c.is_one_way \
        else f"between {', '.join(ends)};"
    at = "" if c.pa is None else f" at {c.pa:#x}"
    memory = f"memory {c.size:#x}{at}{' uncached' if c.is_uncached else ''};"
    bell = " doorbell;" if c.has_doorbell else ""
    return [f"channel {c.name} {{ {joined} {memory}{bell} }}"]


def board_text(b):
    common = [f"lines {b.n_spis};", f"address bits {b.address_bits};"]
    if b.free_lines:
        common.append("free lines spi {}..{};".format(*b.free_lines))
    if b.interrupts:
        common.append(f"interrupts {b.interrupts};")
    if b.is_tree:
        return ['board "board.dts";', "board {"] + \
            ["\t" + line for line in common] + ["}"]
    body = [f"cpu {n:#x};" for n in b.cpus]
    body += [f"memory {size:#x} at {base:#x};" for base, size in b.memory]
    body += [f"reserved kept{i} {r[1]:#x} at {r[0]:#x};"
             for i, r in enumerate(b.reserved)]
    body += ["psci smc;",
             f"gic {{ distributor 0x10000 at {b.gicd:#x}; redistributors"
             f" {b.gicr_size:#x} at {b.gicr:#x}; maintenance ppi 9; }}",
             "timer { secure ppi 13; physical ppi 14; virtual ppi 11;"
             " hyp ppi 10; }"]
    for d in b.devices:
        kinds = ", ".join(f'"{k}"' for k in d.compatible)
        regs = "".join(f" registers {s:#x} at {a:#x};" for a, s in d.regs)
        lines = f" lines {line_text(d.lines)};" if d.lines else ""
        body.append(f"device {d.name} {{ compatible {kinds};{regs}{lines}"
                    f"{' dma;' if d.is_dma else ''} }}")
    return ["board {"] + ["\t" + line for line in body + common] + ["}"]


# ---- a devicetree -----------------------------------------------------------

def cells_of(*numbers):
    return " ".join(f"{n >> 32:#x} {n & 0xffffffff:#x}" for n in numbers)


def reg_text(spans):
    return "reg = " + ", ".join(f"<{cells_of(*s)}>" for s in spans) + ";"


def tree_text(b):
    out = ["/dts-v1/;"]
    out += [f"/memreserve/ {base:#x} {size:#x};"
            for base, size in b.reserved[1:]]
    out += ["/ {", "#address-cells = <2>;", "#size-cells = <2>;",
            "interrupt-parent = <&gic>;", "cpus {", "#address-cells = <1>;",
            "#size-cells = <0>;"]
    out += [f'cpu@{n:x} {{ device_type = "cpu"; compatible = "arm,cortex-a53";'
            f' reg = <{n:#x}>; enable-method = "psci"; }};' for n in b.cpus]
    out.append("};")
    out += [f'memory@{m[0]:x} {{ device_type = "memory"; {reg_text([m])} }};'
            for m in b.memory]
    if b.reserved:
        out += ["reserved-memory {", "#address-cells = <2>;",
                "#size-cells = <2>;", "ranges;",
                f"kept@{b.reserved[0][0]:x} {{ {reg_text(b.reserved[:1])}"
                " no-map; };", "};"]
    out += ['psci { compatible = "arm,psci-1.0"; method = "smc"; };',
            'timer { compatible = "arm,armv8-timer"; interrupts = <1 13 4>,'
            " <1 14 4>, <1 11 4>, <1 10 4>; };",
            f'gic: interrupt-controller@{b.gicd:x} {{ compatible ='
            f' "arm,gic-v3"; {reg_text(b.controller())}'
            " interrupts = <1 9 4>; interrupt-controller;"
            " #interrupt-cells = <3>; };"]
    return "\n".join(out + [device_node(d) for d in b.devices] + ["};", ""])


def device_node(d):
    kinds = ", ".join(f'"{k}"' for k in d.compatible)
    lines = ", ".join(f"<{int(kind == 'ppi')} {n} 4>" for kind, n in d.lines)
    lines = f" interrupts = {lines};" if lines else ""
    dma = " dma-coherent;" if d.is_dma else ""
    return (f"{d.name}: {d.name}@{d.regs[0][0]:x} {{ compatible = {kinds};"
            f" {reg_text(d.regs)}{lines}{dma} }};")
