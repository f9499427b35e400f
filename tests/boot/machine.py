# SPDX-License-Identifier: BSD-2-Clause
"""
machine.py - one QEMU and the consoles of its cells.

Everything QEMU prints is kept, as a list of (cell, text) lines: the runtime
begins each line with the cell's name in brackets, its own with "hvisor: ".
Waiting is for a line of one cell, from where the last wait for that cell ended,
so that cells may talk all at once. Seconds are those that QEMU could run in
(patience.py). QEMU is ended by its process, never by name.
"""
import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import time

from lanes import hold
from patience import Patience

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
HVISOR = "hvisor"	# the runtime's own lines
FOCUS_KEY = "\x14"	# Ctrl-T

# Cursor queries and colours of a shell, and what a line editor redraws.
CONTROL = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|[\r\b\x07]")
PREFIX = re.compile(r"^\[([a-zA-Z0-9_]+)\] ?(.*)$")


# Told to end, a test ends its QEMU too: `with` sees an exception.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Failed(Exception):
    """The machine did not do what was expected of it."""


def command(cells, how=(), **machine):
    """QEMU's command line for an example; machine: CPU, SMP, MEM, MACHINE."""
    env = dict(os.environ, **machine)
    out = subprocess.run(["scripts/qemu", "--line", *how, cells], cwd=ROOT, env=env,
                         check=True, capture_output=True, text=True).stdout
    return out.splitlines()


def build(cells):
    """Builds an example's image, in a folder that is this test's then; output is
    shown only when it fails."""
    hold(os.path.join(ROOT, "out/lock", os.path.basename(cells)))
    done = subprocess.run(["scripts/image", cells], cwd=ROOT, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failed(f"{cells} does not build:\n{done.stdout}")


class Machine:
    """A running QEMU. Use `with`, so that it always ends."""

    def __init__(self, argv, seconds=120, echo=None):
        self.deadline = seconds
        self.echo = echo		# called with each finished line as printed
        self.lines = []			# (cell, text)
        self.seen = {}			# cell -> how many lines a wait has passed
        self.rest = b""
        self.marks = 0
        self.qemu = subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.clock = Patience(self.qemu.pid)
        os.set_blocking(self.qemu.stdout.fileno(), False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.qemu.poll() is None:
            self.qemu.kill()
        self.qemu.wait()
        self.qemu.stdin.close()
        self.qemu.stdout.close()

    # Reading.

    @staticmethod
    def _split(raw):
        text = CONTROL.sub("", raw.decode("utf-8", "replace"))
        match = PREFIX.match(text)
        if not match:
            return HVISOR, text
        # After a carriage return the runtime writes the name again.
        return match[1], match[2].replace(f"[{match[1]}] ", "")

    def _take(self, raw):
        if self.echo:
            self.echo(CONTROL.sub("", raw.decode("utf-8", "replace")))
        self.lines.append(self._split(raw))

    def _read(self, seconds):
        """Waits for output; false when QEMU has closed it."""
        out = self.qemu.stdout
        if not select.select([out], [], [], seconds)[0]:
            return True
        data = out.read(65536)
        if not data:
            if self.rest:
                self._take(self.rest)
                self.rest = b""
            return False
        *whole, self.rest = (self.rest + data).split(b"\n")
        for raw in whole:
            self._take(raw)
        return True

    def text(self):
        """All that was printed, for a report of failure."""
        tail = [self.rest.decode("utf-8", "replace")] if self.rest else []
        return "\n".join([f"[{c}] {t}" for c, t in self.lines] + tail)

    def _until(self, found, what, seconds):
        """Calls found() after each read until it gives something."""
        end = min(self.deadline, self.clock.now() + seconds)
        while True:
            result = found()
            if result is not None:
                return result
            if self.clock.now() > end:
                raise Failed(f"waited {seconds} s for {what}")
            if not self._read(0.2):
                result = found()
                if result is not None:
                    return result
                raise Failed(f"QEMU ended while waiting for {what}")

    def expect(self, cell, pattern, seconds=60, unfinished=False):
        """The next line of `cell` that matches, as a match object; with
        `unfinished` also one that has no end yet, as a prompt has none."""
        compiled = re.compile(pattern)

        def found():
            for i in range(self.seen.get(cell, 0), len(self.lines)):
                who, text = self.lines[i]
                match = compiled.search(text) if who == cell else None
                if match:
                    self.seen[cell] = i + 1
                    return match
            who, text = self._split(self.rest)
            return compiled.search(text) if unfinished and who == cell else None

        return self._until(found, f"{cell}: /{pattern}/", seconds)

    def run_for(self, seconds):
        """Lets the machine run, and reads what it says."""
        end = self.clock.now() + seconds
        while self.clock.now() < end and self._read(0.1):
            pass

    def count(self, cell, pattern):
        """How many lines of `cell` so far match."""
        compiled = re.compile(pattern)
        return sum(1 for who, text in self.lines if who == cell and compiled.search(text))

    def ended(self, seconds=60):
        """Waits for QEMU to end by itself; its exit code."""
        end = min(self.deadline, self.clock.now() + seconds)
        while self._read(0.2):
            if self.clock.now() > end:
                raise Failed(f"QEMU did not end within {seconds} s")
        return self.qemu.wait(10)

    # Typing.

    def send(self, text):
        """Types, no faster than a UART's receive FIFO is emptied."""
        for i in range(0, len(text), 8):
            self.qemu.stdin.write(text[i:i + 8].encode())
            self.qemu.stdin.flush()
            time.sleep(0.01)

    def focus(self, cell):
        """Moves the input to `cell`."""
        for _ in range(16):
            at = len(self.lines)
            self.send(FOCUS_KEY)
            self.seen[HVISOR] = at
            if self.expect(HVISOR, r"input (?:now )?goes to '?([a-zA-Z0-9_]+)'?", 20)[1] == cell:
                return
        raise Failed(f"the focus key never reaches {cell}")

    def shell(self, cell, line, seconds=60):
        """Runs a command in the focused cell's shell; its output lines."""
        with contextlib.suppress(Failed):	# a prompt can be lost among others' lines
            self.expect(cell, rf"{cell}# $", 5, unfinished=True)
        self.marks += 1
        n = self.marks
        # The quotes keep the echo of the command from looking like its output.
        self.send(f"echo BEG''IN{n}; {line}; echo E''ND{n}\n")
        self.expect(cell, rf"BEGIN{n}$", seconds)
        start = self.seen[cell]
        self.expect(cell, rf"END{n}$", seconds)
        return [t for who, t in self.lines[start:self.seen[cell] - 1] if who == cell]
