# SPDX-License-Identifier: BSD-2-Clause
"""A flattened devicetree as dictionaries (Devicetree Specification 0.4, 5).

Read here and not with python3-libfdt: that drops references to None (1.6.1), and
a process that reads some thousand trees dies of it.
"""
import struct

BEGIN_NODE, END_NODE, PROPERTY, NOTHING, END = 1, 2, 3, 4, 9
MAGIC, DEPTH_MAX = 0xd00dfeed, 64


class Malformed(Exception):
    """No tree: it ends too early, or has what no tree has."""


class Node:
    def __init__(self, name):
        self.name = name
        self.properties, self.children = {}, []

    def child(self, name):
        return next((c for c in self.children if c.name == name), None)

    def raw(self, name):
        return self.properties.get(name, b"")

    def strings(self, name):
        return self.raw(name).decode().rstrip("\0").split("\0")

    def cells(self, name):
        data = self.raw(name)
        return struct.unpack(f">{len(data) // 4}I", data)

    def spans(self):
        """`reg` with two cells for an address and two for a size."""
        data = self.raw("reg")
        return list(struct.iter_unpack(">QQ", data[:len(data) & -16]))

    def find(self, compatible):
        return [c for c in self.children
                if compatible in c.strings("compatible")]


class Reader:
    def __init__(self, data):
        head = struct.unpack_from(">10I", data)
        if head[0] != MAGIC or head[1] > len(data):
            raise Malformed
        self.at, self.end = head[2], head[2] + head[9]
        self.strings = bytes(data[head[3]:head[3] + head[8]])
        self.data = bytes(data[:head[1]])

    def word(self):
        value, = struct.unpack_from(">I", self.data, self.at)
        self.at += 4
        return value

    def token(self):
        while True:
            token = self.word()
            if token != NOTHING:
                return token

    def text(self, where, at):
        end = where.find(b"\0", at)
        if end < 0:
            raise Malformed
        return where[at:end].decode(), end + 1

    def node(self, depth=0):
        """Behind its BEGIN_NODE."""
        name, end = self.text(self.data, self.at)
        self.at = (end + 3) & -4
        node = Node(name)
        while True:
            token = self.token()
            if token == PROPERTY:
                size, at = self.word(), self.word()
                name, _ = self.text(self.strings, at)
                node.properties[name] = self.data[self.at:self.at + size]
                self.at += (size + 3) & -4
            elif token == BEGIN_NODE and depth < DEPTH_MAX:
                node.children.append(self.node(depth + 1))
            elif token == END_NODE and self.at <= self.end:
                return node
            else:
                raise Malformed


def read_tree(data):
    """The root node, or None where it is no tree."""
    try:
        reader = Reader(data)
        if reader.token() != BEGIN_NODE:
            return None
        root = reader.node()
        return root if reader.token() == END else None
    except (Malformed, struct.error, UnicodeDecodeError):
        return None
