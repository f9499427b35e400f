# SPDX-License-Identifier: BSD-2-Clause
"""device.py - a virtio device as hvisor.loader sees it, and the driver in front.

Makes the files that os_fake.c takes for /dev/hvisor-virtio/NAME, and the rows
that hvcc writes of such a device. The driver is as small as one can be: one
queue, one buffer at a time.
"""
import mmap
import os
import struct
import time

NET, BLOCK, CONSOLE = 1, 2, 3
READONLY, BOUNCE, LOSS_FAIL = 1, 2, 4
FILE, TAP, PTY, TERMINAL = 1, 2, 3, 4
STATE, PUBLISHED, RING, VIEW = 0, 0x1000, 0x2000, 0x4000
VIEW_SIZE, FRONT = 0x10000, 0x80000000
KEPT = 344			# behind struct hv_virtio_published
# In struct hv_virtio_state, which begins with the registers that the driver reads.
STATUS, CHANGES, FEATURES_32 = 112, 516, 524
QUEUE = 616			# the first, each 40
RAW = "<IIIIIIQQQ"


def row(name, kind, front, backend, path="", flags=0, n_queues=2):
    """struct hv_loader_virtio."""
    return struct.pack("<32s5I6s2x256s", name.encode(), kind, flags, front,
                       n_queues, backend, b"", path.encode())


class Device:
    """Its files, in a folder of this test; its memory is one view, or two."""

    def __init__(self, folder, name, kind, front, flags=0, n_queues=2, cut=None):
        self.name, self.kind, self.flags, self.front = name, kind, flags, front
        os.makedirs(folder, exist_ok=True)
        self.path = os.path.join(folder, name)
        views = [(0, cut), (cut, VIEW_SIZE)] if cut else [(0, VIEW_SIZE)]
        told = struct.pack(RAW, kind, flags, front, n_queues, len(views), 0,
                           STATE, PUBLISHED, RING)
        for begin, end in views:
            told += struct.pack("<QQQII", FRONT + begin, VIEW + begin, end - begin, 3, 0)
        with open(self.path, "wb") as f:
            f.write(told.ljust(48 + 16 * 32, b"\0"))
        with open(self.path + ".memory", "wb") as f:
            f.truncate(VIEW + VIEW_SIZE)
        os.mkfifo(self.path + ".line")
        self.line = os.open(self.path + ".line", os.O_RDWR | os.O_NONBLOCK)
        with open(self.path + ".memory", "r+b") as f:
            self.memory = mmap.mmap(f.fileno(), 0)

    def word(self, at):
        return struct.unpack_from("<I", self.memory, at)[0]

    def set(self, at, value, form="I"):
        struct.pack_into("<" + form, self.memory, at, value)

    def is_published(self):
        return self.word(PUBLISHED) == 1

    def wait(self, claim):
        """Until it is so; a test's own time-out is the caller's."""
        for _ in range(2000):
            if claim():
                return
            time.sleep(0.01)
        raise AssertionError("never so")

    # ---- the driver

    def change(self):
        self.set(STATE + CHANGES, self.word(STATE + CHANGES) + 1)
        os.write(self.line, bytes(8))

    def drive(self, queue):
        """Comes up, with VERSION_1 alone, and one queue of 8."""
        self.set(STATE + FEATURES_32, 1)
        at = STATE + QUEUE + 40 * queue
        struct.pack_into("<QQQIIII", self.memory, at, FRONT, FRONT + 0x1000,
                         FRONT + 0x2000, 8, 1, 0, 0)
        self.set(STATE + STATUS, 15)
        self.change()

    def send(self, queue, n, data, place=0x3000):
        """The n-th buffer, to be read by the device."""
        self.memory[VIEW + place:VIEW + place + len(data)] = data
        struct.pack_into("<QIHH", self.memory, VIEW, FRONT + place, len(data), 0, 0)
        self.set(VIEW + 0x1004 + 2 * (n % 8), 0, "H")
        self.set(VIEW + 0x1002, n + 1, "H")
        at = STATE + QUEUE + 40 * queue + 32
        self.set(at, self.word(at) + 1)
        os.write(self.line, bytes(8))

    def n_used(self):
        return struct.unpack_from("<H", self.memory, VIEW + 0x2002)[0]
