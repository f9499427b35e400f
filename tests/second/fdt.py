# SPDX-License-Identifier: BSD-2-Clause
"""A devicetree as dictionaries, read with libfdt.

Every property is met by its offset: asking libfdt for one that is not there
loses a reference to None each time (python3-libfdt 1.6.1), and Python dies of
it at its end.
"""
import struct

import libfdt

QUIET = (libfdt.NOTFOUND,)


class Node:
    def __init__(self, fdt, offset):
        self.name = fdt.get_name(offset)
        self.properties, self.children = {}, []
        at = fdt.first_property_offset(offset, QUIET)
        while at >= 0:
            p = fdt.get_property_by_offset(at)
            self.properties[p.name] = bytes(p)
            at = fdt.next_property_offset(at, QUIET)
        at = fdt.first_subnode(offset, QUIET)
        while at >= 0:
            self.children.append(Node(fdt, at))
            at = fdt.next_subnode(at, QUIET)

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


def read_tree(data):
    """The root node, or None where libfdt reads no tree."""
    try:
        return Node(libfdt.FdtRo(bytes(data)), 0)
    except (libfdt.FdtException, ValueError):
        return None
