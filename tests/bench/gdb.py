# SPDX-License-Identifier: BSD-2-Clause
"""
gdb.py - stops a machine in QEMU at chosen addresses, by gdb's remote protocol,
and says how many instructions it has executed by then, by QMP.
"""
import json
import os
import socket
import time

from machine import Failed, Machine


def connect(path, seconds=20):
    end = time.monotonic() + seconds
    while True:
        link = socket.socket(socket.AF_UNIX)
        try:
            link.connect(path)
            return link
        except OSError:
            link.close()
            if time.monotonic() > end:
                raise Failed("QEMU opens no socket") from None
            time.sleep(0.02)


class Stopped(Machine):
    """A QEMU that stands still before its first instruction. Use `with`."""

    def __init__(self, argv, folder, seconds=120):
        gdb, qmp = (os.path.join(folder, name) for name in ("gdb", "qmp"))
        super().__init__(argv + [
            "-S", "-no-shutdown", "-gdb", f"unix:{gdb},server=on,wait=off",
            "-qmp", f"unix:{qmp},server=on,wait=off"], seconds)
        self.link = connect(gdb)
        self.link.settimeout(seconds)
        self.rest_of_gdb = b""
        self.qmp = connect(qmp).makefile("rw")
        self.qmp.readline()
        self.ask("qmp_capabilities")
        self.say("qXfer:features:read:target.xml:0,ffb")	# else it tells no register
        self.say("Qqemu.sstep=1")	# time goes on in a step

    def ask(self, what):
        self.qmp.write(json.dumps({"execute": what}) + "\n")
        self.qmp.flush()
        while True:
            answer = json.loads(self.qmp.readline())
            if "return" in answer:
                return answer["return"]

    def wait_for_event(self, name):
        while json.loads(self.qmp.readline()).get("event") != name:
            pass

    def icount(self):
        return self.ask("query-replay")["icount"]

    # gdb's packets: $TEXT#SUM, and a + for each that has come.

    def say(self, text):
        self.link.sendall(f"${text}#{sum(text.encode()) & 255:02x}".encode())
        return self.hear()

    def hear(self):
        while True:
            begin, end = self.rest_of_gdb.find(b"$"), self.rest_of_gdb.find(b"#")
            if 0 <= begin < end and len(self.rest_of_gdb) >= end + 3:
                text = self.rest_of_gdb[begin + 1:end].decode()
                self.rest_of_gdb = self.rest_of_gdb[end + 3:]
                self.link.sendall(b"+")
                return text
            data = self.link.recv(65536)
            if not data:
                raise Failed("QEMU ended while a breakpoint was awaited")
            self.rest_of_gdb += data

    def stop_at(self, address):
        if self.say(f"Z0,{address:x},4") != "OK":
            raise Failed("QEMU has no breakpoints")

    def go_on_at(self, address):
        self.say(f"z0,{address:x},4")

    def register(self, i):
        return int.from_bytes(bytes.fromhex(self.say(f"p{i:x}")), "little")

    def run(self):
        """Until a breakpoint; its address."""
        said = self.say("c")
        if not said.startswith("T"):
            raise Failed(f"the machine ended: {said}")
        for field in said[3:].split(";"):
            if field.startswith("thread:"):
                self.say("Hg" + field[len("thread:"):])
        return self.register(32)

    def step(self):
        self.say("s")
