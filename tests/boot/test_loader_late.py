# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.loader puts the hypervisor under a Linux that runs, and takes it away.

Debian's kernel is booted with the tree that hvcc makes of the configuration. Its
file system is no part of the image, so the image's own program is in it, and so
is the image.
"""
import os
import shutil
import subprocess
import tempfile

from machine import CONTROL, ROOT, Failed, Machine, build, command

CELLS = "cells/qemu-late.cells"
FOLDER = os.path.join(ROOT, "out/cells/qemu-late")
MACHINE = "virt,gic-version=3,virtualization=on,its=off"
CMDLINE = "console=ttyAMA0 quiet kvm-arm.mode=none id_aa64mmfr1.vh=0"


class _Linux(Machine):
    """The UART is the running Linux's own: no line of it has a cell's name."""

    @staticmethod
    def _split(raw):
        return "root", CONTROL.sub("", raw.decode("utf-8", "replace"))

    def says(self, line, *wanted, seconds=60):
        said = self.shell("root", line, seconds)
        for word in wanted:
            if not any(word in s for s in said):
                raise Failed(f"'{line}' does not say '{word}'")


def _initrd():
    """The examples' root file system, and behind it one more archive."""
    with tempfile.TemporaryDirectory() as top:
        os.makedirs(os.path.join(top, "own"))
        for name in ("hvisor.bin", "hvisor.loader"):
            shutil.copy(os.path.join(FOLDER, name), os.path.join(top, "own"))
        more = subprocess.run("find . | cpio --quiet -o -H newc | gzip -1", cwd=top,
                              shell=True, check=True, capture_output=True).stdout
    with open(os.path.join(ROOT, "out/guests/root.cpio.gz"), "rb") as f:
        whole = f.read() + more
    path = os.path.join(FOLDER, "late.cpio.gz")
    with open(path, "wb") as f:
        f.write(whole)
    return path


def _machine():
    argv = command(CELLS, MACHINE=MACHINE)
    argv[argv.index("-kernel") + 1] = os.path.join(ROOT, "out/guests/Image")
    return argv + ["-initrd", _initrd(), "-dtb", os.path.join(FOLDER, "root.dtb"),
                   "-append", CMDLINE]


def _live(m):
    m.expect("root", r"root: 4 CPUs, Linux")
    m.send("\n")
    m.says("insmod /lib/hvisor.ko && cd /own && alias own=/own/hvisor.loader; echo in", "in")
    m.says("own status; own list 2>&1", "one can be enabled", "'hvisor.loader enable IMAGE'")
    m.says("hvisor.loader enable hvisor.bin 2>&1", "of no system")
    m.says("head -c 1000000 hvisor.bin > short.bin; own enable short.bin 2>&1; nproc",
           "truncated", "4")
    for _ in range(2):
        m.says("own -v enable hvisor.bin; nproc", "this Linux is the root cell now", "2")
        m.says("own status; own enable hvisor.bin 2>&1", "put under this Linux", "runs already")
        m.says("own list", "guest            loaded", "control          running   3")
        m.says("own -v start guest", "'guest' is running")
        m.says("(sleep 9; echo 'uname -a; echo c''pus $(nproc)'; sleep 4) |"
               " own console guest | tr -d '\\r' | grep -c '^Linux guest\\|^cpus 1'", "2")
        m.says("own events --once", "guest            start, the 1. time")
        m.says("own -v stop guest && own load guest --image hvisor.bin &&"
               " own -v start guest", "'guest' is stopped", "'guest' is running", seconds=120)
        m.says("own -v disable; nproc; own status", "has the machine again", "4",
               "one can be enabled", seconds=120)
    bad = m.shell("root", "dmesg | grep -E 'BUG|WARNING|Oops|Call trace'")
    if bad:
        raise Failed("\n".join(bad))


def a_running_linux_becomes_the_root_cell_and_is_free_again_twice():
    build(CELLS)
    with _Linux(_machine(), 400) as m:
        try:
            _live(m)
        except Failed as why:
            raise Failed(f"{why}\n{m.text()}") from None
