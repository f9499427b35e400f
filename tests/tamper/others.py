# SPDX-License-Identifier: BSD-2-Clause
"""Texts that differ from good.cells in one thing: each makes an image that is
proof against its own text, and is told apart from good.cells.
"""
import struct


def elf(segments):
    """An ELF file of (address, bytes in the file, bytes in memory, flags)."""
    head = b"\x7fELF" + bytes((2, 1, 1)) + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", 2, 183, 1, segments[0][0], 64, 0, 0,
                        64, 56, len(segments), 0, 0, 0)
    body = b""
    for at, n_file, n_memory, flags in segments:
        head += struct.pack("<IIQQQQQQ", 1, flags, 0x1000 + len(body), at, at,
                            n_file, n_memory, 0x1000)
        body += bytes(range(1, 17)) * (n_file // 16)
    return head.ljust(0x1000, b"\0") + body


FILES = {
    # Zeros in the middle, and all of one segment: nothing of it is copied.
    "zeros.elf": elf(((0, 0x1000, 0x1000, 5), (0x1000, 0, 0x2000, 6),
                      (0x4000, 0x100, 0x100, 6))),
    "full.elf": elf(((0, 0x1000, 0x1000, 5),)),
}

# (name, what stands there, what in the other, what good.cells says to it).
ALL = [
    ("another bank", "lines 64;", "lines 64; memory 64M at 0x70000000;",
     "ram: there are 2, not 1"),
    ("fewer channels", "channel results { between boss, worker, empty; memory"
     " 64K uncached; doorbell; }", "", "channels: there are 1, not 2"),
    ("a channel without a doorbell", "memory 8K; doorbell; }", "memory 8K; }",
     "channel 'orders': flags is 0x0, not 0x1"),
    ("a channel of another name", "channel orders", "channel ordera",
     "channel 'orders': it has another name"),
    ("no restart", "on crash restart 3;",
     "on crash stop; on reboot stop; on poweroff stop;",
     "'worker': on_crash is"),
    ("more lines", "lines 64;", "lines 96;", "lines of cell .* there are 4"),
    ("a console less", "hypervisor { console &uart; }",
     "hypervisor { console none; }", "uart is 0x0, not 0x1"),
    ("a device less", "devices &clock, &left;", "devices &left;",
     "regions of cell 'boss': there are 6, not 7"),
    ("no root", "managed start, console by boss;", "", "managed is"),
    ("started", "start manual;", "", "flags is"),
    ("not scrubbed", "scrub at boot;", "", "flags is"),
    ("a right less", "managed start, stop by boss;", "managed stop by boss;",
     "'worker': managed is 0x2, not 0x3"),
    ("any payload", "managed start, stop, load by boss;",
     "managed start, stop, load by boss;\n\tpayload any;",
     "'empty': flags is 0x40, not 0x0"),
    ("a crash kept", "on crash restart 3;", "on crash keep;",
     "'worker': on_crash is 0x3, not 0x2"),
    ("an ELF file with zeros", 'boot raw { image "worker.bin"; }',
     'boot elf { image "zeros.elf"; }', "'worker': flags is 0xe, not 0x6"),
    ("an ELF file without", 'boot raw { image "worker.bin"; }',
     'boot elf { image "full.elf"; }', "'worker': .*worker.bin' has 0x1000 bytes"),
    ("an ELF file as it is", 'boot raw { image "worker.bin"; }',
     'boot raw { image "zeros.elf"; }', "'worker': .*worker.bin' has 0x2100 bytes"),
    ("another line of the console", "lines spi 1;", "lines spi 5;",
     "uart_line is 0x25, not 0x21"),
    ("a CPU more", "cpu 0x102;", "cpu 0x102; cpu 0x103;",
     "cpus: there are 6, not 5"),
    ("a cell more", "cell empty {\n\tcpus 2..3 as 0;",
     "cell more {\n\tcpus 3;\n\tmemory ram 1M;\n}\n\n"
     "cell empty {\n\tcpus 2 as 0;", "cells: there are 5, not 4"),
]
