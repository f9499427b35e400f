# SPDX-License-Identifier: BSD-2-Clause
"""
forge.py - a hvisor.bin with one thing wrong, and with as many of its hashes set
right again as a forger would; written from hv_abi.h.
"""
import hashlib
import struct

IDENTITY, SEGMENTS, ROW = 96, 128, 64
KIND, CELL, OFFSET, SIZE, DESTINATION, HASH = 0, 4, 8, 16, 24, 32
HEAD_IDENTITY, HEAD_BASE = 24, 88
ABI_VERSION, N_SEGMENTS, FILE_SIZE, TABLES = 72, 76, 80, 88


def u64(b, at):
    return struct.unpack_from("<Q", b, at)[0]


class Image:
    def __init__(self, path):
        with open(path, "rb") as f:
            self.b = bytearray(f.read())
        self.tables = u64(self.b, TABLES)
        self.n = struct.unpack_from("<I", self.b, N_SEGMENTS)[0]

    def row(self, i):
        return SEGMENTS + ROW * i

    def segment(self, i):
        """Where it begins and ends in the file."""
        at = u64(self.b, self.row(i) + OFFSET)
        return at, at + u64(self.b, self.row(i) + SIZE)

    def set(self, at, value, size=8):
        self.b[at:at + size] = value.to_bytes(size, "little")
        return self

    def flip(self, at):
        self.b[at] ^= 0x10
        return self

    def seal(self):
        """The hashes of all segments are right; the identity stays."""
        for i in range(1, self.n):
            begin, end = self.segment(i)
            self.b[self.row(i) + HASH:self.row(i) + ROW] = \
                hashlib.sha256(self.b[begin:end]).digest()
        begin, end = self.segment(0)
        blank = bytearray(self.b[begin:end])
        for at in (IDENTITY, self.row(0) + HASH, self.tables + HEAD_IDENTITY):
            blank[at:at + 32] = bytes(32)
        self.b[self.row(0) + HASH:self.row(0) + ROW] = hashlib.sha256(blank).digest()
        return self

    def write(self, path):
        with open(path, "wb") as f:
            f.write(self.b)
