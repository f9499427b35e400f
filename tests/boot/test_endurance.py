# SPDX-License-Identifier: BSD-2-Clause
"""Again and again, with the root Linux busy: nothing fails, and nothing stays.

How often is for the environment to say: LAUNCHES of hvisor.ko, STARTS of a
bare-metal cell, LINUX_STARTS of a Linux. By default it is just so often that what
each of them leaves behind can be told from chance.
"""
import os
import shutil
import time

from machine import Failed
from memory import Memory, grown
from plain import QUIET, STRICT, linux
from session import boot, up

LAUNCHES = int(os.environ.get("LAUNCHES", "16"))
STARTS = int(os.environ.get("STARTS", "16"))
LINUX_STARTS = int(os.environ.get("LINUX_STARTS", "1"))
FIRST = 1	# of each, before anything is counted
CELLS = "tests/boot/module-late.cells"
DIRECT = "tests/boot/cycles.cells"


def _files(out, to):
    for name in ("hvisor.bin", "hvisor.loader"):
        shutil.copy(os.path.join(out, name), to)


class _Root:
    """The root Linux's shell."""

    def __init__(self, run):
        self.run = run

    def _must(self, line, wanted, seconds=60):
        said = self.run(line, seconds)
        if wanted not in said:
            raise Failed(f"no '{wanted}' from '{line}':\n" + "\n".join(said))

    def module(self):
        self._must("insmod /lib/hvisor.ko; echo 'i'n", "in")

    def busy(self, is_on):
        """Processes and memory that come and go, on every CPU that there is."""
        if not is_on:
            self.run("rm /tmp/busy; wait; rm -f /tmp/fill; true")
            return
        self.run("touch /tmp/busy; (while [ -e /tmp/busy ]; do find /proc; usleep 700000;"
                 " done > /dev/null 2>&1) & true")
        self.run("(while [ -e /tmp/busy ]; do dd if=/dev/zero of=/tmp/fill bs=1M count=64;"
                 " usleep 700000; done 2> /dev/null) & true")

    def times(self, count, line):
        """Runs it so often, until it fails; it says nothing."""
        self._must(f"n=0; while [ $n -lt {count} ]; do {line} || break; n=$((n + 1)); done;"
                   f" echo $n times", f"{count} times", 120 + 60 * count)

    def busy_times(self, count, line):
        self.busy(True)
        self.times(count, line)
        self.busy(False)

    def cost(self, count, line):
        """What the kernel has more after so many of them, and that in words. What the
        first ones leave for all later ones does not count."""
        self.busy_times(FIRST, line)
        before = Memory(self.run)
        start = time.monotonic()
        self.busy_times(count, line)
        took = time.monotonic() - start
        after = Memory(self.run)
        more = after.since(before)
        n = sum(abs(k) for k in more[0].values())
        return more, (f"{count} times in {took:.0f} s: {after.slab_kib(before):+} KiB of objects"
                      f" ({n} came or went), {more[1]:+} areas, {more[2]:+} KiB of other pages,"
                      f" {after.free - before.free:+} KiB free")

    def must_leave_nothing(self, what, count, line, unlike=None):
        more, words = self.cost(count, line)
        print(f"     {what} {words}", flush=True)
        bad = grown(more, count, unlike)
        if bad:
            raise Failed(f"{what} {count} times: there are more, " + ", ".join(bad))

    def must_be_well(self):
        bad = self.run("dmesg | grep -E 'BUG|WARNING|Oops|Redzone|Call trace'")
        if bad:
            raise Failed("\n".join(bad))


HOTPLUG = ("(for v in 0 1; do for c in 2 3; do echo $v > /sys/devices/system/cpu/cpu$c/online"
           " || exit 1; done; done)")
LAUNCH = ("{ module-enable /hvisor.bin /hvisor.bin && talk telemetry x && module-enable; }"
          " > /dev/null")
START = "{ %s start control && talk telemetry x && %s stop control; } > /dev/null"


def many_launches_and_starts_leave_nothing_behind():
    """As many times CPUs that go and come without hypervisor are the measure of what
    that costs the kernel itself."""
    with linux(CELLS, _files, seconds=600 + 30 * LAUNCHES + 10 * STARTS) as m:
        root = _Root(m.run)
        root.module()
        plain, words = root.cost(LAUNCHES, HOTPLUG)
        print(f"     CPUs go and come {words}", flush=True)
        root.must_leave_nothing("launched and left", LAUNCHES, LAUNCH, plain)
        m.want("nproc", "4")
        m.want("module-enable /hvisor.bin /hvisor.bin && /hvisor.loader stop control; nproc", "2")
        root.must_leave_nothing("a cell started", STARTS, START % (("/hvisor.loader",) * 2))
        m.want("/hvisor.loader stats control", f"starts    {1 + FIRST + STARTS}")
        m.want("/hvisor.loader start control && talk telemetry last", "LAST")
        m.want("module-enable; nproc; rmmod hvisor; echo gone", "4", "gone")
        root.must_be_well()


# Until its shell is there; and once more, ended wherever it is by then.
LINUX_START = """
up() {
 looks=0
 until grep -q 'guest: 1 CPUs' /tmp/said; do
  [ $((looks = looks + 1)) -lt 900 ] || return 1
  usleep 100000; /hvisor.loader console guest < /dev/null >> /tmp/said 2> /dev/null
 done
}
once() {
 : > /tmp/said
 /hvisor.loader start guest && up && /hvisor.loader stop guest &&
 /hvisor.loader start guest && usleep $(($(date +%s) * 7919 % 3000 * 1000)) &&
 /hvisor.loader stop guest
}
"""


def many_starts_of_a_linux_leave_nothing_behind():
    with linux("cells/qemu-late.cells", _files, append=f"{QUIET} {STRICT}",
               seconds=600 + 70 * LINUX_STARTS) as m:
        root = _Root(m.run)
        root.module()
        m.want("/hvisor.loader enable /hvisor.bin; nproc", "2")
        for line in LINUX_START.strip().splitlines():
            m.send(line + "\n")
        root.must_leave_nothing("a Linux started", LINUX_STARTS, "once")
        m.want("/hvisor.loader stats guest", f"starts    {2 * (FIRST + LINUX_STARTS)}")
        m.want("/hvisor.loader -v disable; nproc", "has the machine again", "4", seconds=120)
        root.must_be_well()


def many_starts_of_cells_that_were_booted_leave_nothing_behind():
    with boot(DIRECT, 600 + 70 * LINUX_STARTS + 10 * STARTS) as m:
        up(m, "linux", "guest")
        m.focus("linux")
        root = _Root(lambda line, seconds=60: m.shell("linux", line, seconds))
        root.module()
        root.run("hvisor.loader stop control; hvisor.loader stop guest")
        root.must_leave_nothing("a cell started", STARTS, START % (("hvisor.loader",) * 2))
        root.busy(True)
        for _ in range(LINUX_STARTS):
            root.times(1, "hvisor.loader start guest")
            up(m, "guest")
            root.times(1, "hvisor.loader stop guest")
        root.busy(False)
        root.must_be_well()
