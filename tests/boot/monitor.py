# SPDX-License-Identifier: BSD-2-Clause
"""monitor.py - what is in a machine's memory, asked of QEMU: no cell takes part."""
import json
import os
import socket

from machine import Failed


def options(folder):
    """QEMU's, for a machine that is to be asked; the socket is in that folder."""
    return ["-qmp", f"unix:{folder}/qmp,server=on,wait=off"]


def _ask(stream, command, **arguments):
    stream.write(json.dumps({"execute": command, "arguments": arguments}).encode())
    stream.flush()
    for line in stream:
        answer = json.loads(line)
        if "error" in answer:
            raise Failed(f"QEMU: {answer['error']['desc']}")
        if "return" in answer:
            return
    raise Failed("QEMU does not answer")


def memory(folder, first, size):
    """The bytes at a physical address."""
    file = os.path.join(folder, "memory")
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(60)
        s.connect(os.path.join(folder, "qmp"))
        with s.makefile("rwb") as stream:
            stream.readline()
            _ask(stream, "qmp_capabilities")
            _ask(stream, "pmemsave", val=first, size=size, filename=file)
    with open(file, "rb") as f:
        return f.read()
