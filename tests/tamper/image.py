# SPDX-License-Identifier: BSD-2-Clause
"""An image of hvcc as bytes that can be changed and sealed again.

Everything is found through the ABI's own offsets. `seal` makes hashes and
identity right again, as an attacker would who wants a deeper check to fail.
"""
import hashlib
import struct

ZERO = bytes(32)


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
