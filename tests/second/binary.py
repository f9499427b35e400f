# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.bin as its own bytes: head, segments, hashes, identity, rows.

`Image` holds every row of the tables; what cannot even be read, or what is not
what its hash says, raises Refused. What the rows mean is judged elsewhere.
"""
import hashlib
from types import SimpleNamespace

from abi import ABI, HV
from fdt import read_tree

PAGE = 0x1000
LISTS = {"cpus": "hv_cpu", "cells": "hv_cell", "ram": "hv_ram",
         "channels": "hv_channel", "ends": "hv_end", "switches": "hv_switch",
         "virtios": "hv_virtio",
         "arch_board": "hv_a64_board", "arch_cpus": "hv_a64_cpu",
         "arch_cells": "hv_a64_cell"}
CELL_LISTS = {"regions": "hv_region", "mmio": "hv_mmio", "copies": "hv_copy"}


class Refused(Exception):
    """The image is not one that may run; says why."""


def claim(is_true, why, *args):
    if not is_true:
        raise Refused(why.format(*args))


def identity_of(tree):
    root = read_tree(tree)
    node = root and root.child("hypervisor")
    return node and node.raw("identity")


def is_pages(*numbers):
    return not any(n % PAGE for n in numbers)


class Image:
    def __init__(self, data):
        self.data = data
        self.read_head()
        self.read_segments()
        self.read_tables()

    # ---- the file --------------------------------------------------------

    def read_head(self):
        layout = ABI.layout["hv_image_head"]
        claim(len(self.data) >= HV.IMAGE_HEAD_SIZE, "too few bytes: no head")
        self.head = head = layout.row(self.data, 0)
        claim(head.magic == HV.IMAGE_MAGIC, "the magic is no image's")
        claim(head.abi_version == HV.ABI_VERSION, "another ABI's image")
        claim(head.file_size == len(self.data), "the file has other bytes")
        self.check_boot_header(head.boot_header)

    def check_boot_header(self, h):
        """The arm64 Image header (Linux, Documentation/arm64/booting)."""
        word = [int.from_bytes(h[i:i + 8], "little") for i in range(0, 64, 8)]
        branch = word[0] & 0xffffffff
        claim(branch >> 26 == 5 and word[0] >> 32 == 0 and
              4 * (branch & 0x3ffffff) == HV.IMAGE_HEAD_SIZE,
              "the boot header does not branch to the runtime")
        claim(word[1] == 0 and word[2] == len(self.data) and
              word[3] == 0xa, "the boot header's offset, size or flags")
        claim(not any(word[4:7]) and word[7] == int.from_bytes(
            b"ARMd", "little"), "the boot header's magic")

    def read_segments(self):
        head, layout = self.head, ABI.layout["hv_segment"]
        start = ABI.layout["hv_image_head"].at["segments"]
        claim(0 < head.n_segments < HV.MAX_SEGMENTS, "number of segments")
        end = start + head.n_segments * layout.size
        claim(not any(self.data[end:HV.IMAGE_HEAD_SIZE]),
              "bytes behind the segments' rows")
        self.segments = [layout.row(self.data, start + i * layout.size)
                         for i in range(head.n_segments)]
        self.check_extents()
        for i, s in enumerate(self.segments[1:], 1):
            claim(self.hash(s) == s.sha256, "segment {}: its hash", i)
        claim(self.runtime_hash(start) == self.segments[0].sha256,
              "the runtime segment's hash")

    def check_extents(self):
        at = 0
        claim(self.segments[0].kind == HV.SEGMENT_RUNTIME and
              self.segments[0].offset == 0, "row 0 is not the runtime")
        for offset, size in sorted({(s.offset, s.size)
                                    for s in self.segments}):
            claim(size and offset % PAGE == 0 and offset >= at and
                  offset + size <= len(self.data), "a segment's extent")
            claim(not any(self.data[at:offset]),
                  "bytes at {:#x} of no segment", at)
            at = offset + size
        claim(at == len(self.data), "bytes behind the last segment")

    def bytes_of(self, s):
        return self.data[s.offset:s.offset + s.size]

    def hash(self, s):
        return hashlib.sha256(self.bytes_of(s)).digest()

    def runtime_hash(self, start):
        """With its own field and both identities zero."""
        data = bytearray(self.bytes_of(self.segments[0]))
        tables = self.head.tables_offset
        claim(tables % PAGE == 0 and HV.IMAGE_HEAD_SIZE < tables <
              len(data), "the tables' place")
        for at in (start + ABI.layout["hv_segment"].at["sha256"],
                   ABI.layout["hv_image_head"].at["identity"],
                   tables + ABI.layout["hv_head"].at["identity"]):
            data[at:at + 32] = bytes(32)
        return hashlib.sha256(data).digest()

    # ---- the tables ------------------------------------------------------

    def read_tables(self):
        at, layout = self.head.tables_offset, ABI.layout["hv_head"]
        self.tables = t = layout.row(self.data, at)
        claim(t.magic == HV.MAGIC and t.abi_version == HV.ABI_VERSION and
              t.arch == HV.A64_MACHINE, "no tables, or of another machine")
        claim(layout.size <= t.total_size <= self.segments[0].size - at and
              is_pages(t.total_size), "the tables' size")
        self.rows = self.data[at:at + t.total_size]
        self.seen = [(0, layout.size)]
        for name, kind in LISTS.items():
            setattr(self, name, self.list(t, name, kind, name))
        self.board = self.arch_board[0] if len(self.arch_board) == 1 else None
        claim(t.arch_board_offset == layout.size, "the board's row")
        claim(self.board and len(self.arch_cpus) == len(self.cpus) and
              len(self.arch_cells) == len(self.cells), "parallel lists")
        for i, c in enumerate(self.cells):
            for name, kind in CELL_LISTS.items():
                setattr(c, name, self.list(c, name, kind, f"cell {i}"))
            c.line_words = self.words(c, "line_words", 4)
            c.mmio_slots = self.words(c, "mmio_slots", 2)
        for i, s in enumerate(self.switches):
            s.words = self.list(s, "words", "hv_switch_word", f"switch {i}")
        for i, v in enumerate(self.virtios):
            v.views = self.list(v, "views", "hv_view", f"virtio {i}")
        claim(is_pages(t.pool_offset, t.pool_count * 8), "the pool's pages")
        self.pool = self.words(t, "pool", 8)
        self.check_rest()
        self.check_identity()

    def extent(self, row, name, size, align):
        offset = getattr(row, name + "_offset")
        count = getattr(row, name + "_count")
        end = offset + count * size
        claim(offset % align == 0 and end <= len(self.rows),
              "{} leave the tables", name)
        claim(count or not offset, "{}: an empty list has a place", name)
        if count:
            self.seen.append((offset, end))
        return offset, count

    def list(self, row, name, kind, what):
        layout = ABI.layout[kind]
        offset, count = self.extent(row, name, layout.size, layout.align)
        return [layout.row(self.rows, offset + i * layout.size)
                for i in range(count)]

    def words(self, row, name, size):
        offset, count = self.extent(row, name, size, size)
        return list(memoryview(self.rows)[offset:offset + count * size].cast(
            {2: "H", 4: "I", 8: "Q"}[size]))

    def check_rest(self):
        """Lists lie apart, and bytes of no list are zero."""
        at = 0
        for start, end in sorted(self.seen):
            claim(start >= at, "rows overlap at {:#x}", start)
            claim(not any(self.rows[at:start]), "bytes of no row at {:#x}", at)
            at = end
        claim(not any(self.rows[at:]), "bytes behind the rows")

    def check_identity(self):
        """Hashes are of trees without the identity that they carry."""
        at = ABI.layout["hv_head"].at["identity"]
        whole = hashlib.sha256(self.rows[:at] + bytes(32) +
                               self.rows[at + 32:])
        trees = {s.offset for s in self.segments if s.kind == HV.SEGMENT_TREE}
        for s in self.segments[1:]:
            data = self.bytes_of(s)
            if s.offset in trees:
                claim(identity_of(data) == self.tables.identity,
                      "a tree's identity")
                data = data.replace(self.tables.identity, bytes(32))
            whole.update(hashlib.sha256(data).digest())
        claim(self.tables.identity == self.head.identity == whole.digest(),
              "the identity")

    def switched(self):
        """Word of the pool -> (switch, descriptor when on)."""
        out = {}
        for i, s in enumerate(self.switches):
            for w in s.words:
                claim(w.index < len(self.pool) and w.index not in out,
                      "switch {}: its words", i)
                out[w.index] = SimpleNamespace(switch=i, on=w.on)
        return out
