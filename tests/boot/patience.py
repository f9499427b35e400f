# SPDX-License-Identifier: BSD-2-Clause
"""
patience.py - how long a process has been waited for, on a machine that has others
to run.

A limit is there to end what hangs, not to judge how busy the machine is. So the
time that counts is the wall clock's less what the process has waited for a CPU:
of its threads, the one that has waited longest, by /proc/PID/task/TID/schedstat
(run time, wait time, turns; nanoseconds). Where there is none, all time counts.
"""
import glob
import time

LOOK = 0.2		# seconds between two looks at the threads
SHARE_MIN = 1 / 20	# of the wall clock's time counts at least


class Patience:
    def __init__(self, pid):
        self.pid = pid
        self.at = time.monotonic()
        self.waits = {}		# thread -> seconds
        self.counted = 0.0

    def _waits(self):
        found = {}
        for path in glob.glob(f"/proc/{self.pid}/task/*/schedstat"):
            try:
                with open(path, encoding="ascii") as f:
                    found[path] = int(f.read().split()[1]) / 1e9
            except (OSError, IndexError):
                pass	# it has ended, or nobody counts
        return found

    def now(self):
        """Seconds that count, since the beginning."""
        passed = time.monotonic() - self.at
        if passed < LOOK:
            return self.counted
        waits = self._waits()
        waited = max((w - self.waits.get(thread, 0) for thread, w in waits.items()), default=0)
        self.counted += max(passed - waited, passed * SHARE_MIN)
        self.at += passed
        self.waits = waits
        return self.counted
