#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""payloads.py DIR - makes the payload files that tests/pairs checks against.

Heads only: --check reads nothing else. A kernel is the 64 bytes that Linux's
booting document describes, an ELF file its header and program headers.
"""

import bz2
import gzip
import lzma
import os
import struct
import sys

MIB = 1 << 20
READ, WRITE, EXECUTE = 4, 2, 1


def kernel(image_size=8 * MIB, text_offset=0, flags=0xA):
    head = struct.pack("<IIQQQQQQ4sI", 0, 0, text_offset, image_size, flags,
                       0, 0, 0, b"ARM\x64", 0)
    return head + bytes(4096 - len(head))


def elf(segments=((0x40000000, 0x1000, 5),), entry=None, machine=183, kind=2,
        bits=2, order=1):
    if entry is None:
        entry = segments[0][0]
    head = b"\x7fELF" + bytes((bits, order, 1)) + bytes(9)
    head += struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, entry, 64, 0, 0,
                        64, 56, len(segments), 0, 0, 0)
    at = 0x1000
    body = b""
    for ipa, size, flags in segments:
        head += struct.pack("<IIQQQQQQ", 1, flags, at, ipa, ipa, size, size,
                            0x1000)
        at += size
        body += bytes(size)
    return head.ljust(0x1000, b"\0") + body.ljust(0x1000, b"\0")


FILES = {
    "empty": b"",
    "raw.bin": b"\x14\x00\x00\x00" * 4,
    "raw-3m.bin": bytes(3 * MIB),
    "initrd": b"070701" + bytes(506),
    "initrd-9m": b"070701" + bytes(9 * MIB - 6),
    "Image": kernel(),
    "Image-big-endian": kernel(flags=0xB),
    "Image-64k": kernel(flags=0xE),
    "Image-100m": kernel(image_size=100 * MIB),
    "Image-offset": kernel(text_offset=0x80000),
    "Image-any-pages": kernel(flags=8),
    "Image-offset-max": kernel(text_offset=(1 << 64) - 1),
    "Image-size-max": kernel(image_size=(1 << 64) - 1),
    "Image-old": kernel(image_size=0, text_offset=0x80000),
    "Image.gz": gzip.compress(kernel(), mtime=0),
    "Image.xz": lzma.compress(kernel()),
    "Image.bz2": bz2.compress(kernel()),
    # Heads of what Python has no module for.
    "Image.zst": b"\x28\xb5\x2f\xfd\x24\x40" + bytes(64),
    "Image.lz4": b"\x04\x22\x4d\x18\x64\x40" + bytes(64),
    "Image-legacy.lz4": b"\x02\x21\x4c\x18" + bytes(64),
    "vmlinuz.efi": b"MZ\0\0zimg" + struct.pack("<II", 64, 64) + b"gzip" +
                   bytes(200),
    "good.elf": elf(),
    "two.elf": elf(((0x40000000, 0x1000, READ | EXECUTE),
                    (0x40001000, 0x1000, READ | WRITE))),
    "many.elf": elf([(0x40000000 + 0x2000 * i, 16, READ | EXECUTE)
                     for i in range(130)]),
    "overlap.elf": elf(((0x40000000, 0x2000, READ | EXECUTE),
                        (0x40001000, 0x1000, READ | WRITE))),
    "far.elf": elf(((0x40000000, 0x1000, READ | EXECUTE),
                    (0x50000000, 0x1000, READ | WRITE))),
    "wrap.elf": elf(((0x40000000, 0x1000, READ | EXECUTE),
                     ((1 << 64) - 0x1000, 0x2000, READ | WRITE))),
    "no-entry.elf": elf(entry=0x40002000),
    "data-entry.elf": elf(((0x40000000, 0x1000, READ | EXECUTE),
                           (0x40001000, 0x1000, READ | WRITE)),
                          entry=0x40001000),
    "all.elf": elf(((0x40000000, 0x1000, READ | WRITE | EXECUTE),)),
    "x86.elf": elf(machine=62),
    "pie.elf": elf(kind=3),
    "32-bit.elf": elf(bits=1),
    "big-endian.elf": elf(order=2),
    "short.elf": elf()[:80],
}


# Texts as large as a limit allows, for the examples of hvcc --explain.
BOARD = """board {
%s
    memory 512M at 0x40000000;
    psci smc;
    gic {
        distributor 64K at 0x8000000;
        redistributors 16M at 0x80a0000;
        maintenance ppi 9;
    }
    timer { physical ppi 14; virtual ppi 11; hyp ppi 10; }
    address bits 40;
}
hypervisor { console none; }
""" % "\n".join(f"    cpu {i};" for i in range(64))
REGIONS = "    memory ram 2M;\n" + "\n".join(
    f"    memory r{i} 4K;" for i in range(1, 1024))
CELLS = BOARD + "\n".join(
    f"cell c{i} {{ cpus {i}; memory ram 1M; }}" for i in range(64))


def together(n):
    """Channels of all cells."""
    ends = ", ".join(f"c{i}" for i in range(64))
    return CELLS + "\n" + "\n".join(
        f"channel all{i} {{ between {ends}; memory 4K; }}" for i in range(n))


TEXTS = {
    "64-cpus.cells": BOARD,
    "64-cells.cells": CELLS,
    "4096-policies.cells": "policy {\n%s}\n" %
    ("    deny linux -> control;\n" * 4096),
    "1024-regions.cells": f"cell many {{\n    cpus 0;\n{REGIONS}\n}}\n",
    "1024-channels.cells": "\n".join(
        f"channel c{i} {{ between one, two; memory 4K; }}"
        for i in range(1024)),
    "128-together.cells": together(128),
    "260-together.cells": together(260),
    "64-consoles.cells": BOARD +
    "board { override lines 256; }\n"
    "root cell linux { cpus 0; memory ram 64M; }\n"
    "cell guest { cpus 1; memory ram 64M; }\n" + "\n".join(
        f"virtio console c{i} for guest from linux {{ pty; bounce 64K; }}"
        for i in range(64)),
}
FILES |= {name: text.encode() for name, text in TEXTS.items()}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, content in FILES.items():
        with open(os.path.join(folder, name), "wb") as f:
            f.write(content)
    os.utime(folder)


if __name__ == "__main__":
    main()
