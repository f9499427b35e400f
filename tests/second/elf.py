# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.elf, the debugger's file, has the bytes that hvisor.bin has.

Read with pyelftools. The linker knows neither hashes nor segments: the
identity, the runtime's hash and the segment table are filled in afterwards.
"""
from elftools.elf.elffile import ELFFile

from abi import ABI, HV
from binary import claim


def check_elf(image, stream):
    elf = ELFFile(stream)
    claim(elf["e_machine"] == "EM_AARCH64" and elf["e_type"] in (
        "ET_EXEC", "ET_DYN"), "the ELF file is of another kind")
    symbols = symbols_of(elf)
    tables = image.tables.base + image.head.tables_offset
    claim(symbols.get("hv_system") == (tables, image.tables.total_size),
          "hv_system is not where the tables are")
    claim(symbols.get("hv_image_head", (0,))[0] == image.tables.base,
          "hv_image_head is not the image's first byte")
    mine = bytearray(image.data[:image.tables.image_size])
    theirs = bytearray(len(mine))
    for s in elf.iter_sections():
        if s["sh_flags"] & 2 and s["sh_type"] != "SHT_NOBITS":
            at = s["sh_addr"] - image.tables.base
            claim(0 <= at and at + s["sh_size"] <= len(mine),
                  "section {} is outside of the image", s.name)
            theirs[at:at + s["sh_size"]] = s.data()
    for data in mine, theirs:
        data[:HV.IMAGE_HEAD_SIZE] = bytes(HV.IMAGE_HEAD_SIZE)
        for field in "identity", "runtime":
            at = image.head.tables_offset + ABI.layout["hv_head"].at[field]
            data[at:at + 32] = bytes(32)
    claim(mine == theirs, "the ELF file has other bytes")


def symbols_of(elf):
    table = elf.get_section_by_name(".symtab")
    claim(table is not None, "the ELF file has no symbols")
    return {s.name: (s["st_value"], s["st_size"])
            for s in table.iter_symbols() if s.name.startswith("hv_")}
