# SPDX-License-Identifier: BSD-2-Clause
"""What the image by itself shows: one property broken in each of them.

Rows are (name, edits, what must be said). Edits are as Image.edit has them, or
a function. BOSS, WORKER, EMPTY and TUX are cells 0 to 3 of good.cells.
"""

PAGE = 0x1000


def be(size, value):
    return value.to_bytes(size, "big")


def prop(cell, path, name, value, at=0):
    """Other bytes in a property of a cell's tree, as many as there were."""
    def change(image):
        where, _ = image.property(cell, path, name)
        image.data[where + at:where + at + len(value)] = value
    return change


def rename(cell, old, new):
    """Another text of the same length in a cell's tree."""
    def change(image):
        for i, kind, at, size in image.segments():
            if kind == 3 and image.get(f"segments[{i}].cell") == cell:
                tree = image.data[at:at + size]
                assert old in tree, old
                image.data[at:at + size] = tree.replace(old, new)
    return change


def both(*changes):
    def change(image):
        for c in changes:
            if callable(c):
                c(image)
            else:
                image.edit(c)
    return change


CONTAINER = [
    ("no segments", "image.n_segments = 0", "says 0 segments"),
    ("too many segments", "image.n_segments = 126", "says 126 segments"),
    ("a segment's offset", "segments[1].offset += 8", "segment 1 is at"),
    ("an empty segment", "segments[1].size = 0", "segment 1 is at"),
    ("a segment that wraps", "segments[1].size = 0xffffffffffffff00",
     "segment 1 is at"),
    ("a segment that leaves the file", "segments[1].size += 0x10000000",
     "segment 1 is at"),
    ("segments on each other", "segments[1].size += 0x10000",
     "segments [0-9]+ and [0-9]+ overlap in the file"),
    ("a segment on the runtime", "segments[1].offset = 0; segments[1].size = "
     "segments[0].size", "segments 0 and 1 overlap in the file"),
    ("no runtime", "segments[0].kind = 2", "segment 0 is not the runtime"),
    ("a runtime of a cell", "segments[0].cell = 0",
     "segment 0 is not the runtime"),
    ("a runtime elsewhere", "segments[0].offset = 0x1000; segments[0].size -= 0x1000",
     "segment 0 is not the runtime"),
    ("a runtime in pieces of pages", "segments[0].size -= 16",
     "segment 0 is not the runtime"),
    ("tables on no page", "image.tables_offset += 8", "the tables are at"),
    ("tables in the head", "image.tables_offset = 0x2000",
     "the tables are at"),
    ("tables behind the runtime", "image.tables_offset = segments[0].size",
     "the tables are at"),
    ("tables' magic", "magic ^= 1", "there are no tables"),
    ("tables' version", "abi_version += 1", "there are no tables"),
    ("tables' machine", "arch = 243", "machine 243"),
    ("tables' size", "total_size -= 8", "total_size is"),
    ("the file's size", "image.file_size += 1", "says .* bytes, the file has"),
    ("the boot header's code1", "boot:4:1", "has a field that has to be zero"),
    ("the boot header's offset", "boot:8:1", "has a field that has to be zero"),
    ("the boot header's res2", "boot:32:1", "has a field that has to be zero"),
    ("the boot header's res3", "boot:40:1", "has a field that has to be zero"),
    ("the boot header's res4", "boot:48:1", "has a field that has to be zero"),
    ("the boot header's res5", "boot:60:1", "has a field that has to be zero"),
    ("the boot header's branch", "boot:0:1", "does not branch"),
    ("the boot header's size", "boot:16:1", "does not have the size"),
    ("the boot header's flags", "boot:24:1", "has other flags"),
    ("the boot header's magic", "boot:56:1", "has no magic"),
    ("a runtime that begins later", "segments[0].offset = 0x1000; "
     "segments[0].size -= 0x1000", "segment 0 is not the runtime"),
    ("a segment beside itself", lambda i: i.edit(
        f"segments[{first(i, 4) + 1}].offset += 0x1000"),
     "overlap in the file"),
    ("a segment smaller than itself", lambda i: i.edit(
        f"segments[{first(i, 4) + 1}].size -= 16"), "overlap in the file"),
]

LISTS = [
    ("too many cells", "cells.count = 65; arch_cells.count = 65",
     "cells: there are 65, at most"),
    ("no cells", "cells.count = 0; cells.offset = 0; arch_cells.count = 0; "
     "arch_cells.offset = 0", "there are no cells"),
    ("too many CPUs", "cpus.count = 65", "cpus: there are 65, at most"),
    ("an empty list that is somewhere", "cells[0].copies.offset = 8",
     "the offset of an empty list"),
    ("a list on no row", "cells[0].regions.offset += 4", "which end at"),
    ("a list behind the tables", "cells[0].regions.offset = 0x7ffffff8",
     "which end at"),
    ("a list that is too long", "ram.count = 0x10000000", "which end at"),
    ("lists on each other", "cells[1].mmio.offset = cells[0].mmio.offset",
     "mmio of cell 'worker': they overlap"),
    ("a list on the head", "ram.offset = 8", "ram: they overlap other rows"),
    ("channels on CPUs", "channels.offset = cpus.offset", "they overlap"),
    ("ends on CPUs", "ends.offset = cpus.offset", "they overlap"),
    ("CPUs nowhere", "cpus.offset = 0x7ffffff8", "cpus: .* which end at"),
    ("copies nowhere", "cells[1].copies.offset = 0x7ffffff8",
     "copies of cell 'worker': .* which end at"),
    ("slots nowhere", "cells[1].mmio_slots.offset = 0x7ffffff8",
     "mmio_slots of cell 'worker': .* which end at"),
    ("slots on half a number", "cells[1].mmio_slots.offset += 1",
     "mmio_slots of cell 'worker': .* which end at"),
    ("lines nowhere", "cells[1].line_words.offset = 0x7ffffff8",
     "lines of cell 'worker': .* which end at"),
    ("switches nowhere", "switches.offset = 0x7ffffff8",
     "switches: .* which end at"),
    ("too few lines", "cells[1].line_words.count = 2",
     "it has 2 words of lines, the board has 3"),
    ("words of a switch nowhere", "switches[1].words.offset = 0x7ffffff8",
     "words of switch 1"),
    ("page tables on no page", "pool.offset += 8; pool.count -= 1",
     "page tables: they are at"),
    ("page tables not up to the end", "pool.count -= 512",
     "page tables: they are at"),
    ("no page tables", "pool.count = 0; pool.offset = 0",
     "page tables: they are at"),
    ("rows of two boards", "arch_board.count = 2",
     "arch_board: there are 2, at most 1"),
    ("rows of no board", "arch_board.count = 0; arch_board.offset = 0",
     "rows for 0 boards"),
    ("rows of other CPUs", "arch_cpus.count = 4", "and 4 cells|4 CPUs"),
    ("rows of other cells", "arch_cells.count = 3", "3 cells"),
    ("the board's rows nowhere", "arch_board.offset = 0x7ffffff8",
     "arch_board: .* which end at"),
    ("the board's row elsewhere", lambda i: i.edit(
        f"arch_board.offset = {i.get('pool.offset') - 0x80}"),
     "arch_board: it is at 0x[0-9a-f]+ of the tables, not right behind the head"),
    ("the CPUs' rows nowhere", "arch_cpus.offset = 0x7ffffff8",
     "arch_cpus: .* which end at"),
    ("the cells' rows nowhere", "arch_cells.offset = 0x7ffffff8",
     "arch_cells: .* which end at"),
    ("a name without an end", lambda i: i.data.__setitem__(
        slice(i.place("cells[1].name")[0], i.place("cells[1].name")[0] + 32),
        b"w" * 32), "cell 1: its name is not"),
    ("a name with bytes behind it", lambda i: i.data.__setitem__(
        i.place("cells[1].name")[0] + 20, 1), "cell 1: its name is not"),
    ("a name of none", "cells[1].name = 0", "cell 1: its name is not"),
    ("a name that is no text", "cells[1].name ^= 0x80",
     "cell 1: its name is not"),
    ("a name with a control", "cells[1].name ^= 0x7c",
     "cell 1: its name is not"),
    ("cells nowhere", "cells.offset = 0x7ffffff8", "cells: .* which end at"),
    ("page tables nowhere", "pool.offset = 0x7ffff000",
     "page tables: .* which end at"),
    ("bytes of no row", lambda i: i.data.__setitem__(
        i.place("pool[0]")[0] - 1, 1), "that belong to no row"),
    ("a name with a delete", "cells[1].name ^= 8", "cell 1: its name is not"),
]

BOARD = [
    ("a distributor that is small", "arch_board[0].gicd_size = 0x8000",
     "the distributor is at"),
    ("a distributor on no page", "arch_board[0].gicd += 8",
     "the distributor is at"),
    ("a distributor that wraps", "arch_board[0].gicd = 0xfffffffffffff000",
     "the distributor is at"),
    ("too few lines", "arch_board[0].n_lines = 31", "the number of lines is"),
    ("too many lines", "arch_board[0].n_lines = 1021",
     "the number of lines is"),
    ("neither assumed nor not", "arch_board[0].is_n_lines_assumed = 2",
     "is_n_lines_assumed"),
    ("a conduit that is none", "arch_board[0].conduit = 3", "conduit"),
    ("few address bits", "arch_board[0].pa_bits = 31", "pa_bits is 31"),
    ("many address bits", "arch_board[0].pa_bits = 49", "pa_bits is 49"),
    ("maintenance by an SGI", "arch_board[0].maintenance_line = 15",
     "line 15 .* no PPI"),
    ("a timer with an SPI", "arch_board[0].virtual_timer_line = 32",
     "line 32 .* no PPI"),
    ("two timers on a line", "arch_board[0].hyp_timer_line = "
     "arch_board[0].virtual_timer_line", "line 27 has two uses"),
    ("a redistributor that is small", "arch_cpus[1].gicr_size = 0x10000",
     "the redistributor of CPU 1"),
    ("a redistributor on no page", "arch_cpus[1].gicr += 4",
     "the redistributor of CPU 1"),
    ("padding of a CPU", "arch_cpus[1].zero = 1",
     "the padding of CPU 1 is 0x1"),
    ("a distributor of no pages", "arch_board[0].gicd_size += 8",
     "the distributor is at"),
]

HEAD = [
    ("an image size", "image_size -= 0x1000", "image_size is"),
    ("no working memory", "memory_size = image_size",
     "the hypervisor's memory is"),
    ("memory that wraps", "memory_size = 0xfffffffffffff000",
     "the hypervisor's memory is"),
    ("memory in pieces of pages", "memory_size += 8",
     "the hypervisor's memory is"),
    ("another base", "base += 0x1000", "base is .*, and the runtime goes"),
    ("a root that is no cell", "root_cell = 4", "root_cell is 4"),
    ("a UART of an unknown kind", "uart = 2", "uart is 2"),
    ("a UART without a place", "uart_base = 0xfffffffffffff004; uart = 1",
     "uart_base is"),
    ("a place without a UART", "uart = 0", "uart_base is"),
    ("a line without a UART", "uart = 0; uart_base = 0", "uart_line is"),
    ("a UART without a line", "uart_line = 0xffffffff", "uart_line is"),
    ("the UART's line is a PPI", "uart_line = 31", "uart_line is"),
    ("the UART's line is none", "uart_line = 96", "uart_line is"),
    ("the UART's CPU", "uart_cpu = 5", "uart_cpu is 5"),
    ("the log elsewhere", "log_ring = 0x41a00000", "log_ring is"),
    ("the log on no page", "log_ring += 8", "log_ring is"),
    ("less memory than image", "memory_size = 0x1000", "cpu 0: area is"),
]

CPUS = [
    ("a CPU of no cell", "cpus[1].cell = 4", "cpu 1: cell is 4"),
    ("a delivery", "cpus[1].delivery = 2", "cpu 1: delivery is 2"),
    ("two deliveries in a cell", "cpus[3].delivery = 0; "
     "arch_cpus[3].ipi_line = 0xffffffff",
     "cpu 3: delivery is another than that of cpu 2"),
    ("direct for nobody", lambda i: fewer_cpus(i) or i.edit(
        "cpus[3].delivery = 1"), "cpu 3: it is no cell's, and has direct"),
    ("padding", "cpus[1].zero = 1", "cpu 1: padding"),
    ("a stack on no page", "cpus[1].area += 8", "cpu 1: area is"),
    ("a stack in the image", "cpus[1].area = base", "cpu 1: area is"),
    ("a stack behind it all", "cpus[1].area = 0x45000000",
     "cpu 1: area is"),
    ("two CPUs with one id", "cpus[1].hwid = cpus[0].hwid",
     "cpu 1: hwid is that of cpu 0"),
    ("two CPUs of a cell with one id",
     "cpus[3].virtual_hwid = cpus[2].virtual_hwid",
     "cpu 3: virtual_hwid or index"),
    ("two CPUs of a cell with one index", "cpus[3].index = 0",
     "cpu 3: virtual_hwid or index"),
    ("an index with none before", "cpus[3].index = 2", "index is 2 of 2"),
    ("a CPU in another cell", "cpus[1].cell = 0", "cpu_mask is"),
    ("a CPU in two cells", "cells[1].cpu_mask |= 1",
     "'boss' and cell 'worker' both have a CPU"),
    ("a cell's number of CPUs", "cells[2].n_cpus = 1", "n_cpus is 1"),
    ("a cell without CPUs", "cpus[1].cell = 0xffffffff; "
     "cells[1].cpu_mask = 0; cells[1].n_cpus = 0; "
     "cells[1].boot_cpu = 0xffffffff", "n_cpus is 0"),
    ("another boot CPU", "cells[2].boot_cpu = 3", "boot_cpu is 3"),
    ("an id that no CPU has", "cpus[1].hwid |= 0x1000000", "cpu 1: hwid"),
    ("an id that no CPU reads", "cpus[1].virtual_hwid |= 0x1000000",
     "cpu 1: "),
]

CELLS = [
    ("two cells of a name", lambda i: i.data.__setitem__(
        slice(i.place("cells[1].name")[0], i.place("cells[1].name")[0] + 32),
        i.data[i.place("cells[0].name")[0]:i.place("cells[0].name")[0] + 32]),
     "two cells have the name"),
    ("an unknown flag", "cells[1].flags |= 128", "flags is 0x86"),
    ("any payload, and nobody may load it", "cells[1].flags |= 64",
     "flags is 0x46, and nobody may load it"),
    ("a crash of the root kept", "cells[0].on_crash.action = 3",
     "'boss': what it leaves is kept for nobody"),
    ("a reboot kept", "cells[1].on_reboot.action = 3",
     "'worker': what it leaves is kept for nobody"),
    ("a power-off kept", "cells[1].on_poweroff.action = 3",
     "'worker': what it leaves is kept for nobody"),
    ("a second root", "cells[1].flags |= 1", "flags is 0x7"),
    ("a root that does not say so", "cells[0].flags ^= 1", "flags is 0x6"),
    ("started with nothing", "cells[2].flags |= 4", "flags is 0x4"),
    ("managed in an unknown way", "cells[1].managed |= 16", "managed is"),
    ("a managed root", "cells[0].managed = 1", "managed is 0x1"),
    ("an event line of one that manages nothing", "cells[1].event_line = 90",
     "'worker': event_line is 0x5a"),
    ("no event line", "cells[0].event_line = 0xffffffff",
     "'boss': event_line is 0xffffffff"),
    ("no payload, by the flags", "cells[3].flags = 0x18",
     "'tux': flags is 0x18, and it has a payload"),
    ("a payload by the flags alone", "cells[2].flags |= 2",
     "'empty': flags is 0x[0-9a-f]+, and it has no payload"),
    ("a restart from nothing", "cells[0].on_crash.action = 2",
     "'boss': it restarts, and no payload is put back"),
    ("a restart by reboot from nothing", "cells[0].on_reboot.action = 2",
     "'boss': it restarts, and no payload is put back"),
    ("a restart by power-off from nothing", "cells[0].on_poweroff.action = 2",
     "'boss': it restarts, and no payload is put back"),
    ("a CPU of no cell with an index", "cpus[3].cell = 0xffffffff; cells[2]."
     "cpu_mask = 4; cells[2].n_cpus = 1; cpus[3].virtual_hwid = cpus[3].hwid",
     "cpu 3: it is no cell's, and has index 1"),
    ("a CPU of no cell with another id", "cpus[3].cell = 0xffffffff; cells[2]."
     "cpu_mask = 4; cells[2].n_cpus = 1; cpus[3].index = 0",
     "cpu 3: it is no cell's, and has index 0 and virtual_hwid 0x1"),
    ("no crash action", "cells[1].on_crash.action = 0", "on_crash is 0"),
    ("no reboot action", "cells[1].on_reboot.action = 6", "on_reboot is 6"),
    ("no poweroff action", "cells[1].on_poweroff.action = 0",
     "on_poweroff is 0"),
    ("a console of no kind", "cells[1].console = 3", "console is 3"),
    ("a console's ring elsewhere", "cells[1].console_ring = 0x41000000",
     "console_ring is"),
    ("a console's ring on no page", "cells[1].console_ring += 8",
     "console_ring is"),
    ("a console's ring behind the log's", "cells[1].console_ring = log_ring; "
     "cells[1].console_ring += 0x4000", "console_ring is"),
    ("a ring of no console", "cells[2].console_ring = cells[1].console_ring",
     "console_ring is"),
    ("a line of no console", "cells[2].console_line = 90",
     "console_line is"),
    ("an entry nowhere", "cells[1].entry = 0x600000",
     "entry is 0x600000, where"),
    ("an entry in data", "cells[0].entry = 0x42000000",
     "entry is 0x42000000, where"),
    ("an entry between instructions", "cells[1].entry += 2",
     "entry is 0x2"),
]

REGIONS = [
    ("a region of no kind", "cells[1].regions[0].kind = 6", "kind is 6"),
    ("a region of kind 0", "cells[1].regions[0].kind = 0", "kind is 0"),
    ("pages that are none", "cells[1].regions[0].pa += 8",
     "pa is no range"),
    ("memory beyond the board", "cells[1].regions[0].pa = 0x10000000000",
     "pa is no range"),
    ("addresses that are no pages", "cells[1].regions[0].ipa += 8",
     "ipa is no range"),
    ("addresses beyond all", "cells[1].regions[2].ipa = 0x10000000000",
     "ipa is no range"),
    ("an empty region", "cells[1].regions[0].size = 0", "is no range"),
    ("mem-read without reading", "cells[1].regions[0].flags ^= 1",
     "flags is .*, which kind 1 cannot have"),
    ("an unknown flag", "cells[1].regions[0].flags |= 32",
     "flags is .*, which kind 1"),
    ("RAM that is shared", "cells[1].regions[0].flags |= 16",
     "flags is .*, which kind 1"),
    ("a channel that executes", "cells[1].regions[1].flags |= 4",
     "flags is .*, which kind 2"),
    ("a channel with the word of devices", "cells[1].regions[1].flags |= 16",
     "flags is .*, which kind 2"),
    ("a device that executes", "cells[0].regions[0].flags |= 4",
     "flags is .*, which kind 3"),
    ("a device that cannot be written", "cells[0].regions[0].flags ^= 2",
     "flags is .*, which kind 3"),
    ("a device in the cache", "cells[0].regions[0].flags |= 8",
     "flags is .*, which kind 3"),
    ("a window that executes", "cells[0].regions[3].flags |= 4",
     "flags is .*, which kind 4"),
    ("RAM of a channel", "cells[1].regions[0].arg = 0", "arg is 0x0"),
    ("a channel that is none", "cells[1].regions[1].arg = 2", "arg is 0x2"),
    ("a window on none", "cells[0].regions[3].arg = 4", "arg is 0x4"),
    ("padding", "cells[1].regions[0].zero = 1", "padding is 0x1"),
    ("a device somewhere else", "cells[0].regions[0].ipa -= 0x100000",
     "a device is seen at another address"),
    ("regions on each other", "cells[1].regions[1].ipa = 0x42020000",
     "is not by rising ipa, or they overlap"),
    ("regions in no order", "cells[1].regions[1].ipa = 0x42030000",
     "is not by rising ipa, or they overlap"),
    ("regions that overlap", "cells[1].regions[1].size += 0x11000",
     "is not by rising ipa, or they overlap"),
]

MMIO = [
    ("a trapped page that is none", "cells[1].mmio[2].base += 8",
     "mmio, base is"),
    ("a trapped page beyond all", "cells[1].mmio[3].base = 0x10000000000",
     "mmio, base is"),
    ("trapped pages on each other", "cells[1].mmio[0].size += 0xd0000",
     "is not by rising base"),
    ("trapped pages in no order", "cells[1].mmio[1].base = 0x7000000",
     "is not by rising base"),
    ("an unknown handler", "cells[1].mmio[2].handler = 3",
     "no such place is this cell's"),
    ("a console of none", "cells[2].mmio[3].handler = 1; "
     "cells[2].mmio[3].arg = 0xffffffff", "no such place is this cell's"),
    ("a console with an argument", "cells[1].mmio[2].arg = 0",
     "no such place is this cell's"),
    ("a large console", "cells[1].mmio[3].base += 0x1000; "
     "cells[1].mmio[2].size = 0x2000", "no such place is this cell's"),
    ("another cell's doorbell", "cells[1].mmio[3].arg = 0",
     "no such place is this cell's"),
    ("a doorbell of no end", "cells[1].mmio[3].arg = 5",
     "no such place is this cell's"),
    ("a doorbell of two pages", "cells[1].mmio[3].size = 0x2000",
     "no such place is this cell's"),
    ("a doorbell elsewhere", "cells[1].mmio[3].base += 0x1000",
     "no such place is this cell's"),
    ("another CPU's redistributor", "cells[1].mmio[1].arg = 0",
     "no such place is this cell's"),
    ("a redistributor of none", "cells[1].mmio[1].arg = 5",
     "no such place is this cell's"),
    ("a redistributor elsewhere", "cells[1].mmio[1].base += 0x20000",
     "no such place is this cell's"),
    ("a redistributor of two", "cells[1].mmio[1].size = 0x40000",
     "no such place is this cell's"),
    ("a distributor elsewhere", "cells[1].mmio[0].base += 0x10000",
     "no such place is this cell's"),
    ("a distributor of another size", "cells[1].mmio[0].size = 0x20000",
     "no such place is this cell's"),
    ("a distributor with an argument", "cells[1].mmio[0].arg = 1",
     "no such place is this cell's"),
    ("a region on a trapped page", "cells[0].regions[0].pa = 0x9002000; "
     "cells[0].regions[0].ipa = 0x9002000",
     "the trapped page 0x9002000 is a region's too"),
    ("a region around a trapped page", "cells[0].regions[0].pa = 0x8000000; "
     "cells[0].regions[0].ipa = 0x8000000; "
     "cells[0].regions[0].size = 0x1010000",
     "the trapped page 0x8000000 is a region's too"),
    ("a redistributor that is not trapped", lambda i: i.edit(
        "cells[3].mmio.count = 1; "
        "cells[3].mmio[1].base = 0; cells[3].mmio[1].size = 0; "
        "cells[3].mmio[1].handler = 0; cells[3].mmio[1].arg = 0"),
     "it has 1 trapped places"),
    ("a second console", "cells[0].mmio[3].handler = 1; "
     "cells[0].mmio[3].arg = 0xffffffff", "it has 5 trapped places"),
    ("a doorbell of a far end", "cells[1].mmio[3].arg = 0x7fffffff",
     "no such place is this cell's"),
    ("a redistributor of a far CPU", "cells[1].mmio[1].arg = 0x7fffffff",
     "no such place is this cell's"),
    ("a trapped nothing", "cells[1].mmio[0].base = 0; "
     "cells[1].mmio[0].size = 0", "mmio, base is"),
    ("a handler that is not known", "cells[1].mmio[1].handler = 0x105",
     "no such place is this cell's"),
    ("no shift", "cells[1].mmio_shift = 0", "mmio_shift is 0"),
    ("a shift of everything", "cells[1].mmio_shift = 32", "mmio_shift is 32"),
    ("one slot, and no shift", "cells[1].mmio_shift = 0; "
     "cells[1].mmio_slots.count = 1", "mmio_shift is 0, and it has 1 mmio"),
    ("one slot", "cells[1].mmio_shift = 32; cells[1].mmio_slots.count = 1",
     "mmio_shift is 32, and it has 1 mmio"),
    ("fewer slots than pages", "cells[1].mmio_shift = 31; "
     "cells[1].mmio_slots.count = 2", "2 mmio_slots, and more trapped pages"),
    ("slots of another number", "cells[1].mmio_shift += 1",
     "mmio_shift is .*, and it has 64 mmio_slots"),
    ("no slots", "cells[1].mmio_slots.count = 0; cells[1].mmio_slots.offset "
     "= 0", "it has 0 mmio_slots|belong to no row"),
    ("a page in no slot", lambda i: slot_of(i, 1, 0),
     "is 0, and the trapped page 0x8000000 is in row 0"),
    ("a page in another row", lambda i: slot_of(i, 1, 2),
     "is 2, and the trapped page 0x8000000 is in row 0"),
    ("a page in no row", lambda i: slot_of(i, 1, 99),
     "is 99, and the trapped page 0x8000000 is in row 0"),
    ("a row in a slot of no page", lambda i: i.edit(
        f"cells[1].mmio_slots[{unused_slot(i, 1)}] = 1"),
     "51 of its mmio_slots have a row, and it has 50 trapped pages"),
    ("no row in a slot of no page", lambda i: i.edit(
        f"cells[1].mmio_slots[{unused_slot(i, 1)}] = 99"),
     "51 of its mmio_slots have a row, and it has 50 trapped pages"),
    ("pages of a row in one slot", lambda i: i.edit(
        "cells[1].mmio_multiplier = 0; cells[1].mmio_slots[0] = 1"),
     "mmio_slots 0 is 1, and the trapped page 0x80c0000 is in row 1"),
]

CHANNELS = [
    ("a channel's name", "channels[0].name = 0", "its name is not"),
    ("two channels of a name", lambda i: i.data.__setitem__(
        slice(i.place("channels[1].name")[0],
              i.place("channels[1].name")[0] + 32),
        i.data[i.place("channels[0].name")[0]:
               i.place("channels[0].name")[0] + 32]),
     "two channels have the name of channel 'orders'"),
    ("a channel on no page", "channels[0].pa += 8", "pa is 0x42020008"),
    ("a channel's flags", "channels[0].flags |= 8", "flags is 0x9"),
    ("padding", "channels[0].zero = 1", "padding is 0x1"),
    ("a channel of one end", "channels[0].ends.count = 1", "its 1 ends"),
    ("ends of another channel",
     "channels[1].ends.offset = channels[0].ends.offset", "its 3 ends are at"),
    ("more ends than there are", "channels[1].ends.count = 4",
     "its 4 ends are at"),
    ("fewer ends than there are", "channels[1].ends.count = 2",
     "there are 5, and the channels have 4"),
    ("an end of no cell", "ends[1].cell = 4", "end 1: cell is 4"),
    ("an end of another channel", "ends[1].channel = 1",
     "end 1: channel is 1"),
    ("two ends of a cell", "ends[4].cell = 0", "has two ends of it"),
    ("an end that may nothing", "ends[1].flags = 0", "end 1: flags is 0x0"),
    ("an end that executes", "ends[1].flags |= 4", "end 1: flags is 0x5"),
    ("an end that rings itself", "ends[0].may_ring = 3", "may_ring is 0x3"),
    ("an end that rings none", "ends[0].may_ring = 4", "may_ring is 0x4"),
    ("a ring that nobody hears", "ends[1].line = 0xffffffff",
     "may_ring is 0x2"),
    ("a reader that rings", "ends[1].may_ring = 1; "
     "ends[1].doorbell = 0x9002000; ends[0].line = 92", "may_ring is 0x1"),
    ("rings without doorbells", "channels[0].flags = 0", "may_ring is 0x2"),
    ("a doorbell that rings none", "ends[1].doorbell = 0x9003000",
     "doorbell is 0x9003000"),
    ("no doorbell to ring", "ends[0].doorbell = 0", "doorbell is 0x0"),
    ("a private line that rings", "ends[1].line = 27", "line is 27, which"),
    ("another's line that rings", "ends[1].line = 92", "line is 92, which"),
    ("no line that rings", "ends[1].line = 1020", "line is 1020, which"),
    ("two writers of three", "ends[3].flags = 1; ends[3].may_ring = 0; "
     "ends[3].doorbell = 0", "2 of its 3 ends may write"),
    ("a writer that rings itself", "ends[2].may_ring = 7",
     "may_ring is 0x7"),
    ("a line beyond all", "ends[1].line = 0x7ffffff0", "line is 2147483632"),
]

SWITCHES = [
    ("neither on nor off", "switches[1].is_on_at_boot = 2",
     "is_on_at_boot is 2"),
    ("padding", "switches[1].zero = 1", "padding is 0x1"),
    ("an owner that is none", "switches[1].owner = 4", "owner is 4"),
    ("a subject that is none", "switches[1].subject = 4", "subject is 4"),
    ("a condition that is none", "switches[1].condition = 4",
     "condition is 4"),
    ("a root of another", "switches[0].subject = 1", "it turns cell 'boss'"),
    ("a root with an argument", "switches[0].arg = 0", "it turns cell 'boss'"),
    ("a second root", "switches[1].condition = 1; switches[1].arg = "
     "switches[0].arg", "it turns cell 'boss' off"),
    ("a root that is off", "switches[0].is_on_at_boot = 0",
     "the root of cell 'boss' is off"),
    ("a root switch that is none", "cells[1].root_switch = 10",
     "root_switch is 10|root_switch of cell 'worker' is 10"),
    ("a root switch of another", "cells[1].root_switch = 0",
     "root_switch of cell 'worker' is 0"),
    ("a root switch that is a channel's", "cells[1].root_switch = 5; "
     "switches[4].condition = 3; switches[4].arg = 0",
     "no switch of its root"),
    ("an open window", "switches[3].is_on_at_boot = 1",
     "the window on cell 'empty' is open"),
    ("a window on itself", "switches[3].subject = 0", "a window on itself"),
    ("a window of another cell", "switches[3].owner = 1",
     "cell 'worker' has a window on cell 'empty', and is not the root"),
    ("a window on a cell that is never loaded", "cells[2].managed = 3",
     "which says not that it may be loaded"),
    ("a window with an argument", "switches[3].arg = 0", "switch 3: arg is"),
    ("two windows on a cell", "switches[2].condition = 2; "
     "switches[2].subject = 2; switches[2].arg = 0xffffffff; "
     "switches[2].is_on_at_boot = 0", "a second window on cell 'empty'"),
    ("a channel that another decides", "switches[1].subject = 1",
     "owner is cell 'boss', subject is"),
    ("a channel of no end", "switches[8].arg = 0",
     "no channel that cell 'empty'"),
    ("a channel that is none", "switches[8].arg = 2",
     "no channel that cell 'empty'"),
    ("two switches of a channel", "switches[2].arg = 0",
     "no channel that cell 'boss'"),
    ("a channel without a switch", "cells[1].regions[1].arg = 0; "
     "cells[1].regions[1].kind = 1; cells[1].regions[1].arg = 0xffffffff",
     "no region or no switch|has no region"),
    ("a region of a channel without an end", "cells[3].regions[1].kind = 2; "
     "cells[3].regions[1].flags = 3; cells[3].regions[1].arg = 0; "
     "cells[3].flags = 0", "of which it has no end"),
    ("two regions of an end", "cells[1].regions[2].arg = 1; "
     "cells[1].regions[2].flags = 11", "or one already|is something else"),
    ("a region beside its channel", "cells[1].regions[2].pa += 0x1000",
     "its end of channel 'orders' is something else"),
    ("a region smaller than its channel", "cells[1].regions[2].size -= 0x1000",
     "its end of channel 'orders' is something else"),
    ("an end seen elsewhere", "cells[1].regions[2].ipa += 0x1000",
     "its end of channel 'orders' is something else"),
    ("a reader's region that writes", "cells[1].regions[2].flags |= 2",
     "its end of channel 'orders' is something else"),
    ("a root switch far away", "cells[1].root_switch = 0x7fffffff",
     "root_switch"),
    ("an end without a switch", lambda i: fewer_switches(i),
     "no region or no switch"),
]

LINES = [
    ("an SGI", "cells[1].line_words[0] |= 2", "line 1 is the hypervisor's"),
    ("the maintenance line", "cells[1].line_words[0] |= 0x2000000",
     "line 25 is the hypervisor's"),
    ("the hypervisor's timer", "cells[1].line_words[0] |= 0x4000000",
     "line 26 is the hypervisor's"),
    ("the console's line", "cells[1].line_words[1] |= 2",
     "line 33 is that of the hypervisor's console"),
    ("a line of two cells", "cells[1].line_words[1] |= 4",
     "cell 'boss' and cell 'worker' both have line 34"),
    ("a line that is none", "arch_board[0].n_lines = 95",
     "line 95 is not one of the board's 95"),
    ("a console's line of another", "cells[1].console_line = 95",
     "console_line is 95, which it does not have"),
    ("a console's line that is private", "cells[1].console_line = 27",
     "console_line is 27, which it does not have"),
    ("one line for console and doorbell", "cells[1].console_line = 93",
     "both raise line 93"),
    ("an IPI's line that is private", "arch_cpus[1].ipi_line = 27",
     "cpu 1: ipi_line is 0x1b, and delivery is 1"),
    ("an IPI's line that is none", "arch_cpus[1].ipi_line = 96",
     "cpu 1: ipi_line is 0x60, and delivery is 1"),
    ("no line for an IPI", "arch_cpus[1].ipi_line = 0xffffffff",
     "cpu 1: ipi_line is 0xffffffff, and delivery is 1"),
    ("a line for no IPI", "cpus[1].delivery = 0",
     "cpu 1: ipi_line is 0x[0-9a-f]+, and delivery is 0"),
    ("a cell's line for an IPI", "arch_cpus[1].ipi_line = 34",
     "cpu 1: ipi_line 34 is a cell's"),
    ("a doorbell's line for an IPI", "arch_cpus[1].ipi_line = 93",
     "cpu 1: ipi_line 93 is a cell's"),
    ("the console's line for an IPI", "arch_cpus[1].ipi_line = 33",
     "cpu 1: ipi_line 33 is that of the hypervisor's console"),
    ("one line for two IPIs", "arch_cpus[1].ipi_line = arch_cpus[2].ipi_line",
     "the IPI of cpu 1 and the IPI of cpu 2 both raise"),
    ("an event line of another", "cells[0].event_line = 94",
     "event_line is 94, which it does not have"),
    ("an event line that is private", "cells[0].event_line = 27",
     "event_line is 27, which it does not have"),
    ("one line for console and events",
     "cells[0].event_line = cells[0].console_line",
     "the console of cell 'boss' and the event of cell 'boss' both raise"),
    ("one line for two doorbells", "ends[3].line = 93", "both raise line 93"),
    ("all lines", "; ".join(
        f"cells[{c}].line_words[{w}] = 0xffffffff"
        for c in range(4) for w in range(3)), "are not told"),
]

OWNERS = [
    ("RAM of two cells", "cells[1].regions[0].pa = 0x40000000",
     "RAM of cell '(boss|worker)' and RAM of cell '(boss|worker)' both have"),
    ("one page of two cells", "cells[2].regions[0].pa -= 0x1000; "
     "cells[2].regions[0].ipa -= 0x1000",
     "'worker' and RAM of cell 'empty' both have 0x415ff000..0x415fffff"),
    ("RAM in the hypervisor", "cells[1].regions[0].pa = 0x41600000; "
     "cells[2].regions[0].pa = 0x41000000",
     "'worker' and the hypervisor's memory both have 0x41a00000"),
    ("RAM in a channel", "cells[3].regions[1].pa = 0x42000000; "
     "cells[0].regions[4].pa = 0x44000000",
     "channel 'results' both have"),
    ("two channels on a page", "channels[0].pa -= 0x1000; "
     "cells[0].regions[6].pa -= 0x1000; cells[1].regions[2].pa -= 0x1000",
     "channel 'results' and channel 'orders' both have 0x4201f000"),
    ("a device on the controller", "cells[3].regions[0].pa = 0x8010000; "
     "cells[3].regions[0].ipa = 0x8010000; arch_board[0].gicd_size = 0x20000; "
     "cells[0].mmio[0].size = 0x20000; cells[1].mmio[0].size = 0x20000; "
     "cells[2].mmio[0].size = 0x20000; cells[3].mmio[0].size = 0x20000",
     "is a region's too|interrupt controller"),
    ("a device on another CPU's frames", "cells[3].regions[0].pa = 0x80a0000; "
     "cells[3].regions[0].ipa = 0x80a0000",
     "(a device of cell 'tux'|the interrupt controller) and"),
    ("a device on the console", "cells[3].regions[0].pa = 0x9000000; "
     "cells[3].regions[0].ipa = 0x9000000",
     "the hypervisor's console"),
    ("a shared page that one row calls so", "cells[3].regions[0].flags ^= 16",
     "which not both rows call shared"),
    ("a shared page that the other calls so", "cells[0].regions[1].flags ^= 16",
     "which not both rows call shared"),
    ("a shared page in RAM", "cells[3].regions[0].pa = 0x40000000; "
     "cells[3].regions[0].ipa = 0x40000000", "both have 0x40000000"),
    ("two CPUs with one redistributor", both(
        "arch_cpus[1].gicr = 0x80a0000; cells[1].mmio[1].base = 0x80a0000",
        lambda i: i.hash_traps(1)),
     "the interrupt controller and the interrupt controller both have"),
    ("RAM that the board does not have", "ram[0].size = 0x4000000",
     "which is not all RAM of the board"),
    ("the hypervisor where no RAM is", "ram[0].base = 0x42000000; "
     "ram[0].size = 0x4000000", "the hypervisor's memory is at"),
    ("a board without RAM", "ram[0].size = 0", "ram 0: base is"),
    ("RAM that wraps", "ram[0].size = 0xfffffffff0000000", "ram 0: base is"),
    ("a window on another's RAM", "cells[0].regions[3].pa = 0x41000000",
     "shows RAM of cell 'worker', not"),
    ("a window on nobody's", "cells[0].regions[3].pa = 0x43000000",
     "shows what is nobody's"),
    ("a window on part", "cells[0].regions[3].size -= 0x1000",
     "shows RAM of cell 'empty', not one region"),
    ("a window that begins inside", "cells[0].regions[3].pa += 0x1000; "
     "cells[0].regions[3].size -= 0x1000",
     "shows RAM of cell 'empty', not one region"),
    ("a window that caches otherwise", "cells[0].regions[3].flags |= 8",
     "do not agree on its caching"),
    ("a window without a switch", "cells[1].managed |= 4; "
     "switches[3].subject = 1", "on cell 'empty' has no switch"),
    ("nothing at 0", "ram[0].base = 0; ram[0].size = 0", "ram 0: base is"),
    ("three on each other", "cells[1].regions[0].pa = 0x40e00000; "
     "cells[2].regions[0].pa = 0x41200000", "'worker' and RAM of cell 'empty'"),
    ("a device into RAM", "cells[3].regions[0].pa = 0x3ffff000; "
     "cells[3].regions[0].ipa = 0x3ffff000; cells[3].regions[0].size = 0x2000",
     "both have 0x40000000..0x40000fff\n"),
    ("a channel where no RAM is", "channels[0].pa = 0x70000000; "
     "cells[0].regions[6].pa = 0x70000000; "
     "cells[1].regions[2].pa = 0x70000000", "channel 'orders' is at"),
    ("a window on a device", "cells[0].regions[3].pa = 0x9010000; "
     "cells[0].regions[3].size = 0x1000; cells[0].regions[3].arg = 0",
     "shows a device of cell 'boss'"),
    ("a window on all of another", "cells[0].regions[3].pa = 0x41000000; "
     "cells[0].regions[3].size = 0x600000", "shows RAM of cell 'worker', not"),
    ("a window that ends behind", "cells[0].regions[3].pa += 0x1000",
     "shows RAM of cell 'empty', not one region"),
    ("a window in another cell", "cells[3].flags = 0; "
     "cells[3].regions[1].kind = 4; cells[3].regions[1].flags = 3; "
     "cells[3].regions[1].arg = 2; cells[3].regions[1].pa = 0x41600000; "
     "cells[3].regions[1].size = 0x400000", "has no switch"),
]

SEGMENTS = [
    ("a payload of no cell", "segments[1].cell = 4", "cell is 4"),
    ("a payload that wraps", "segments[1].destination = 0xfffffffffffff000",
     "destination is 0xf"),
    ("a payload on another's RAM", "segments[1].destination = 0x41010000",
     "\\(RAM of cell 'worker'\\), which is not all RAM of cell 'boss'"),
    ("a payload of another cell", "segments[1].cell = 1",
     "is not all RAM of cell 'worker'"),
    ("a payload on the hypervisor", "segments[1].destination = base",
     "\\(the hypervisor's memory\\), which is not all RAM"),
    ("a payload that leaves RAM", "segments[1].destination = 0x40fff000",
     "which is not all RAM of cell 'boss'"),
    ("a payload of no kind", "segments[1].kind = 5", "of kind 5 goes to"),
    ("a second runtime", "segments[1].kind = 1", "of kind 1 goes to"),
    ("a copy in the image", lambda i: i.edit(
        f"segments[{first(i, 4)}].destination = base"), "no place that the"),
    ("a copy behind it all", lambda i: i.edit(
        f"segments[{first(i, 4)}].destination = 0x45000000"),
     "no place that the"),
    ("a copy on no page", lambda i: i.edit(
        f"segments[{first(i, 4)}].destination += 16"), "no place that the"),
    ("a copy on a stack", lambda i: i.edit(
        f"segments[{first(i, 4)}].destination = cpus[0].area; "
        "cells[1].copies[0].from = cpus[0].area"), "two parts of the|reaches"),
    ("a second tree", lambda i: i.edit(
        f"segments[{payload(i, 3)}].kind = 3"), "cell is given 0x44010000"),
    ("a tree that the cell is not given", "cells[1].tree += 8",
     "and the cell is given 0x5f0008"),
    ("a tree nowhere", "cells[1].tree = 0x42000000000",
     "and the cell is given"),
    ("two payloads in one place", lambda i: i.edit(
        f"segments[{payload(i, 3) + 2}].destination = 0x44000000"),
     "both go to|the cell is given"),
    ("a copy of none", "cells[1].copies[0].from += 0x1000",
     "puts back no payload"),
    ("a copy to elsewhere", "cells[1].copies[0].to += 0x1000",
     "puts back no payload"),
    ("a copy of less", "cells[1].copies[0].size -= 8",
     "puts back no payload"),
    ("a copy to another cell", "cells[1].copies[0].to = 0x40000000",
     "puts back no payload"),
    ("one copy twice", "cells[1].copies[0].from = cells[1].copies[1].from; "
     "cells[1].copies[0].to = cells[1].copies[1].to; "
     "cells[1].copies[0].size = cells[1].copies[1].size",
     "two copies go to"),
    ("a copy of other bytes", lambda i: other_bytes(i), "puts back no payload"),
    ("a copy that is left out", lambda i: i.edit(
        "cells[1].copies.count = 1; cells[1].copies[1].from = 0; "
        "cells[1].copies[1].to = 0; cells[1].copies[1].size = 0"),
     "1 of its 2 payloads are put back"),
    ("a payload without a tree", lambda i: i.edit(
        f"segments[{payload(i, 0) + 1}].kind = 2"),
     "it has no devicetree"),
    ("a payload on nobody's", "segments[1].destination = 0x43000000",
     "which is not all RAM of cell 'boss'"),
    ("a payload on a channel", "segments[1].destination = 0x42010000",
     "which is not all RAM of cell 'boss'"),
    ("a payload on a device", lambda i: i.edit(
        f"segments[{payload(i, 3) + 2}].cell = 0; "
        f"segments[{payload(i, 3) + 2}].destination = 0x9010000"),
     "a device of cell 'boss'\\), which is not all RAM of cell 'boss'"),
    ("an initrd that is a tree", lambda i: i.edit(
        f"segments[{payload(i, 3) + 2}].kind = 3"), "a second devicetree"),
    ("a tree between boundaries", lambda i: i.edit(
        f"cells[1].tree -= 4; segments[{payload(i, 1) + 1}].destination -= 4; "
        "cells[1].copies[1].to -= 4"), "and the cell is given 0x5efffc"),
    ("a kept payload of no kind", lambda i: i.edit(
        f"segments[{first(i, 4)}].kind = 5"), "of kind 5 goes to"),
    ("a copy of itself", "cells[1].copies[0].from = cells[1].copies[0].to",
     "puts back no payload"),
    ("a copy to where it is kept",
     "cells[1].copies[0].to = cells[1].copies[0].from",
     "puts back no payload"),
]


def first(image, kind):
    return next(i for i, k, _, _ in image.segments() if k == kind)


def payload(image, cell):
    return next(i for i, k, _, _ in image.segments() if k == 2 and
                image.get(f"segments[{i}].cell") == cell)


def other_bytes(image):
    """A pristine copy that has bytes of its own, of the same size."""
    i = first(image, 4)
    size = image.get(f"segments[{i}].size")
    at = (len(image.data) + PAGE - 1) & -PAGE
    image.data += bytes(at - len(image.data)) + b"\x11" * size
    image.edit(f"segments[{i}].offset = {at}")
    image.edit(f"image.file_size = {len(image.data)}")
    image.write(16, 8, len(image.data))


def leaf(image, pa, attributes):
    """The path of a pool word that maps `pa` with these low 12 bits."""
    start, count = image.pool()
    for i in range(count):
        d = image.read(start + 8 * i, 8)
        if d & 0xfff == attributes and d & 0xfffffffff000 == pa:
            return f"pool[{i}]"
    raise LookupError(hex(pa))


def at(pa, attributes, edits):
    """Edits of a leaf: LEAF stands for its path."""
    return lambda i: i.edit(edits.replace("LEAF", leaf(i, pa, attributes)))


RAM, ROM, READER, UNCACHED, DEVICE = 0x7fd, 0x77f, 0x77f, 0x6d7, 0x6c7
# Stage 1: AF, inner or outer shareable, AP[1]; AP[2] is 0x80.
DATA, DATA_PAGE, CONST_PAGE, CODE_PAGE, DEVICE_PAGE = \
    0x741, 0x743, 0x7c3, 0x7c3, 0x647

REACH = [
    ("a larger block", at(0x41000000, RAM, "LEAF = 0x400007fd"),
     "worker': it reaches .* \\(RAM of cell 'boss'\\), its regions say"),
    ("a page of its own page table", at(0x42000000, ROM,
                                        "LEAF = 0x40000041a1077f"),
     "it reaches .*hypervisor's memory"),
    ("a page more", lambda i: i.edit(
        f"pool[{index(i, 0x42020000, READER) + 2}] = 0x4000004202277f"),
     "worker': it reaches .* \\(nobody's\\)|worker': it reaches"),
    ("a page less", at(0x42003000, ROM, "LEAF = 0"), "boss': it reaches"),
    ("ROM that is written", at(0x42003000, ROM, "LEAF |= 0x80"),
     "boss': it reaches"),
    ("ROM that executes", at(0x42003000, ROM, "LEAF ^= 0x40000000000000"),
     "boss': it reaches 0x42000000..0x42002fff"),
    ("a device that executes", at(0x9010000, DEVICE,
                                  "LEAF ^= 0x40000000000000"),
     "boss': it reaches .* rwx device"),
    ("a device in the cache", at(0x9010000, DEVICE, "LEAF = 0x400000090107ff"),
     "boss': it reaches .* write-back"),
    ("RAM that is not cached", at(0x41000000, RAM, "LEAF = 0x410006d5"),
     "worker': it reaches .* uncached"),
    ("a reserved bit", at(0x41000000, RAM, "LEAF |= 0x800"), "reserved bit"),
    ("contiguous", at(0x41000000, RAM, "LEAF |= 0x10000000000000"),
     "reserved bit"),
    ("a software bit", at(0x41000000, RAM, "LEAF |= 0x80000000000000"),
     "reserved bit"),
    ("an address of 49 bits", at(0x41000000, RAM, "LEAF |= 0x1000000000000"),
     "reserved bit"),
    ("an address of 41 bits", at(0x41000000, RAM, "LEAF |= 0x10000000000"),
     "leaves the physical address space"),
    ("bits in a block", at(0x41000000, RAM, "LEAF |= 0x1000"),
     "address bits inside its block"),
    ("no access flag", at(0x41000000, RAM, "LEAF ^= 0x400"),
     "no access flag"),
    ("not read", at(0x41000000, RAM, "LEAF ^= 0x40"), "cannot be read"),
    ("outer shareable", at(0x41000000, RAM, "LEAF ^= 0x100"),
     "memory attributes"),
    ("device that is inner shareable", at(0x9010000, DEVICE,
                                          "LEAF |= 0x100"),
     "memory attributes"),
    ("uncached that is inner shareable", at(0x42010000, UNCACHED,
                                            "LEAF |= 0x100"),
     "not as it is at boot|memory attributes"),
    ("write-through", at(0x41000000, RAM, "LEAF ^= 4"), "memory attributes"),
    ("off but not zero", at(0x41000000, RAM, "LEAF ^= 1"),
     "not zero although off"),
    ("a block of the last level", at(0x42003000, ROM, "LEAF ^= 2"),
     "block of the last level"),
    ("a table with attributes", lambda i: i.edit(
        f"pool[{table(i, 0x41000000)}] |= 0x8000000000000000; " + words(
            i, table(i, 0x41000000), "on |= 0x8000000000000000")),
     "a table with attributes"),
    ("a table outside", lambda i: i.edit(
        f"pool[{table(i, 0x41000000)}] = 0x40000003; " + words(
            i, table(i, 0x41000000), "on = 0x40000003")),
     "a table at 0x40000000 is not in the page-table pool"),
    ("a table behind the pool", lambda i: i.edit(
        f"pool[{table(i, 0x41000000)}] = {stacks_pa(i) | 3}; " + words(
            i, table(i, 0x41000000), f"on = {stacks_pa(i) | 3}")),
     "is not in the page-table pool"),
    ("a table of another cell", lambda i: i.edit(
        f"pool[{table(i, 0x41000000)}] = pool[1]; " + words(
            i, table(i, 0x41000000), "on = pool[1]")), "is used twice"),
    ("a table that nothing uses", lambda i: i.edit(
        f"pool[{table(i, 0x41a02000, CODE_PAGE)}] = 0"),
     "that nothing uses"),
    ("a word that two switches have", "switches[5].words[0].index = "
     "switches[4].words[0].index", "or another switch's"),
    ("a word outside", "switches[5].words[0].index = 0x100000",
     "is outside of the page tables"),
    ("a word that is nothing", "switches[5].words[0].on = 0",
     "empty, or another"),
    ("a word that is not as at boot", "switches[5].words[0].on ^= 0x80",
     "is not as it is at boot"),
    ("a window's word that is on", lambda i: i.edit(
        f"pool[{i.get('switches[3].words[0].index')}] = "
        "switches[3].words[0].on"),
     "is not as it is at boot"),
    ("a word of another cell", "switches[5].words[0].index = 6000; "
     "switches[5].words[0].on = 0; switches[5].words[0].on |= 0x4000004202077f"
     "; pool[6000] = 0x4000004202077f", "in no table of cell 'worker'|reaches"),
    ("a channel that no switch turns off", lambda i: no_switch(i),
     "it reaches"),
    ("RAM that a channel's switch turns on", lambda i: extra_switch(i),
     "it reaches"),
    ("a root that is not all off", lambda i: rootless(i), "it reaches"),
    ("a window of the wrong switch", "switches[3].words[0].on += 0x200000",
     "boss': it reaches"),
    ("VMID 0", "arch_cells[1].vttbr_el2 ^= 0x2000000000000", "VMID"),
    ("another's VMID", "arch_cells[1].vttbr_el2 += 0x1000000000000", "VMID"),
    ("CnP", "arch_cells[1].vttbr_el2 |= 1", "not in the page-table pool"),
    ("a root on no boundary", "arch_cells[1].vttbr_el2 += 0x1000",
     "not in the page-table pool"),
    ("a root before the pool", "arch_cells[1].vttbr_el2 -= 0x4000",
     "not in the page-table pool"),
    ("T0SZ", "arch_board[0].vtcr_el2 += 1", "address bits"),
    ("PS", "arch_board[0].vtcr_el2 ^= 0x10000", "address bits"),
    ("SL0", "arch_board[0].vtcr_el2 ^= 0xc0", "the descriptor"),
    ("SL0 for few bits", "arch_board[0].pa_bits = 39; "
     "arch_board[0].vtcr_el2 += 1; arch_board[0].vtcr_el2 ^= 0xc0; "
     "arch_board[0].tcr_el2 += 1", "wrong level"),
    ("SL0 3", "arch_board[0].vtcr_el2 |= 0xc0", "VTCR_EL2 has bits"),
    ("VTCR's RES1", "arch_board[0].vtcr_el2 ^= 0x80000000", "VTCR_EL2 has"),
    ("VTCR's upper half", "arch_board[0].vtcr_el2 |= 0x100000000",
     "VTCR_EL2 has"),
    ("VTCR's VS", "arch_board[0].vtcr_el2 |= 0x80000", "VTCR_EL2 has"),
    ("VTCR's granule", "arch_board[0].vtcr_el2 |= 0x4000", "VTCR_EL2 has"),
    ("VTCR's IRGN0", "arch_board[0].vtcr_el2 ^= 0x100", "VTCR_EL2 has"),
    ("VTCR's ORGN0", "arch_board[0].vtcr_el2 ^= 0x400", "VTCR_EL2 has"),
    ("VTCR's SH0", "arch_board[0].vtcr_el2 ^= 0x1000", "VTCR_EL2 has"),
    ("TCR's T0SZ", "arch_board[0].tcr_el2 += 1", "TCR_EL2 does not have"),
    ("TCR's PS", "arch_board[0].tcr_el2 ^= 0x10000", "TCR_EL2 does not have"),
    ("TCR's bit 31", "arch_board[0].tcr_el2 ^= 0x80000000", "TCR_EL2 has"),
    ("TCR's bit 23", "arch_board[0].tcr_el2 ^= 0x800000", "TCR_EL2 has"),
    ("TCR's HD", "arch_board[0].tcr_el2 |= 0x1000000", "TCR_EL2 has"),
    ("TCR's TBI", "arch_board[0].tcr_el2 |= 0x100000", "TCR_EL2 has"),
    ("TCR's bit 6", "arch_board[0].tcr_el2 |= 0x40", "TCR_EL2 has"),
    ("TCR's upper half", "arch_board[0].tcr_el2 |= 0x100000000",
     "TCR_EL2 has"),
    ("MAIR", "arch_board[0].mair_el2 ^= 0x100", "MAIR_EL2"),
    ("TTBR0", "arch_board[0].ttbr0_el2 = 0x40000000",
     "not in the page-table pool"),
    ("nothing at the end", lambda i: i.edit("; ".join(
        f"pool[{index(i, 0x44000000, RAM) + k}] = 0" for k in range(4))),
     "tux': it reaches nothing more"),
    ("one block at the end", lambda i: i.edit(
        f"pool[{index(i, 0x44600000, RAM) + 2}] = 0x450007fd"),
     "its regions say nothing more"),
    ("a table that a channel's switch turns on", lambda i: under(i),
     "turns on what another switch turns on"),
]

EL2 = [
    ("RAM that the hypervisor executes", at(0x41000000, DATA,
                                            "LEAF ^= 0x40000000000000"),
     "write and execute"),
    ("text that it writes", lambda i: i.edit(
        f"pool[{index(i, 0x41a02000, CODE_PAGE)}] ^= 0x80"),
     "write and execute"),
    ("constants that it executes", at(0x41a00000, CONST_PAGE,
                                      "LEAF ^= 0x40000000000000"),
     "the hypervisor reaches"),
    ("tables that it writes", lambda i: i.edit(
        f"pool[{index(i, tables_pa(i), CONST_PAGE)}] ^= 0x80"),
     "the hypervisor reaches"),
    ("page tables that it cannot write", lambda i: i.edit(
        f"pool[{index(i, pool_pa(i), DATA_PAGE)}] |= 0x80"),
     "where the hypervisor cannot write"),
    ("a guard page", lambda i: i.edit(
        f"pool[{index(i, stacks_pa(i) + PAGE, DATA_PAGE) - 1}] = "
        f"{stacks_pa(i) | 0x40000000000000 | DATA_PAGE}"),
     "the hypervisor reaches"),
    ("a stack that is not there", lambda i: at(
        stacks_pa(i) + PAGE, DATA_PAGE, "LEAF = 0")(i),
     "the hypervisor reaches"),
    ("a device of a cell", lambda i: i.edit(
        f"pool[{index(i, 0x9000000, DEVICE_PAGE) + 16}] = 0x40000009010647"),
     "the hypervisor reaches"),
    ("an address as another", at(0x41000000, DATA, "LEAF += 0x200000"),
     "the hypervisor sees"),
    ("the console as memory", at(0x9000000, DEVICE_PAGE, "LEAF ^= 0x104"),
     "memory attributes|the hypervisor reaches"),
    ("a stage 1 device that is inner shareable", at(
        0x9000000, DEVICE_PAGE, "LEAF |= 0x100"), "memory attributes"),
    ("a stage 1 index without a meaning", at(0x41000000, DATA,
                                             "LEAF |= 0xc"),
     "memory attributes"),
    ("stage 1 NS", at(0x41000000, DATA, "LEAF |= 0x20"), "reserved bit"),
    ("stage 1 AP[1]", at(0x41000000, DATA, "LEAF ^= 0x40"), "reserved bit"),
    ("stage 1 nG", at(0x41000000, DATA, "LEAF |= 0x800"), "reserved bit"),
    ("stage 1 bit 48", at(0x41000000, DATA, "LEAF |= 0x1000000000000"),
     "reserved bit"),
    ("stage 1 software bit", at(0x41000000, DATA, "LEAF |= 0x80000000000000"),
     "reserved bit"),
    ("stage 1 access flag", at(0x41000000, DATA, "LEAF ^= 0x400"),
     "no access flag"),
    ("stage 1 outer shareable", at(0x41000000, DATA, "LEAF ^= 0x100"),
     "memory attributes"),
    ("stacks on each other", "cpus[1].area = cpus[0].area",
     "two parts of the hypervisor are at"),
    ("rings on each other", "cells[1].console_ring = log_ring",
     "two parts of the hypervisor are at"),
    ("the runtime's code", lambda i: flip_byte(i, 0x2100),
     "does not have the hash that the tables have"),
    ("the runtime's data", lambda i: flip_byte(i, i.tables - 0x800),
     "not the one that was built"),
    ("the runtime's hash", "runtime ^= 1",
     "does not have the hash that the tables have"),
    ("nothing at the end", lambda i: i.edit("; ".join(
        f"pool[{index(i, 0x44000000, DATA) + k}] = 0" for k in range(4))),
     "the hypervisor reaches nothing more"),
    ("one block at the end", lambda i: i.edit(
        f"pool[{index(i, 0x44600000, DATA) + 2}] = 0x40000045000741"),
     "not nothing more"),
    ("a channel that is not there", at(0x42010000, 0x64b, "LEAF = 0"),
     "the hypervisor reaches .* uncached, not"),
    ("data that it cannot write", lambda i: data_as_constants(i),
     "does not have the hash"),
]

TREES = [
    ("memory that the cell has not", prop(3, "/memory@44000000", "reg",
                                          be(8, 0x40000000)),
     "has memory 0x40000000"),
    ("more memory", prop(3, "/memory@44000000", "reg", be(8, 0x900000), 8),
     "has memory 0x44000000 of 0x900000"),
    ("no memory", prop(3, "/memory@44000000", "device_type", b"memorx"),
     "registers that the cell does not reach"),
    ("a CPU that the cell has not", prop(3, "/cpus/cpu@102", "reg",
                                         be(4, 0x101)),
     "which is not CPU 0 of the cell"),
    ("one CPU twice", prop(2, "/cpus/cpu@1", "reg", be(4, 0)),
     "which is not CPU 1 of the cell"),
    ("fewer CPUs", prop(2, "/cpus/cpu@1", "device_type", b"cpx"),
     "has 1 CPUs, and the cell 2"),
    ("no CPUs", rename(3, b"\x01cpus\0\0\0\0", b"\x01cpux\0\0\0\0"),
     "its devicetree has no CPUs"),
    ("registers that the cell has not", prop(3, "/right@9020800", "reg",
                                             be(8, 0x9010000)),
     "'right@9020800' with registers"),
    ("registers that go on", prop(3, "/right@9020800", "reg",
                                  be(8, 0x1100), 8),
     "'right@9020800' with registers"),
    ("registers of nothing", prop(3, "/right@9020800", "reg", be(8, 0), 8),
     "'right@9020800' with registers"),
    ("registers in RAM", prop(3, "/right@9020800", "reg",
                              be(8, 0x44000000)),
     "'right@9020800' with registers"),
    ("another's redistributor", prop(3, "/interrupt-controller@8000000",
                                     "reg", be(8, 0x8100000), 16),
     "'interrupt-controller@8000000' with registers"),
    ("a line that the cell has not", prop(3, "/right@9020800", "interrupts",
                                          be(4, 3), 4), "a line 3"),
    ("a line that is none", prop(3, "/right@9020800", "interrupts",
                                 be(4, 900), 4), "a line 900"),
    ("a line of the controller that the device names", lambda i: names(i),
     "a line 900"),
    ("a line of a parent that is none", lambda i: both(
        names, shrink(3, "/right@9020800", "interrupt-parent", 0))(i),
     "a line 900"),
    ("a parent where the cell has none", lambda i: both(
        foreign, gone(3, "", "interrupt-parent"))(i), "a line 900"),
    ("lines said in another way", lambda i: extended(3, "/right@9020800")(i),
     "'right@9020800' interrupts-extended"),
    ("an initrd elsewhere", prop(3, "/chosen", "linux,initrd-start",
                                 be(8, 0x44050800)), "has an initrd where"),
    ("an initrd outside", prop(3, "/chosen", "linux,initrd-start",
                               be(8, 0x43050000)), "has an initrd where"),
    ("an initrd that is longer", prop(3, "/chosen", "linux,initrd-end",
                                      be(8, 0x440507e0)),
     "has an initrd where"),
    ("a channel that the cell has not",
     prop(1, "/reserved-memory/orders@42020000", "reg", be(8, 0x42010000)),
     "reserves 'orders@42020000', which is no channel"),
    ("a channel in RAM",
     prop(1, "/reserved-memory/orders@42020000", "reg", be(8, 0x0)),
     "reserves 'orders@42020000', which is no channel"),
    ("a channel that is larger",
     prop(1, "/reserved-memory/orders@42020000", "reg", be(8, 0x3000), 8),
     "reserves 'orders@42020000', which is no channel"),
    ("another cell's tree", prop(3, "/hypervisor", "cell", b"tuy"),
     "is of another image or cell"),
    ("a tree that names no cell", rename(3, b"\0cell\0", b"\0cexl\0"),
     "is of another image or cell"),
    ("no tree", lambda i: flip_byte(i, i.property(
        3, "/hypervisor", "cell")[0] - 9), "cannot be read"),
    ("bytes behind a tree", lambda i: behind_tree(i), "bytes behind its"),
    ("a root of other cells", prop(3, "", "#address-cells", be(4, 1)),
     "other numbers of cells"),
    ("a root of other sizes", prop(3, "", "#size-cells", be(4, 1)),
     "other numbers of cells"),
    ("a memory node without a place", lambda i: gone(
        3, "/memory@44000000", "reg")(i), "has memory 0x0"),
    ("half a place of memory", lambda i: shrink(
        3, "/memory@44000000", "reg", 8)(i), "has memory 0x0"),
    ("memory that does not say so", lambda i: gone(
        3, "/memory@44000000", "device_type")(i), "registers that the cell"),
    ("memory that half says so", lambda i: shrink(
        3, "/memory@44000000", "device_type", 4)(i),
     "registers that the cell"),
    ("memory of a cell that has none, nowhere", both(
        "cells[2].regions[0].flags = 3", lambda i: gone(
            2, "/memory@41600000", "reg")(i)), "has memory 0x0 of 0x0"),
    ("a CPU without an id", lambda i: gone(3, "/cpus/cpu@102", "reg")(i),
     "'cpu@102', which is not CPU 0"),
    ("a CPU with an empty id", lambda i: shrink(0, "/cpus/cpu@0", "reg", 0)(i),
     "'cpu@0', which is not CPU 0"),
    ("more CPUs", lambda i: fewer_cpus(i), "'cpu@1', which is not CPU 1"),
    ("half a register", lambda i: shrink(3, "/right@9020800", "reg", 8)(i),
     "with a reg of 8 bytes"),
    ("half a channel", lambda i: shrink(
        1, "/reserved-memory/orders@42020000", "reg", 8)(i),
     "which is no channel"),
    ("a channel nowhere", prop(1, "/reserved-memory/orders@42020000", "reg",
                               be(8, 0x7000000000)), "which is no channel"),
    ("a channel that is all RAM", prop(
        1, "/reserved-memory/orders@42020000", "reg", be(8, 0) +
        be(8, 0x600000)), "which is no channel"),
    ("a channel that begins later", prop(
        1, "/reserved-memory/orders@42020000", "reg", be(8, 0x42021000)),
     "which is no channel"),
    ("an initrd that is all of the tree", both(
        prop(3, "/chosen", "linux,initrd-start", be(8, 0x44010000)),
        prop(3, "/chosen", "linux,initrd-end", be(8, 0x44050000))),
     "has an initrd where"),
    ("an initrd without a start", lambda i: gone(
        3, "/chosen", "linux,initrd-start")(i), "has an initrd where"),
    ("an initrd without an end", lambda i: gone(
        3, "/chosen", "linux,initrd-end")(i), "has an initrd where"),
    ("an initrd with half a start", lambda i: shrink(
        3, "/chosen", "linux,initrd-start", 4)(i), "has an initrd where"),
    ("an initrd with half an end", lambda i: shrink(
        3, "/chosen", "linux,initrd-end", 4)(i), "has an initrd where"),
    ("a tree without identity", lambda i: gone(
        3, "/hypervisor", "identity")(i), "is of another image"),
    ("a tree with less identity", lambda i: shrink(
        3, "/hypervisor", "identity", 28)(i), "is of another image"),
    ("a tree that reserves memory", lambda i: reserves(i),
     "reserves memory by itself"),
    ("a line that wraps", prop(3, "/right@9020800", "interrupts",
                               be(4, 0xfffffffb), 4), "a line 4294967291"),
]

# Of late.cells: cell 0 runs already.
LATE = [
    ("a payload of what runs", "cells[0].flags |= 2",
     "'linux': it runs already, and is to be started"),
    ("what runs cleaned", "cells[0].flags |= 8",
     "'linux': it runs already, and is to be started"),
    ("another that runs", "cells[1].flags |= 32",
     "'guest': it runs already, and is to be started"),
    ("another that runs and has nothing",
     "cells[2].flags |= 32; cells[2].tree = 0",
     "'waits': it runs already, and is to be started"),
    ("copies of what runs", "cells[0].copies.offset = cells[1].copies.offset; "
     "cells[0].copies.count = cells[1].copies.count; cells[1].copies.count = 0; "
     "cells[1].copies.offset = cells[2].copies.offset",
     "'linux': it runs already, and is to be started"),
    ("an entry of what runs", "cells[0].entry = 0x40000000",
     "'linux': it runs already, and is to be started"),
    ("a devicetree of what runs", "cells[0].tree = 0x40000000",
     "'linux': it runs already, and is to be started"),
    ("a virtual console of what runs", "cells[0].console = 1",
     "'linux': it runs already, and is to be started"),
    ("a CPU of what runs by another id", "cpus[1].virtual_hwid = 2",
     "'linux': it runs already, and cpu 1 would have another id"),
    ("memory of what runs elsewhere", "cells[0].regions[0].ipa += 0x1000",
     "'linux': it runs already, and 0x[0-9a-f]* would be at 0x"),
    ("a channel of what runs elsewhere", "cells[0].regions[13].ipa += 0x1000",
     "'linux': it runs already, and 0x7fef0000 would be at 0x7fef1000"),
    ("a root that is to be started and has nothing", "cells[0].flags ^= 32",
     "'linux': it has no devicetree"),
    ("a segment of what runs",
     "segments[2].cell = 0; segments[2].destination = 0x40000000",
     "'linux': it runs already, and something goes to its memory"),
    ("any payload where nobody loads", "cells[2].managed = 3",
     "'waits': flags is 0x40, and nobody may load it"),
]

PLAIN = [
    ("managed by nobody", "cells[0].managed = 1", "managed is 0x1"),
    ("a crash that no root cell reads", "cells[0].on_crash.action = 3",
     "'left': what it leaves is kept for nobody"),
    ("RAM beyond a bank", "cells[0].regions[4].pa += 0x2000000",
     "is not all RAM of the board"),
    ("RAM below a bank", "cells[0].regions[4].pa = 0x5f000000",
     "is not all RAM of the board"),
    ("a copy to the other cell",
     "cells[0].copies[0].to = cells[1].copies[0].to", "puts back no payload"),
]

# What the text says of good.cells, whatever its layout is.
TEXT = [
    ("two rows that call a page shared", "cells[3].regions[0].pa = 0x9010000; "
     "cells[3].regions[0].ipa = 0x9010000; cells[0].regions[0].flags |= 16",
     "'tux' reaches 0x9010000, .* calls no such page shared"),
    ("rows that call more pages shared", "cells[3].regions[0].size = 0x2000; "
     "cells[0].regions[1].size = 0x2000",
     "'tux' reaches 0x9021000, .* calls no such page shared"),
    # The shared page is only one's, and lies before what both have.
    ("a row behind the shared page", "cells[3].regions[0].pa = 0x9021000; "
     "cells[3].regions[0].ipa = 0x9021000; cells[0].regions[1].size = 0x2000",
     "'tux' reaches 0x9021000, .* calls no such page shared"),
    ("a row before it", "cells[3].regions[0].size = 0x2000; "
     "cells[0].regions[1].pa = 0x9021000; cells[0].regions[1].ipa = 0x9021000",
     "'tux' reaches 0x9021000, .* calls no such page shared"),
    ("a device on the distributor", "cells[3].regions[0].pa = 0x8000000; "
     "cells[3].regions[0].ipa = 0x8000000",
     "'tux': it reaches the interrupt controller at 0x8000000"),
    ("any payload where the text has one", "cells[2].flags |= 64",
     "'empty': flags is 0x40, not 0x0"),
    ("a crash that is kept", "cells[1].on_crash.action = 3",
     "'worker': on_crash is 0x3, not 0x2"),
    ("events on a doorbell's line, and the other way round",
     "cells[0].event_line = 92; ends[2].line = 89",
     "'boss': event_line is 0x5c, not 0x59"),
]

# Changes that break no rule, so that what looks for them must not speak.
HARMLESS = [
    ("a line of another controller", lambda i: foreign(i)),
    ("a channel that the tree reserves nowhere", lambda i: gone(
        1, "/reserved-memory/orders@42020000", "reg")(i)),
]

NOP = b"\0\0\0\4"


def gone(cell, path, name):
    """Without a property of a cell's tree."""
    def change(image):
        where, size = image.property(cell, path, name)
        n = 12 + (size + 3 & ~3)
        image.data[where - 12:where - 12 + n] = NOP * (n // 4)
    return change


def shrink(cell, path, name, n):
    """With the first n bytes of a property only, whole words."""
    def change(image):
        where, size = image.property(cell, path, name)
        image.data[where - 8:where - 4] = be(4, n)
        end = where + (size + 3 & ~3)
        image.data[where + n:end] = NOP * ((end - where - n) // 4)
    return change


def foreign(image):
    """A device that says which controller is its lines' own."""
    root, _ = image.property(3, "", "interrupt-parent")
    where, _ = image.property(3, "/right@9020800", "compatible")
    image.data[where - 4:where] = image.data[root - 4:root]
    prop(3, "/right@9020800", "interrupts", be(4, 900), 4)(image)


def names(image):
    """The same, and it is the one that the cell's tree has for all."""
    foreign(image)
    root, size = image.property(3, "", "interrupt-parent")
    where, _ = image.property(3, "/right@9020800", "interrupt-parent")
    image.data[where:where + size] = image.data[root:root + size]
    shrink(3, "/right@9020800", "interrupt-parent", size)(image)


def extended(cell, path):
    """A node whose lines have a name of their own, behind all others."""
    name = b"interrupts-extended\0"

    def change(image):
        for i, kind, tree, _ in image.segments():
            if kind != 3 or image.get(f"segments[{i}].cell") != cell:
                continue
            total, strings, size = (int.from_bytes(
                image.data[tree + o:tree + o + 4], "big") for o in (4, 12, 32))
            assert strings + size <= total < strings + size + 8
            where, _ = image.property(cell, path, "compatible")
            at = tree + strings + size
            image.data[at:at + len(name)] = name
            image.data[where - 4:where] = be(4, size)
            image.data[tree + 4:tree + 8] = be(4, strings + size + len(name))
            image.data[tree + 32:tree + 36] = be(4, size + len(name))
    return change


def reserves(image):
    """A reservation, in what the slot leaves free behind the tree."""
    for _, kind, place, _ in image.segments():
        if kind == 3:
            size = int.from_bytes(image.data[place + 4:place + 8], "big")
            end = size + 7 & ~7
            image.data[place + end:place + end + 16] = be(8, 1) + be(8, 1)
            image.data[place + 4:place + 8] = be(4, end + 32)
            image.data[place + 16:place + 20] = be(4, end)
            return


def slot_of(image, cell, row):
    """Another row in the slot of the cell's first trapped page."""
    page = image.get(f"cells[{cell}].mmio[0].base") >> 12
    product = page * image.get(f"cells[{cell}].mmio_multiplier") & 0xffffffff
    slot = product >> image.get(f"cells[{cell}].mmio_shift")
    image.edit(f"cells[{cell}].mmio_slots[{slot}] = {row}")


def unused_slot(image, cell):
    n = image.get(f"cells[{cell}].mmio_slots.count")
    return next(k for k in range(n)
                if not image.get(f"cells[{cell}].mmio_slots[{k}]"))


def fewer_cpus(image):
    """A cell with one CPU less in every row, and in its tree as before."""
    image.edit("cpus[3].cell = 0xffffffff; cpus[3].index = 0; "
               "cpus[3].delivery = 0; arch_cpus[3].ipi_line = 0xffffffff; "
               "cpus[3].virtual_hwid = cpus[3].hwid; "
               "cells[2].cpu_mask = 4; cells[2].n_cpus = 1; "
               "cells[2].mmio.count = 3")
    for name in "base", "size", "handler", "arg":
        image.edit(f"cells[2].mmio[2].{name} = cells[2].mmio[3].{name}; "
                   f"cells[2].mmio[3].{name} = 0")
    image.hash_traps(2)


def fewer_switches(image):
    """Without the switch of a channel, the last but one."""
    n = image.list(image.place("switches")[0])[1]
    size = image.at["hv_switch"]
    words_at, n_words = image.list(image.place(f"switches[{n - 2}].words")[0])
    image.data[words_at:words_at + n_words * image.at["hv_switch_word"]] = \
        bytes(n_words * image.at["hv_switch_word"])
    a, b = (image.place(f"switches[{i}].condition")[0] for i in (n - 2, n - 1))
    image.data[a:a + size] = image.data[b:b + size]
    image.data[b:b + size] = bytes(size)
    image.edit(f"switches.count = {n - 1}; cells[3].root_switch = {n - 2}")


def data_as_constants(image):
    """The pages between the runtime's constants and the tables."""
    end = tables_pa(image)
    start, count = image.pool()
    for i in range(count):
        d = image.read(start + 8 * i, 8)
        if d & 0xfff == DATA_PAGE and end - 0x20000 <= d & 0xfffffffff000 < end:
            image.write(start + 8 * i, 8, d | 0x80)


def index(image, pa, attributes):
    return int(leaf(image, pa, attributes)[5:-1])


def tables_pa(image):
    return image.get("base") + image.tables


def pool_pa(image):
    return tables_pa(image) + image.get("pool.offset")


def stacks_pa(image):
    """The first guard, behind the page tables, which end the image."""
    return image.get("cpus[0].area")


def table(image, pa, attributes=RAM):
    """The pool word that has the table in which a leaf maps `pa`."""
    page = index(image, pa, attributes) & ~511
    where = pool_pa(image) + 8 * page
    start, count = image.pool()
    return next(i for i in range(count)
                if image.read(start + 8 * i, 8) == where | 3)


def find_word(image, pool_i):
    """The path of the switch word for a word of the pool."""
    for s in range(image.list(image.place("switches")[0])[1]):
        for k in range(image.list(image.place(f"switches[{s}].words")[0])[1]):
            path = f"switches[{s}].words[{k}]"
            if image.get(path + ".index") == pool_i:
                return path
    raise LookupError(pool_i)


def words(image, pool_i, edit):
    return find_word(image, pool_i) + "." + edit


def cut_word(image, switch, k):
    """A switch without its word k: the last takes its place."""
    n = image.get(f"switches[{switch}].words.count") - 1
    last = f"switches[{switch}].words[{n}]"
    for name in "index", "on":
        image.edit(f"switches[{switch}].words[{k}].{name} = {last}.{name}; "
                   f"{last}.{name} = 0")
    image.edit(f"switches[{switch}].words.count = {n}")


def no_switch(image):
    cut_word(image, 5, 0)


def under(image):
    """A switch of one channel has the table of another's pages."""
    i = table(image, 0x42020000, READER)
    image.edit(f"switches[5].words[0].index = {i}; "
               f"switches[5].words[0].on = pool[{i}]")


def rootless(image):
    cut_word(image, 4, 0)


def extra_switch(image):
    """A word of RAM takes the place of one of the channel's."""
    i = index(image, 0x41000000, RAM)
    image.edit(f"switches[5].words[0].index = {i}; "
               f"switches[5].words[0].on = pool[{i}]")


def flip_byte(image, place):
    image.data[place] ^= 1


def behind_tree(image):
    for i, kind, place, size in image.segments():
        if kind == 3:
            image.data[place + size - 1] = 1
            return


ALL = (CONTAINER + LISTS + BOARD + HEAD + CPUS + CELLS + REGIONS + MMIO +
       CHANNELS + SWITCHES + LINES + OWNERS + SEGMENTS + REACH + EL2 + TREES)

BOTH = BOARD + CPUS + CELLS + CHANNELS + SWITCHES + OWNERS + REGIONS + MMIO + \
    SEGMENTS


def change(edits):
    if callable(edits):
        return edits
    if edits.startswith("boot:"):
        _, place, bits = edits.split(":")
        return lambda i: i.write(int(place), 4,
                                 i.read(int(place), 4) ^ int(bits))
    return lambda i: i.edit(edits)
