# SPDX-License-Identifier: BSD-2-Clause
"""An image of hvcc as bytes that can be changed and sealed again.

Everything is found through the ABI's own offsets. `seal` makes hashes and
identity right again, as an attacker would who wants a deeper check to fail.
"""
import hashlib
import re
import struct

ZERO = bytes(32)


# What the rows of a list are, by the field that holds the list.
ROWS = {"cpus": "hv_cpu", "cells": "hv_cell", "ram": "hv_ram",
        "channels": "hv_channel", "ends": "hv_end", "switches": "hv_switch",
        "pool": "u64", "arch_board": "hv_a64_board", "arch_cpus": "hv_a64_cpu",
        "arch_cells": "hv_a64_cell", "regions": "hv_region", "mmio": "hv_mmio",
        "copies": "hv_copy", "line_words": "u32", "words": "hv_switch_word",
        "mmio_slots": "u16", "virtios": "hv_virtio", "views": "hv_view"}
WORDS = {"u64": 8, "u32": 4, "u16": 2}


class Image:
    def __init__(self, data, offsets):
        self.data = bytearray(data)
        self.at = offsets
        self.tables = self.read(offsets["hv_image_head.tables_offset"], 8)
        self.tables_size = self.head("total_size", 8)

    def copy(self):
        return Image(self.data, self.at)

    def read(self, at, size):
        return int.from_bytes(self.data[at:at + size], "little")

    def write(self, at, size, value):
        value &= (1 << 8 * size) - 1
        self.data[at:at + size] = value.to_bytes(size, "little")

    def head(self, field, size):
        return self.read(self.tables + self.at["hv_head." + field], size)

    def list(self, at):
        """File offset and count of an hv_list that lies at `at`."""
        offset, count = struct.unpack_from("<II", self.data, at)
        return self.tables + offset, count

    def row(self, list_field, kind, i):
        """File offset of row i of one of the head's lists."""
        start, count = self.list(self.tables + self.at["hv_head." + list_field])
        assert i < count, (list_field, i)
        return start + i * self.at[kind]

    def field(self, list_field, kind, i, name):
        return self.row(list_field, kind, i) + self.at[kind + "." + name]

    def cell_row(self, cell_i, list_field, kind, i, name):
        """A field of row i of one of a cell's lists."""
        start, count = self.list(self.field("cells", "hv_cell", cell_i,
                                            list_field))
        assert i < count, (list_field, i)
        return start + i * self.at[kind] + self.at[kind + "." + name]

    def switch_word(self, switch_i, i, name):
        start, count = self.list(self.field("switches", "hv_switch", switch_i,
                                            "words"))
        assert i < count
        return start + i * self.at["hv_switch_word"] + \
            self.at["hv_switch_word." + name]

    def place(self, path):
        """File offset and size of what `cells[1].regions[0].pa` names; of the
        image's own head with `image.` before it, of a segment's row with
        `segments[1].`; what a list names by itself is the list."""
        kind, at, size = "hv_head", self.tables, 0
        for part in path.split("."):
            name, index = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", part).groups()
            if part == "image":
                kind, at = "hv_image_head", 0
            elif name == "segments":
                kind, at = "hv_segment", self.segment(int(index), "kind")
            elif index is None:
                at += self.at[f"{kind}.{name}"]
                size = self.at[f"{kind}.{name}#"]
                kind = "hv_on" if name.startswith("on_") else "hv_list"
            else:
                start, _ = self.list(at + self.at[f"{kind}.{name}"])
                kind = ROWS[name]
                size = WORDS.get(kind, 0)
                at = start + int(index) * (size or self.at[kind])
        return at, size

    def get(self, path):
        return self.read(*self.place(path))

    def edit(self, text):
        """`PATH = VALUE; PATH ^= VALUE`: a value is a number or a path."""
        for statement in text.split(";"):
            path, how, value = statement.split()
            try:
                value = int(value, 0)
            except ValueError:
                value = self.get(value)
            at, size = self.place(path)
            before = self.read(at, size)
            self.write(at, size, {"=": value, "+=": before + value,
                                  "-=": before - value, "^=": before ^ value,
                                  "|=": before | value,
                                  "&=": before & value}[how])

    def hash_traps(self, cell_i):
        """The slots of a cell's trapped pages, for the rows as they are."""
        cell = f"cells[{cell_i}]"
        pages = [(self.get(f"{cell}.mmio[{row}].base") + at >> 12, row + 1)
                 for row in range(self.get(cell + ".mmio.count"))
                 for at in range(0, self.get(f"{cell}.mmio[{row}].size"),
                                 0x1000)]
        n = self.get(cell + ".mmio_slots.count")
        shift = self.get(cell + ".mmio_shift")
        for multiplier in range(1 << shift, 2 << shift, 9773):
            slots = {(page * multiplier & 0xffffffff) >> shift: row
                     for page, row in pages}
            if len(slots) == len(pages):
                break
        else:
            raise ValueError("no multiplier")
        self.edit(f"{cell}.mmio_multiplier = {multiplier}; " + "; ".join(
            f"{cell}.mmio_slots[{i}] = {slots.get(i, 0)}" for i in range(n)))

    def property(self, cell_i, path, name):
        """File offset and size of a property in the tree of a cell."""
        for i, kind, tree, _ in self.segments():
            if kind == 3 and self.get(f"segments[{i}].cell") == cell_i:
                break
        at, strings = (tree + int.from_bytes(
            self.data[tree + o:tree + o + 4], "big") for o in (8, 12))
        nodes = []
        while True:
            token = int.from_bytes(self.data[at:at + 4], "big")
            at += 4
            if token == 1:
                end = self.data.index(0, at)
                nodes.append(self.data[at:end].decode())
                at = (end + 4) & ~3
            elif token == 2:
                nodes.pop()
            elif token == 3:
                size, where = struct.unpack_from(">II", self.data, at)
                start = strings + where
                if "/".join(nodes) == path and self.data[
                        start:self.data.index(0, start)].decode() == name:
                    return at + 8, size
                at = (at + 8 + size + 3) & ~3
            elif token == 9:
                raise LookupError(path + ":" + name)

    def pool(self):
        return self.list(self.tables + self.at["hv_head.pool"])

    def segment(self, i, name):
        return self.at["hv_image_head.segments"] + i * self.at["hv_segment"] + \
            self.at["hv_segment." + name]

    def segments(self):
        n = self.read(self.at["hv_image_head.n_segments"], 4)
        for i in range(n):
            yield (i, self.read(self.segment(i, "kind"), 4),
                   self.read(self.segment(i, "offset"), 8),
                   self.read(self.segment(i, "size"), 8))

    def identity_in_tree(self, offset, size):
        """Where a tree has its identity: the property's 32 bytes."""
        blob = self.data[offset:offset + size]
        strings = int.from_bytes(blob[12:16], "big")
        name = blob.find(b"identity\0", max(strings, 0)) - strings
        if name < 0:
            raise ValueError("no identity in a tree")
        mark = struct.pack(">III", 3, 32, name)
        if mark not in blob:
            raise ValueError("no identity in a tree")
        return offset + blob.find(mark) + len(mark)

    def seal(self):
        tables_identity = self.tables + self.at["hv_head.identity"]
        image_identity = self.at["hv_image_head.identity"]
        trees = sorted({(o, s) for _, k, o, s in self.segments() if k == 3})
        places = [self.identity_in_tree(o, s) for o, s in trees]
        for place in places + [tables_identity, image_identity]:
            self.data[place:place + 32] = ZERO

        whole = hashlib.sha256(
            self.data[self.tables:self.tables + self.tables_size])
        for _, _, offset, size in list(self.segments())[1:]:
            whole.update(hashlib.sha256(
                self.data[offset:offset + size]).digest())
        identity = whole.digest()

        for place in places:
            self.data[place:place + 32] = identity
        for i, _, offset, size in list(self.segments())[1:]:
            at = self.segment(i, "sha256")
            self.data[at:at + 32] = hashlib.sha256(
                self.data[offset:offset + size]).digest()
        at = self.segment(0, "sha256")
        self.data[at:at + 32] = ZERO
        size = self.read(self.segment(0, "size"), 8)
        self.data[at:at + 32] = hashlib.sha256(self.data[:size]).digest()
        for place in (tables_identity, image_identity):
            self.data[place:place + 32] = identity
