# SPDX-License-Identifier: BSD-2-Clause
"""
lanes.py - several tests at a time, each in a process of its own.

A system's folder in out/cells is one test's at a time: whoever builds there holds
it until his test ends, or until he builds another. A test that finds its first
folder held gives up at once, before it has done anything, and has its turn later.
"""
import fcntl
import os
import signal
import sys
import tempfile
import time

BUSY = 75	# exit code: later, please

_held = None	# the lock's file; of this process
_gives_up = False	# this process is a lane whose test has held nothing yet


class Busy(BaseException):
    """Another test has what this one needs first. No test catches it."""


def hold(lock):
    """Until the process ends, or holds another. `lock` is a path."""
    global _held, _gives_up
    if _held and _held.name == lock:
        return
    if _held:
        _held.close()
    os.makedirs(os.path.dirname(lock), exist_ok=True)
    _held = open(lock, "w", encoding="ascii")
    try:
        fcntl.flock(_held, fcntl.LOCK_EX | (fcntl.LOCK_NB if _gives_up else 0))
    except BlockingIOError:
        raise Busy from None
    _gives_up = False


class _Lane:
    """A test that runs; what it prints is kept until it ends."""

    def __init__(self, job, work):
        global _gives_up
        self.job = job
        self.start = time.monotonic()
        self.said = tempfile.TemporaryFile()
        sys.stdout.flush()
        self.pid = os.fork()
        if self.pid == 0:
            os.dup2(self.said.fileno(), 1)
            os.dup2(self.said.fileno(), 2)
            _gives_up = True
            code = 1
            try:
                code = work(job)
            except Busy:
                code = BUSY
            except SystemExit:
                pass
            sys.stdout.flush()
            os._exit(code)

    def output(self):
        self.said.seek(0)
        return self.said.read().decode("utf-8", "replace")


def run(jobs, n_lanes, work, ended):
    """work(job) in a process each, its exit code to ended(job, code, seconds, output);
    in order, but for jobs that have to wait for another's end."""
    waiting, later, lanes = list(jobs), [], {}
    try:
        while waiting or later or lanes:
            while waiting and len(lanes) < n_lanes:
                lane = _Lane(waiting.pop(0), work)
                lanes[lane.pid] = lane
            pid, status = os.wait()
            lane = lanes.pop(pid)
            code = os.waitstatus_to_exitcode(status)
            if code == BUSY and lanes:
                later.append(lane.job)
                continue
            if code == BUSY:	# of another run's
                time.sleep(1)
                waiting.insert(0, lane.job)
                continue
            ended(lane.job, code, time.monotonic() - lane.start, lane.output())
            waiting = later + waiting
            later = []
    finally:
        for pid in lanes:
            os.kill(pid, signal.SIGTERM)	# and their QEMUs: machine.py
