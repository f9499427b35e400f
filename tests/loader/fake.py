# SPDX-License-Identifier: BSD-2-Clause
"""fake.py - hvisor.ko and a hypervisor below it, as far as hvisor.loader sees.

Serves the socket of os_fake.c. Small and obvious on purpose: a test sets its
fields, and looks at them when the program has ended.
"""
import errno
import os
import re
import socket
import struct
import threading

INFO, ENABLE, DISABLE, CALL, LOAD, WAIT = 0, 1, 2, 3, 4, None
ABSENT, POSSIBLE, DIRECT, ENABLED = range(4)
NONE = 0xffffffff
OK, NOT_SUPPORTED, DENIED, NO_CELL, STATE, ARGUMENT, BUSY, EMPTY_ = range(0, -8, -1)
EMPTY, CLEANING, LOADED, RUNNING, OFF, CRASHED = range(6)
START, STOP, MAY_LOAD, CONSOLE = 1, 2, 4, 8
FIRST = 0xc6000100
TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def version(header, name):
    """A version as its header has it."""
    with open(os.path.join(TOP, "runtime", header), encoding="ascii") as f:
        return int(re.search(rf"#define {name} (\d+)", f.read())[1])


MODULE = version("loader/kmod/hvisor.h", "HVISOR_MODULE_VERSION")
ABI = version("abi/hv_abi.h", "HV_ABI_VERSION")


def words(raw, n):
    """Bytes as n little-endian words."""
    return list(struct.unpack("<%dQ" % n, bytes(raw).ljust(8 * n, b"\0")))


class Cell:
    def __init__(self, name, cpus, flags=2, managed=START | STOP, ram=()):
        self.name, self.cpus, self.flags, self.managed = name, cpus, flags, managed
        self.ram = [(base, bytearray(size)) for base, size in ram]
        self.state, self.starts, self.up = LOADED, 0, 0
        self.console = 1
        self.out, self.lost, self.typed = b"", 0, b""
        self.is_flooding = False	# prints without end
        self.room = 1 << 20		# for what is typed
        self.is_loading = False
        self.next = []			# states that CLEANING leads to
        self.verdict = LOADED		# of a load
        self.off = []			# CPUs that are
        self.on_peek = lambda: None
        self.errors = {}		# call number -> errors, in turn

    def cpu_list(self):
        return [i for i in range(64) if self.cpus >> i & 1]


class Hypervisor:
    n = 0				# how many there were

    def __init__(self, cells, identity=b"\1" * 32, runtime=b"\2" * 32):
        self.cells, self.identity, self.runtime = cells, identity, runtime
        self.state, self.reason = DIRECT, b""
        self.module, self.abi, self.running_abi = MODULE, ABI, ABI
        self.own, self.root = 0, 0
        self.events, self.first_event = [], 0
        self.devices = []		# (name, kind, flags, front), of virtio
        self.log, self.log_lost = b"", 0
        self.enabled = self.enable_errno = None
        self.calls = []			# (number, arguments) in order
        self.on_wait = lambda: None
        Hypervisor.n += 1
        self.path = os.path.abspath("socket%d" % Hypervisor.n)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.path)
        self.listener.listen(4)
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def close(self):
        # A close alone wakes nobody who waits for a peer.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()
        os.unlink(self.path)

    # ---- the socket

    def _serve(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            # A backend stays while other programs come and go.
            threading.Thread(target=self._talk, args=(peer,), daemon=True).start()

    @staticmethod
    def _get(peer, size):
        got = b""
        while len(got) < size:
            part = peer.recv(min(size - len(got), 1 << 20))
            if not part:
                raise EOFError
            got += part
        return got

    def _talk(self, peer):
        with peer:
            self._answers(peer)

    def _answers(self, peer):
        while True:
            try:
                request, size, more, _ = struct.unpack("<4I", self._get(peer, 16))
                argument = bytearray(self._get(peer, size))
                more = self._get(peer, more)
                error = self._answer(request, argument, more)
                peer.sendall(struct.pack("<ii", -1 if error else 0, error) +
                             argument)
            except (EOFError, OSError):
                return

    def _answer(self, request, argument, more):
        if not request:
            return self.on_wait() or 0
        number = request & 0xff
        return [self._info, self._enable, self._disable, self._call,
                self._load][number](argument, more)

    # ---- the module

    def _info(self, argument, _):
        argument[:] = struct.pack(
            "<6I32s32s256s", self.module, self.abi, self.state,
            self.running_abi if self.state >= DIRECT else 0, self.own,
            self.root, self.identity, self.runtime, self.reason)
        return 0

    def _enable(self, argument, image):
        if self.enable_errno:
            argument[-256:] = self.reason.ljust(256, b"\0")
            return self.enable_errno
        self.enabled = (bytes(argument[16:48]), bytes(argument[48:80]), image)
        self.state = ENABLED
        return 0

    def _disable(self, argument, _):
        if self.enable_errno:
            argument[-256:] = self.reason.ljust(256, b"\0")
            return self.enable_errno
        self.state = POSSIBLE
        return 0

    def _load(self, argument, more):
        cell, window, offset, _, size = struct.unpack("<IIQQQ", argument)
        c = self.cells[cell]
        if not c.is_loading:
            return errno.EBADF
        _, memory = c.ram[window]
        if offset + size > len(memory):
            return errno.ERANGE
        memory[offset:offset + size] = more
        return 0

    def _call(self, argument, _):
        x = words(argument, 17)
        self.calls.append((x[0] - FIRST, x[1:4]))
        result = self._do(x[0] - FIRST, x)
        if isinstance(result, int):
            x[0] = result & (1 << 64) - 1
        else:
            x = ([0] + result + [0] * 16)[:17]
        argument[:] = struct.pack("<17Q", *x)
        return 0

    # ---- the hypervisor

    def _do(self, n, x):
        if n == 9 and x[1] == NONE:
            part, self.log = self.log[:112], self.log[112:]
            return [len(part), self.log_lost] + words(part, 14)
        if n == 0xb:
            return self._event(x[1])
        if n == 0x14:
            return self._virtio(x[1])
        if x[1] >= len(self.cells):
            return NO_CELL
        c = self.cells[x[1]]
        if c.errors.get(n):
            return c.errors[n].pop(0)
        return {2: self._cell_info, 3: self._cell_state, 4: self._start,
                5: self._stop, 6: self._begin, 7: self._end,
                8: self._window, 9: self._read, 0xa: self._write,
                0xc: self._stats, 0xd: self._registers,
                0xe: self._peek}.get(n, lambda *_: NOT_SUPPORTED)(c, x)

    @staticmethod
    def _cell_info(c, _):
        return words(c.name.encode(), 4) + [c.flags, c.managed, c.cpus,
                                            c.console, len(c.ram)]

    @staticmethod
    def _cell_state(c, _):
        if c.state == CLEANING and c.next:
            c.state = c.next.pop(0)
        return [c.state, c.starts, c.up, 2, 3, int(c.is_loading),
                int(c.state not in (EMPTY, CRASHED))]

    @staticmethod
    def _start(c, _):
        if not c.managed & START:
            return DENIED
        if c.state not in (LOADED, OFF):
            return STATE
        c.next = [CLEANING, RUNNING]
        c.state = CLEANING if c.state == OFF else RUNNING
        c.starts += 1
        c.up = 1500000
        return []

    @staticmethod
    def _stop(c, _):
        if not c.managed & STOP:
            return DENIED
        if c.state != RUNNING:
            return STATE
        c.state, c.up = OFF, 0
        return []

    @staticmethod
    def _begin(c, _):
        if not c.managed & MAY_LOAD:
            return DENIED
        if c.state == RUNNING:
            return STATE
        c.is_loading = True
        return []

    @staticmethod
    def _end(c, _):
        if not c.is_loading:
            return STATE
        c.is_loading, c.state, c.next = False, CLEANING, [CLEANING, c.verdict]
        return []

    @staticmethod
    def _window(c, x):
        if x[2] >= len(c.ram):
            return NO_CELL
        base, memory = c.ram[x[2]]
        return [0x70000000, len(memory), base, 3]

    @staticmethod
    def _read(c, _):
        if not c.managed & CONSOLE:
            return DENIED
        part = c.out[:112]
        if not c.is_flooding:
            c.out = c.out[112:]
        return [len(part), c.lost] + words(part, 14)

    @staticmethod
    def _write(c, x):
        if c.state not in (LOADED, RUNNING):
            return STATE
        n = min(x[2], c.room)
        c.typed += struct.pack("<8Q", *x[3:11])[:n]
        c.room -= n
        return [n]

    def _virtio(self, i):
        if i >= len(self.devices):
            return NO_CELL
        name, kind, flags, front = self.devices[i]
        return words(name.encode(), 4) + [kind, flags, front]

    def _event(self, n):
        n = max(n, self.first_event)
        if n - self.first_event >= len(self.events):
            return EMPTY_
        return [n + 1] + self.events[n - self.first_event]

    @staticmethod
    def _stats(c, x):
        if x[2] >= len(c.cpu_list()):
            return NO_CELL
        return [x[2] * 100 + i for i in range(7)] + [77, 2]

    @staticmethod
    def _registers(c, x):
        if x[2] >= len(c.cpu_list()):
            return NO_CELL
        if c.state != CRASHED:
            return STATE
        if x[2] in c.off:
            return EMPTY_
        first = [0x1000 * (x[2] + 1) + i for i in range(31)]
        last = [0x50000100 + x[2], 0x3c5, 0xaaaa, 0xbbbb] + list(range(12))
        return [first[:16], first[16:], last][x[3]]

    @staticmethod
    def _peek(c, x):
        c.on_peek()
        if c.state != CRASHED:
            return STATE
        for base, memory in c.ram:
            if base <= x[2] < base + len(memory):
                at = x[2] - base
                return words(memory[at:at + 128], 16)
        return ARGUMENT
