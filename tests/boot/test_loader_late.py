# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.loader puts the hypervisor under a Linux that runs, and takes it away.

Debian's kernel is booted with the tree that hvcc makes of the configuration. Its
file system is no part of the image, so the image's own program is in it, and so
is the image.
"""
import os
import shutil

from machine import Failed
from plain import LINUX, QUIET, after, linux

CELLS = "cells/qemu-late.cells"


def _own(out, to):
    """Beside the program of no system, which the file system has."""
    os.mkdir(os.path.join(to, "own"))
    for name in ("hvisor.bin", "hvisor.loader"):
        shutil.copy(os.path.join(out, name), os.path.join(to, "own"))


def _panic(m):
    """In the second Linux, which has the module."""
    m.want("own restart guest; own console guest < /dev/null; echo again", "again")
    m.send("own console guest\n")
    m.expect(LINUX, "console of 'guest'")
    m.expect(LINUX, r"guest: \d+ CPUs, Linux")
    m.send("\n")
    m.expect(LINUX, "guest# $", unfinished=True)
    m.want("insmod /lib/hvisor.ko && echo i''n", "in")
    m.send("echo c > /proc/sysrq-trigger\n")
    m.expect(LINUX, "Kernel panic - not syncing: sysrq triggered crash")
    m.expect(LINUX, "Memory Limit")		# the last that it says
    m.send("\x1d")
    m.expect(LINUX, "left the console")
    m.send("\n")
    m.run("until own list | grep -q crashed; do usleep 200000; done")
    m.want("own list; own events --once", "guest            crashed",
           "guest            crash")
    m.want("own -v dump guest /tmp/core && od -A n -t x1 -N 20 /tmp/core", "1 CPUs",
           "7f 45 4c 46 02 01 01", seconds=120)


def _live(m):
    m.want("insmod /lib/hvisor.ko && cd /own && alias own=/own/hvisor.loader; echo in", "in")
    m.want("own status; own list 2>&1", "one can be enabled", "'hvisor.loader enable IMAGE'")
    m.want("hvisor.loader enable hvisor.bin 2>&1", "of no system")
    m.want("head -c 1000000 hvisor.bin > short.bin; own enable short.bin 2>&1; nproc",
           "truncated", "4")
    for _ in range(2):
        m.want("own -v enable hvisor.bin; nproc", "this Linux is the root cell now", "2")
        m.want("own status; own enable hvisor.bin 2>&1", "put under this Linux", "runs already")
        m.want("own list", "guest            loaded", "control          running   3")
        if any("Ctrl-T" in line for line in m.run("own log")):
            raise Failed("Ctrl-T does nothing here")
        m.want("own -v start guest", "'guest' is running")
        m.want("(" + after("/tmp/o", "guest# ") + "; echo 'uname -a; echo c''pus $(nproc)'; " +
               after("/tmp/o", "cpus 1") + ") | own console guest > /tmp/o;"
               " tr -d '\\r' < /tmp/o | grep -c '^Linux guest\\|^cpus 1'; rm /tmp/o", "2",
               seconds=120)
        m.want("own events --once", "guest            start, the 1. time")
        m.want("own -v stop guest && own load guest --image hvisor.bin &&"
               " own -v start guest", "'guest' is stopped", "'guest' is running", seconds=120)
        _panic(m)
        m.want("own -v restart guest", "'guest' is running", seconds=120)
        m.want("own -v disable; nproc; own status", "has the machine again", "4",
               "one can be enabled", seconds=120)
    m.must_be_well()


def a_running_linux_becomes_the_root_cell_and_is_free_again_twice():
    with linux(CELLS, _own, append=f"quiet {QUIET}", seconds=400) as m:
        m.send("\n")
        _live(m)
