# SPDX-License-Identifier: BSD-2-Clause
"""Virtio devices: every field of their rows, of the views and of the regions that
stand behind them, and what stage 2, EL2 and the trees make of these.

Rows are as in alone.py. In devices.cells BOSS, OPEN, SHUT and WIDE are cells 0 to
3; devices 0 to 2 share the RAM of OPEN, 3 and 4 are SHUT's with bounce memory, the
channels 4 and 5; 5 and 6 are WIDE's, bounced and shared. Of the regions of BOSS 1
is the window on RAM of OPEN, 7 to 20 are registers, 23 and 24 RAM of OPEN and 25 of
WIDE; of its trapped pages 1 to 7 ring drivers. Regions of OPEN are three windows of
devices, a device, RAM, ROM and channels; of SHUT RAM, two windows, and channels.
"""
import struct

from alone import DATA_PAGE, at, be, both, gone, prop, rename, shrink

XN = 1 << 54
MAGIC, SECTION = b"hvcload1", (0x80000).to_bytes(4, "little")
STATE, PUBLISHED = "cells[0].regions[7]", "cells[0].regions[8]"
SHARED, ROM = "cells[0].regions[23]", "cells[0].regions[24]"
WINDOW = "cells[1].regions[0]"	# of device 0
PAGE_R, PAGE_RW, BLOCK_RW = 0x77f, 0x7ff, 0x7fd
POOL = "/reserved-memory/disk1@43010000"
DISK0, DISK1 = "/virtio_mmio@1000", "/virtio_mmio@401000"


def leaves(image, pa, attributes):
    """Stage 2 leaves that nobody executes; the tables of the cells in turn."""
    start, count = image.pool()
    return [i for i in range(count)
            if image.read(start + 8 * i, 8) & (0xfffffffff000 | XN | 0xfff) ==
            pa | XN | attributes]


def view(pa, attributes, edits):
    """Edits of the first: LEAF stands for its path."""
    def change(image):
        first = leaves(image, pa, attributes)[0]
        image.edit(edits.replace("LEAF", f"pool[{first}]"))
    return change


def window(edits, pa=0x43060000):
    """Of the cell in front, which has what the root has too; NEXT and LAST: the
    leaves of the pages around it."""
    def change(image):
        _, leaf = leaves(image, pa, PAGE_R)
        image.edit(edits.replace("LAST", f"pool[{leaf - 1}]")
                   .replace("LEAF", f"pool[{leaf}]")
                   .replace("NEXT", f"pool[{leaf + 1}]"))
    return change


def swap(image):
    """Each of two devices has the other's registers, in every row and table."""
    for name in "registers", "back_registers":
        a, b = (image.get(f"virtios[{k}].{name}") for k in (0, 1))
        image.edit(f"virtios[0].{name} = {b}; virtios[1].{name} = {a}")
    image.edit("; ".join(f"cells[0].regions[{k}].arg ^= 1"
                         for k in range(7, 11)))
    seen = [leaves(image, pa, PAGE_R)[1] for pa in (a, b)]
    for k, pa in enumerate((b, a)):
        image.edit(f"cells[1].regions[{k}].pa = {pa}; "
                   f"pool[{seen[k]}] = {pa | XN | PAGE_R}")


def trap(image):
    """The window of a device moves by a page, with all that finds it."""
    image.edit("virtios[4].window += 0x1000; cells[2].mmio[2].base += 0x1000; "
               "cells[2].regions[2].ipa += 0x1000")
    window(f"LEAF = 0; NEXT = {0x43068000 | XN | PAGE_R}", 0x43068000)(image)
    image.hash_traps(2)


def as_disk1(channel, end):
    """That channel is called as the device, and its memory from that end is
    the device's view; what had been that is a channel like others."""
    def change(image):
        new, old = (image.place(f"channels[{k}].name")[0] for k in (channel, 4))
        data = image.data
        data[new:new + 32], data[old:old + 32] = \
            data[old:old + 32], data[new:new + 32]
        image.edit(f"channels[{channel}].flags = 4; channels[4].flags = 0; "
                   f"virtios[3].views[0].front = ends[{end}].memory; "
                   f"virtios[3].views[0].back = ends[{end}].memory")
    return change


def called(cell, path, old, like, new):
    """A property that has another's name, of which there is one elsewhere."""
    def change(image):
        where, _ = image.property(cell, path, old)
        model, _ = image.property(cell, like, new)
        image.data[where - 4:where] = image.data[model - 4:model]
    return change


def other_name(image):
    start, _ = image.place("virtios[0].name")
    image.data[start:start + 1] = b"k"


def same_name(image):
    start, _ = image.place("virtios[0].name")
    image.data[start:start + 5] = b"con0\0"


ROWS = [
    ("a device's name", lambda i: i.edit("virtios[0].name = 0"),
     "virtio 0: its name is not printable"),
    ("two devices of one name", same_name, "two devices have the name of"),
    ("another kind", "virtios[0].kind = 4", "'disk0': kind is 4"),
    ("no kind", "virtios[0].kind = 0", "'disk0': kind is 0"),
    ("unknown flags", "virtios[0].flags |= 8", "'disk0': flags is 0x9"),
    ("a network to read only", "virtios[1].flags |= 1",
     "'net0': flags is 0x1"),
    ("bounce memory that is none", "virtios[0].flags |= 2",
     "'disk0': no channel of its name is bounce memory"),
    ("bounce memory of nobody", "virtios[3].flags &= 4",
     "channel 'disk1' is bounce memory of no device"),
    ("no such front", "virtios[0].front = 4", "'disk0': front is 4, back is 0"),
    ("another front", "virtios[0].front = 2", "front_line is .*, which cell"
     " 'shut' does not have|no such place"),
    ("in front of itself", "virtios[0].front = 0", "front is 0, back is 0"),
    ("behind is not the root", "virtios[0].back = 2", "front is 1, back is 2"),
    ("no such back", "virtios[0].back = 4", "front is 1, back is 4"),
    ("nobody behind, nor a root", "virtios[0].back = 0xffffffff; "
     "root_cell = 0xffffffff", "front is 1, back is 4294967295"),
    ("a line of another", "virtios[0].front_line -= 1",
     "'disk0': front_line is 91, which cell 'open' does not have"),
    ("the line of another device", "virtios[0].front_line -= 2",
     "the front of virtio 0 and the front of virtio 1 both raise line 90"),
    ("no line in front", "virtios[0].front_line = 0xffffffff",
     "'disk0': front_line is"),
    ("a private line", "virtios[0].front_line = 27", "'disk0': front_line is"),
    ("a line of another behind", "virtios[0].back_line += 1",
     "'disk0': back_line is 92, which cell 'boss' does not have"),
    ("the events' line behind", "virtios[0].back_line += 2",
     "the events? of cell 'boss' and the back of virtio 0 both raise line 93"),
    ("no line behind", "virtios[0].back_line = 0xffffffff",
     "'disk0': back_line is"),
    ("a window elsewhere", "virtios[0].window += 0x1000",
     "'open': mmio at 0x1000.*no such place"),
    ("registers elsewhere", "virtios[0].registers += 0x1000",
     "have 0x43062000|shows"),
    ("registers on no page", "virtios[0].registers += 8",
     "'disk0': registers is"),
    ("registers of no board", "virtios[0].registers = 0x10000000000",
     "'disk0': registers is"),
    ("registers that are a cell's", "virtios[0].registers = 0x42000000",
     "RAM of cell 'open' and registers of 'disk0' both have|"
     "registers of 'disk0' and RAM of cell 'open' both have"),
    ("registers that are a channel's", "virtios[0].registers = 0x43030000",
     "channel 'talk'"),
    ("registers that are the hypervisor's",
     lambda i: i.edit(f"virtios[0].registers = {i.get('cpus[0].area')}"),
     "the hypervisor's memory and registers of 'disk0' both have"),
    ("registers where there is no RAM", "virtios[0].registers = 0x90000000",
     "not all RAM of the board"),
    ("registers seen elsewhere", "virtios[0].back_registers += 0x1000",
     "the view 0x43060000..0x43060fff shows registers of 'disk0', which"),
    ("registers seen on no page", "virtios[0].back_registers += 8",
     "'disk0': back_registers is"),
    ("a ringing page elsewhere", "virtios[0].back_ring += 0x1000",
     "'boss': mmio at 0x2000.*no such place"),
    ("views nowhere", "virtios[0].views.offset = 0x7ffffff8",
     "views of virtio 0: .* which end at"),
    ("views of another", "virtios[0].views.offset = virtios[1].views.offset",
     "views of virtio 1: they overlap"),
    ("no views", "virtios[0].views.count = 0; virtios[0].views.offset = 0",
     "'disk0': its backend sees no memory"),
    ("devices nowhere", "virtios.offset = 0x7ffffff8",
     "virtios: .* which end at"),
    ("too many devices", "virtios.count = 97", "virtios: there are 97"),
    ("no queues", "virtios[0].n_queues = 0", "'disk0': n_queues is 0"),
    ("too many queues", "virtios[0].n_queues = 17", "'disk0': n_queues is 17"),
    ("a network with one queue", "virtios[1].n_queues = 1",
     "'net0': n_queues is 1"),
    ("a console with three", "virtios[2].n_queues = 3",
     "'con0': n_queues is 3"),
    ("a device's padding", "virtios[0].zero = 1", "'disk0': padding is 0x1"),
]

VIEWS = [
    ("a view of other memory", "virtios[0].views[0].front += 0x1000",
     "'disk0': what its backend sees is not the RAM of cell 'open'"),
    ("a view elsewhere", "virtios[0].views[0].back += 0x1000",
     "'disk0': what its backend sees is not"),
    ("a view of nothing", "virtios[0].views[0].back = 0x60000000",
     "'disk0': what its backend sees is not"),
    ("a view through the window", "virtios[0].views[0].back = 0x42000000",
     "'disk0': what its backend sees is not"),
    ("a view more", "virtios[1].views.count = 3; virtios[2].views.count = 1; "
     "virtios[2].views.offset += 32", "'net0': what its backend sees is not"),
    ("a view of less", "virtios[0].views[0].size -= 0x1000",
     "'disk0': what its backend sees is not"),
    ("a view of more", "virtios[0].views[0].size += 0x1000",
     "'disk0': what its backend sees is not"),
    ("a view to read only", "virtios[0].views[0].flags = 1",
     "'disk0': what its backend sees is not"),
    ("a view of ROM to write", "virtios[0].views[1].flags = 3",
     "'disk0': what its backend sees is not"),
    ("a view's padding", "virtios[0].views[0].zero = 1",
     "'disk0': view 0: padding is 0x1"),
    ("of the third device too", "virtios[2].views[0].size += 0x1000",
     "'con0': what its backend sees is not"),
    ("bounce memory elsewhere in front", "virtios[3].views[0].front += 0x1000",
     "'disk1': its backend's view is not its bounce memory"),
    ("bounce memory elsewhere behind", "virtios[3].views[0].back += 0x1000",
     "'disk1': its backend's view is not"),
    ("less bounce memory", "virtios[3].views[0].size -= 0x1000",
     "'disk1': its backend's view is not"),
    ("bounce memory to read only", "virtios[3].views[0].flags = 1",
     "'disk1': its backend's view is not"),
    ("bounce memory that is a channel", "channels[4].flags = 0",
     "'disk1': no channel of its name is bounce memory"),
    ("a channel that is bounce memory", "channels[0].flags |= 4",
     "channel 'talk' is bounce memory of no device"),
    ("bounce memory with a doorbell", "channels[4].flags |= 1",
     "'disk1': no channel of its name is bounce memory"),
    ("bounce memory that one end reads", "ends[10].flags = 1; "
     "cells[0].regions[3].flags = 1", "'disk1': no channel of its name is"),
    ("bounce memory that the driver reads", "ends[9].flags = 1; "
     "cells[2].regions[3].flags = 1", "'disk1': no channel of its name is"),
    ("ends of bounce memory nowhere", "channels[4].ends.offset = 0x7ffffff0",
     "'disk1': its 2 ends are at"),
    ("bounce memory of another cell", as_disk1(1, 2),
     "'disk1': no channel of its name is"),
    ("bounce memory of nobody behind", as_disk1(2, 4),
     "'disk1': no channel of its name is"),
    ("bounce memory of three", as_disk1(3, 7),
     "'disk1': no channel of its name is"),
    ("a view more of a cell with bounce memory",
     "virtios[3].views.count = 2; virtios[1].views.count = 1; "
     "virtios[4].views.count = 1; virtios[4].views.offset = "
     "virtios[1].views.offset; virtios[4].views.offset += 32",
     "'disk1': its backend's view is not its bounce memory"),
]

REGIONS = [
    ("a view of no device", STATE + ".arg = 7", "arg is 0x7"),
    ("a view of another device", STATE + ".arg = 1",
     "shows registers of 'disk0', which virtio 'net0' does not give it"),
    ("a view that is RAM", STATE + ".kind = 1", "arg is 0x0"),
    ("RAM that is a view", "cells[1].regions[4].kind = 5; "
     "cells[1].regions[4].arg = 0", "flags is 0x7, which kind 5 cannot have"),
    ("a view that is executed", SHARED + ".flags |= 4",
     "flags is 0x7, which kind 5 cannot have"),
    ("a view that is shared by cells", SHARED + ".flags |= 16",
     "which kind 5 cannot have"),
    ("the driver's half is written", both(
        STATE + ".flags |= 2", view(0x43060000, PAGE_R, "LEAF |= 0x80")),
     "shows registers of 'disk0', which virtio 'disk0' does not give it"),
    ("the backend's half is not", both(
        PUBLISHED + ".flags = 1", view(0x43061000, PAGE_RW, "LEAF ^= 0x80")),
     "shows registers of 'disk0', which"),
    ("ROM of another is written", both(
        ROM + ".flags |= 2", lambda i: [view(
            0x43000000 + 0x1000 * k, PAGE_R, "LEAF |= 0x80")(i)
            for k in range(16)]),
     "shows RAM of cell 'open', which"),
    ("RAM of a cell that shares none", both(
        SHARED + ".pa = 0x44000000; " + SHARED + ".size = 0x400000"),
     "shows RAM of cell 'shut', which"),
    ("RAM of the root itself", SHARED + ".pa = 0x40000000",
     "shows RAM of cell 'boss', which"),
    ("a view of the hypervisor", lambda i: i.edit(
        f"{PUBLISHED}.pa = {i.get('cpus[0].area')}"),
     "shows the hypervisor's memory, which"),
    ("a view of a channel", PUBLISHED + ".pa = 0x43030000",
     "shows channel 'talk', which"),
    ("part of what is shared", SHARED + ".size -= 0x1000",
     "shows RAM of cell 'open', which"),
    ("RAM of a cell with bounce memory", SHARED + ".pa = 0x44000000; " +
     SHARED + ".size = 0x400000; " + SHARED + ".arg = 3",
     "shows RAM of cell 'shut', which virtio 'disk1' does not give it"),
    ("shared by a device with bounce memory", "cells[0].regions[25].arg = 5",
     "shows RAM of cell 'wide', which virtio 'disk2' does not give it"),
    ("what is nobody's", SHARED + ".pa = 0x4e000000",
     "shows nobody's, which virtio 'disk0' does not give it"),
    ("another cell's device", PUBLISHED + ".pa = 0x9000000",
     "shows a device of cell 'open', which"),
    ("RAM and what is behind it", SHARED + ".pa += 0x1000",
     "shows RAM of cell 'open', which virtio 'disk0' does not give it"),
    ("RAM of another than the driver", SHARED + ".pa = 0x44000000; " + SHARED +
     ".size = 0x400000; " + SHARED + ".flags = 1",
     "shows RAM of cell 'shut', which virtio 'disk0' does not give it"),
    ("more than the backend's half", "cells[0].regions[20].size = 0x2000",
     "shows registers of 'con2', which virtio 'con2' does not give it"),
    ("a view in a cell that is behind nothing",
     "cells[1].regions[3].kind = 5; cells[1].regions[3].arg = 6; "
     "cells[1].regions[3].size = 0x100000; cells[1].regions[3].pa = 0x45000000",
     "'open': the view 0x9000000..0x90fffff shows RAM of cell 'wide', which"),
    ("a window in another cell than in front",
     "cells[1].regions[3].kind = 5; cells[1].regions[3].arg = 3; "
     "cells[1].regions[3].ipa = 0x401000; cells[1].regions[3].flags = 1; "
     "cells[1].regions[3].pa = 0x43066000",
     "'open': the view 0x401000..0x401fff shows registers of 'disk1', which"),
    ("registers in another cell than behind",
     "virtios[0].back_registers = 0x9000000; "
     "cells[1].regions[3].kind = 5; cells[1].regions[3].arg = 0; "
     "cells[1].regions[3].flags = 1; cells[1].regions[3].pa = 0x43060000",
     "'open': the view 0x9000000..0x9000fff shows registers of 'disk0', which"),
    ("a view that moves", SHARED + ".ipa -= 0x1000",
     "'disk0': what its backend sees is not the RAM"),
    ("shared once for each device", SHARED + ".arg = 1",
     "shows RAM of cell 'open', which virtio 'net0' does not give it"),
    ("a view's padding in a region", SHARED + ".zero = 1", "padding is 0x1"),
    ("a window that is written", both(
        WINDOW + ".flags |= 2", window("LEAF |= 0x80")),
     "'open': the view 0x1000..0x1fff shows registers of 'disk0', which virtio"
     " 'disk0' does not give it"),
    ("a window that is executed", both(
        WINDOW + ".flags |= 4", window(f"LEAF ^= {XN}")),
     "'open', region 0x1000.*flags is 0x5, which kind 5 cannot have"),
    ("a window that is uncached", both(
        WINDOW + ".flags |= 8", window("LEAF ^= 0x28")),
     "'open': the view 0x1000..0x1fff shows registers of 'disk0', which"),
    ("a window on the backend's half", both(
        WINDOW + ".pa += 0x1000", window("LEAF += 0x1000")),
     "'open': the view 0x1000..0x1fff shows registers of 'disk0', which"),
    ("a window on another device", both(
        WINDOW + ".pa += 0x2000", window("LEAF += 0x2000")),
     "'open': the view 0x1000..0x1fff shows registers of 'net0', which virtio"
     " 'disk0' does not give it"),
    ("a window on RAM of the driver", both(
        WINDOW + ".pa = 0x42000000", window(f"LEAF = {0x42000000 | XN | PAGE_R}")),
     "'open': the view 0x1000..0x1fff shows RAM of cell 'open', which"),
    ("a window on the hypervisor", lambda i: i.edit(
        f"{WINDOW}.pa = {i.get('cpus[0].area')}"),
     "'open': the view 0x1000..0x1fff shows the hypervisor's memory, which"),
    ("a window of another device", WINDOW + ".arg = 1",
     "'open': the trapped page 0x1000 is a region's too"),
    ("a window of two pages", WINDOW + ".size = 0x2000", "regions is not by rising"),
    ("a window that is RAM", WINDOW + ".kind = 1; " + WINDOW + ".arg = 0xffffffff",
     "'open': the trapped page 0x1000 is a region's too"),
    ("a window that is a channel", WINDOW + ".kind = 2",
     "'open': the trapped page 0x1000 is a region's too"),
    ("a window that is seen elsewhere", both(
        WINDOW + ".ipa = 0", window(f"LEAF = 0; LAST = {0x43060000 | XN | PAGE_R}")),
     "'disk0': its driver does not see the registers"),
    ("shared RAM is uncached there", SHARED + ".flags |= 8",
     "shows RAM of cell 'open', which"),
]

TRAPS = [
    ("a device that rings", "cells[1].mmio[0].handler = 4",
     "'open': mmio at 0x1000.*handler is 0x4.*no such place"),
    ("a ringing page that is a device", "cells[0].mmio[1].handler = 3",
     "'boss': mmio at 0x2000.*handler is 0x3.*no such place"),
    ("another device's window", "cells[1].mmio[0].arg = 1",
     "'open': mmio at 0x1000.*no such place"),
    ("the window of no device", "cells[1].mmio[0].arg = 7",
     "'open': mmio at 0x1000.*no such place"),
    ("a doorbell in a window's place", "cells[1].mmio[0].handler = 2",
     "'open': mmio at 0x1000.*no such place"),
    ("a larger window", "cells[2].mmio[2].size = 0x2000", "no such place"),
    ("a window that is mapped too",
     "virtios[3].window = 0x1000; cells[2].mmio[1].base = 0x1000",
     "no such place|not by rising|is a region's too"),
]

REACH = [
    ("stage 2: the driver's half is written",
     view(0x43060000, PAGE_R, "LEAF |= 0x80"), "boss': it reaches .* rw- "),
    ("stage 2: the backend's half is not",
     view(0x43061000, PAGE_RW, "LEAF ^= 0x80"), "boss': it reaches"),
    ("stage 2: shared RAM is executed",
     view(0x42000000, BLOCK_RW, f"LEAF ^= {XN}"), "boss': it reaches .* rwx "),
    ("stage 2: other RAM than is shared",
     view(0x42000000, BLOCK_RW, f"LEAF = {0x44000000 | XN | BLOCK_RW}"),
     "boss': it reaches .*RAM of cell 'shut'"),
    ("stage 2: registers of another cell's reach",
     view(0x43010000, PAGE_RW, f"LEAF = {0x43060000 | XN | PAGE_RW}"),
     "it reaches .*registers of 'disk0'|is not as it is at boot"),
    ("stage 2: shared RAM is gone", view(0x42200000, BLOCK_RW, "LEAF = 0"),
     "boss': it reaches"),
    ("stage 2: a window is written", window("LEAF |= 0x80"),
     "open': it reaches .* rw- "),
    ("stage 2: a window is executed", window(f"LEAF ^= {XN}"),
     "open': it reaches .* r-x "),
    ("stage 2: a window on the backend's half", window("LEAF += 0x1000"),
     "open': it reaches"),
    ("stage 2: a window is gone", window("LEAF = 0"), "open': it reaches"),
    ("stage 2: a window of two pages",
     window(f"NEXT = {0x43061000 | XN | PAGE_R}"), "open': it reaches"),
    ("EL2: registers are not there",
     at(0x43060000, DATA_PAGE, "LEAF = 0"), "the hypervisor reaches"),
    ("EL2: registers are not written",
     at(0x43060000, DATA_PAGE, "LEAF |= 0x80"), "the hypervisor reaches"),
    ("EL2: registers are code",
     at(0x43061000, DATA_PAGE, f"LEAF ^= {XN}"),
     "can write and execute|the hypervisor reaches"),
]

TREES = [
    ("a tree whose device is elsewhere",
     prop(1, DISK0, "reg", be(8, 0x5000)),
     "'virtio_mmio@1000' with registers that the cell"),
    ("a tree whose device has another line",
     prop(1, DISK0, "interrupts", be(4, 20), 4),
     "gives 'virtio_mmio@1000' a line 20"),
    ("a tree without bounce memory",
     prop(2, "/memory@43010000", "reg", be(8, 0x44000000)),
     "has memory 0x44000000"),
    ("a tree that keeps less bounce memory",
     prop(2, POOL, "reg", be(8, 0x10000), 8), "'disk1@43010000', which is no"
     " channel"),
    ("a tree that gives bounce memory to all",
     prop(2, POOL, "compatible", b"shared-dma-pool\0\0\0\0\0"),
     "does not keep the bounce memory at 0x43010000"),
    ("a tree that does not keep it", gone(2, POOL, "compatible"),
     "does not keep the bounce memory at 0x43010000"),
    ("a tree that keeps it twice", prop(2, "/reserved-memory/talk@43030000",
     "reg", be(8, 0x43010000) + be(8, 0x20000)),
     "does not keep the bounce memory at 0x43010000"),
    ("a tree without a device", gone(1, DISK0, "reg"),
     "'open': the devicetree does not have virtio 'disk0' at 0x1000 once"),
    ("a tree with a device twice", prop(1, DISK0, "reg", be(8, 0x2000)),
     "'open': the devicetree does not have virtio 'net0' at 0x2000 once"),
    ("a tree whose device has another name", rename(1, b"disk0", b"disk9"),
     "does not have virtio 'disk0' at 0x1000 once"),
    ("a tree whose device has a longer name", rename(1, b"net0\0", b"net0x"),
     "does not have virtio 'net0' at 0x2000 once"),
    ("a tree whose device has no name", gone(1, DISK0, "hvcc,name"),
     "does not have virtio 'disk0' at 0x1000 once"),
    ("a tree whose devices have one line",
     prop(1, DISK0, "interrupts", be(4, 0x3a), 4),
     "gives virtio 'disk0' another line than 92"),
    ("a tree whose device has a private line",
     prop(1, DISK0, "interrupts", be(4, 1)),
     "gives virtio 'disk0' another line than 92"),
    ("a tree whose device has no line", gone(1, DISK0, "interrupts"),
     "gives virtio 'disk0' another line than 92"),
    ("a tree whose device has half a line", shrink(1, DISK0, "interrupts", 8),
     "gives virtio 'disk0' another line than 92"),
    ("a tree whose devices have one pool",
     prop(2, DISK1, "memory-region", be(4, 7)),
     "'shut': the devicetree gives virtio 'disk1' other memory"),
    ("a tree whose device has a channel for a pool",
     prop(2, DISK1, "memory-region", be(4, 2)),
     "gives virtio 'disk1' other memory"),
    ("a tree whose device names no pool", gone(2, DISK1, "memory-region"),
     "gives virtio 'disk1' other memory"),
    ("a tree whose device names half a pool",
     shrink(2, DISK1, "memory-region", 0), "gives virtio 'disk1' other memory"),
    ("a tree whose device has a pool that is not its own",
     called(1, DISK0, "dma-coherent", "/channel-near", "memory-region"),
     "gives virtio 'disk0' other memory"),
]

# Rows and traps agree, and only the tree shows it.
WINDOWS = [
    ("a window that the tree does not have", trap,
     "'virtio_mmio@402000' with registers that the cell does not reach"),
]

DEVICES = ROWS + VIEWS + REGIONS + TRAPS + REACH + TREES + WINDOWS

class Loader:
    """The root cell's program as bytes that can be changed."""

    def __init__(self, data, offsets):
        self.data, self.at = bytearray(data), offsets
        # Its section is the only place with these eight bytes and its size.
        self.start = next(
            at for at in range(0, len(data), 8)
            if data[at:at + 8] == MAGIC and
            data[at + offsets["hv_loader.size"]:][:4] == SECTION)

    def place(self, field, i=0):
        kind, _ = field.split(".")
        where = {"hv_loader_virtio": "hv_loader.virtios",
                 "hv_loader_cell": "hv_loader.cells"}.get(kind)
        if not where:
            return self.start + self.at[field]
        at = self.start + self.at[where]
        first = int.from_bytes(self.data[at:at + 4], "little")
        return self.start + first + i * self.at.get(kind, 0) + self.at[field]


def with_bytes(field, value, i=0, at=0):
    def change(loader):
        where = loader.place(field, i) + at
        assert loader.data[where:where + len(value)] != value
        loader.data[where:where + len(value)] = value
    return change


def no_section(loader):
    at = loader.data.rindex(b".hv_tables\0")
    loader.data[at + 1] = ord("x")


def section_header(field, value):
    """Another word in what the file says of its section."""
    def change(loader):
        table, = struct.unpack_from("<Q", loader.data, 0x28)
        n, = struct.unpack_from("<H", loader.data, 0x3c)
        for at in range(table, table + 64 * n, 64):
            if struct.unpack_from("<Q", loader.data, at + 24)[0] == loader.start:
                loader.data[at + field:at + field + len(value)] = value
    return change


BEHIND = "the program beside the image puts something else behind it"
LOADER = [
    ("no program", lambda l: l.data.__setitem__(slice(0, 4), b"none"),
     "has no section .hv_tables"),
    ("another program", no_section, "has no section .hv_tables"),
    ("a section without bytes", section_header(4, b"\x08"),
     "has no section .hv_tables"),
    ("a section of another size", section_header(32, b"\x08"),
     "has no section .hv_tables"),
    ("another magic", with_bytes("hv_loader.magic", b"x"), "another image's"),
    ("another version", with_bytes("hv_loader.abi_version", b"x"),
     "another image's"),
    ("another size", with_bytes("hv_loader.size", b"x"), "another image's"),
    ("another identity", with_bytes("hv_loader.identity", b"xxxx"),
     "another image's"),
    ("another runtime", with_bytes("hv_loader.runtime", b"xxxx"),
     "another image's"),
    ("another root", with_bytes("hv_loader.root_cell", b"\1"),
     "another image's"),
    ("padding", with_bytes("hv_loader.zero", b"\1"), "another image's"),
    ("a cell less", with_bytes("hv_loader.cells", b"\3", 0, 4),
     "cells of the program beside the image are not 4"),
    ("another cell's name", with_bytes("hv_loader_cell.name", b"x"),
     "to the program beside the image cell 'boss' has another name"),
    ("a device less", with_bytes("hv_loader.virtios", b"\6", 0, 4),
     "virtio devices of the program beside the image are not 7"),
    ("devices nowhere", with_bytes("hv_loader.virtios", b"\0\0\0\x10"),
     "virtio devices of the program beside the image are not 7"),
    ("devices at the end", lambda l: with_bytes(
        "hv_loader.virtios", (int.from_bytes(SECTION, "little") - 8).to_bytes(
            4, "little"))(l),
     "virtio devices of the program beside the image are not 7"),
    ("devices between words", with_bytes("hv_loader.virtios", b"\xff"),
     "virtio devices of the program beside the image are not 7"),
    ("another name", with_bytes("hv_loader_virtio.name", b"x"),
     "virtio 'disk0': " + BEHIND),
    ("more of a name", with_bytes("hv_loader_virtio.name", b"x", 0, 31),
     "virtio 'disk0': " + BEHIND),
    ("another kind", with_bytes("hv_loader_virtio.kind", b"\1"),
     "virtio 'disk0': " + BEHIND),
    ("a disk that is written", with_bytes("hv_loader_virtio.flags", b"\0"),
     "virtio 'disk0': " + BEHIND),
    ("another front", with_bytes("hv_loader_virtio.front", b"\2"),
     "virtio 'disk0': " + BEHIND),
    ("another number of queues", with_bytes("hv_loader_virtio.n_queues",
                                            b"\2"),
     "virtio 'disk0': " + BEHIND),
    ("another backend", with_bytes("hv_loader_virtio.backend", b"\3"),
     "virtio 'disk0': " + BEHIND),
    ("another address", with_bytes("hv_loader_virtio.mac", b"x", 1, 5),
     "virtio 'net0': " + BEHIND),
    ("an address of a disk", with_bytes("hv_loader_virtio.mac", b"x"),
     "virtio 'disk0': " + BEHIND),
    ("padding of a device", with_bytes("hv_loader_virtio.zero", b"\1"),
     "virtio 'disk0': " + BEHIND),
    ("more padding", with_bytes("hv_loader_virtio.zero", b"\1", 0, 1),
     "virtio 'disk0': " + BEHIND),
    ("another file", with_bytes("hv_loader_virtio.path", b"/srv/1"),
     "virtio 'disk0': " + BEHIND),
    ("a longer file", with_bytes("hv_loader_virtio.path", b"/srv/00"),
     "virtio 'disk0': " + BEHIND),
    ("a file behind another", with_bytes("hv_loader_virtio.path", b"x", 0, 9),
     "virtio 'disk0': " + BEHIND),
    ("a file of a pty", with_bytes("hv_loader_virtio.path", b"/", 2),
     "virtio 'con0': " + BEHIND),
    ("another interface", with_bytes("hv_loader_virtio.path", b"tap1", 1),
     "virtio 'net0': " + BEHIND),
]

# What only the text shows: (name, edits, what must be said with it). The cell's
# tree says the same.
DEVICES_TEXT = [
    ("a device of another name", both(other_name, rename(1, b"disk0", b"kisk0")),
     "virtio 'disk0': it has another name"),
    ("a disk that is a console", "virtios[0].kind = 3; virtios[0].flags = 0; "
     "virtios[0].n_queues = 2", "'disk0': kind is 0x3, not 0x2"),
    ("a disk that is written", "virtios[0].flags = 0",
     "'disk0': flags is 0x0, not 0x1"),
    ("requests that fail", "virtios[0].flags |= 4",
     "'disk0': flags is 0x5, not 0x1"),
    ("a queue more", "virtios[0].n_queues = 2",
     "'disk0': n_queues is 0x2, not 0x1"),
    ("lines of each other", both(
        "virtios[0].front_line -= 2; virtios[1].front_line += 2",
        prop(1, DISK0, "interrupts", be(4, 0x3a), 4),
        prop(1, "/virtio_mmio@2000", "interrupts", be(4, 0x3c), 4)),
     "'disk0': front_line is 0x5a, not 0x5c"),
    ("lines of each other behind", "virtios[0].back_line -= 2; "
     "virtios[1].back_line += 2", "'disk0': back_line is 0x59, not 0x5b"),
    ("registers of each other", swap,
     "'disk0': registers is 0x43062000, not 0x43060000"),
]
