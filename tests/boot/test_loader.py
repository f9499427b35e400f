# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.loader in the root Linux of a system that was booted directly.

The program in the root cell's file system is of no system: the image could not
have its own identity in it.
"""
import contextlib
import hashlib
import io
import os
import tarfile

from machine import HVISOR, ROOT, Failed, build
from plain import after
from session import boot, up


@contextlib.contextmanager
def _root(cells, *linuxes):
    """A machine whose root cell's shell has the input, and the module in."""
    with boot(cells, 300) as m:
        up(m, "linux", *linuxes)
        m.focus("linux")
        _says(m, "insmod /lib/hvisor.ko && echo in", "in")
        yield m


def _says(m, line, *wanted, seconds=60):
    """Runs a line in the root cell; what it prints has all that is wanted."""
    said = m.shell("linux", line, seconds)
    for word in wanted:
        if not any(word in s for s in said):
            raise Failed(f"'{line}' does not say '{word}':\n" + "\n".join(said))
    return said


def _refuses(m, args, code, *wanted):
    _says(m, f"hvisor.loader {args} 2>&1; echo exit $?", f"exit {code}", *wanted)


def _good(m):
    bad = m.shell("linux", "dmesg | grep -E 'BUG|WARNING|Oops|Redzone|Call trace'")
    if bad:
        raise Failed("\n".join(bad))


def _identity(cells):
    name = os.path.basename(cells).removesuffix(".cells")
    with open(os.path.join(ROOT, "out/cells", name, "hvisor.bin"), "rb") as f:
        return f.read(128)[96:].hex()


def _converse(m):
    """A session in the second Linux, from the root cell's terminal."""
    m.send("hvisor.loader console guest\n")
    m.expect("linux", "console of 'guest'; Ctrl-] leaves it")
    m.send("\n")
    m.expect("linux", "guest# ", unfinished=True)
    m.send("echo he''re: $(nproc) of $(hostname)\n")
    m.expect("linux", "^here: 1 of guest")
    # What steers a terminal is the cell's, all but the escape.
    m.send("sleep 1000\n")
    m.run_for(1)
    m.send("\x03echo inter''rupted\n")
    m.expect("linux", "^interrupted")
    m.send("\x1d")
    m.expect("linux", "left the console")


def a_root_linux_manages_a_second_linux_by_its_name():
    cells = "cells/qemu.cells"
    with _root(cells, "guest") as m:
        _says(m, "hvisor.loader status", "booted", _identity(cells), "root cell")
        _says(m, "hvisor.loader list", "guest            running   2",
              "control          running   3", "root cell")
        _says(m, "hvisor.loader --complete stop g", "guest")
        _says(m, "(echo 'uname -a; echo c''pus $(nproc)'; " + after("/tmp/o", "cpus 1") +
              ") | hvisor.loader console guest > /tmp/o; grep -c 'Linux guest\\|cpus 1' /tmp/o",
              "2")
        _converse(m)
        _says(m, "hvisor.loader -v stop guest", "'guest' is stopped")
        _refuses(m, "stop guest", 1, "cannot stop 'guest': it is")
        _says(m, "hvisor.loader -v start guest", "'guest' is running", seconds=120)
        up(m, "guest")
        _refuses(m, "start guest", 1, "it is running")
        _says(m, "hvisor.loader -v restart control", "'control' is running")
        _says(m, "hvisor.loader events --once", "guest            stop",
              "guest            start, the 2. time", "control          start, the 2. time")
        _says(m, "hvisor.loader stats guest", "state     running", "delivered")
        _refuses(m, "load control", 1, "of no system")
        _refuses(m, "console control", 1, "`managed`")
        _refuses(m, "stop nobody", 1, "'linux', 'guest', 'control'")
        _refuses(m, "stop linux", 1, "`managed`")
        _refuses(m, "disable", 1, "cannot be taken away")
        _good(m)


def _disk():
    """The cells file, with what belongs to its image alone on the disk."""
    cells = "tests/boot/loader.cells"
    build(cells)
    folder = os.path.join(ROOT, "out/cells/loader")
    files = {}
    for name in ("hvisor.loader", "worker.bin", "hvisor.bin"):
        with open(os.path.join(folder, name), "rb") as f:
            files[name] = f.read()
    work = files["worker.bin"]
    files["other.bin"] = work[:-1] + bytes([work[-1] ^ 1])
    # One that takes the other file for the compiled one.
    own, other = (hashlib.sha256(b).digest() for b in (work, files["other.bin"]))
    files["lax"] = files["hvisor.loader"].replace(own, other)
    with tarfile.open(os.path.join(folder, "disk.tar"), "w") as tar:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(body), 0o755
            tar.addfile(member, io.BytesIO(body))
    return cells


def the_program_of_the_image_loads_what_was_compiled_and_nothing_else():
    with _root(_disk(), "guest") as m:
        own = "cd /tmp; ./hvisor.loader"
        _says(m, "tar -xf /dev/vda -C /tmp; ls /tmp", "worker.bin")
        _says(m, f"{own} --version", "cell     worker")
        _says(m, f"{own} status", "booted", _identity("tests/boot/loader.cells"))
        _says(m, f"{own} load worker 2>&1; echo exit $?", "exit 1", "while it runs")
        _says(m, f"{own} stop worker && ./hvisor.loader load worker &&"
              " ./hvisor.loader list", "worker           loaded", seconds=120)
        _says(m, f"{own} -v start worker", "'worker' is running")
        m.expect("worker", "^up")
        _says(m, f"{own} stop worker; ./hvisor.loader load worker other.bin 2>&1",
              "'other.bin' is not the 'worker.bin'")
        for program in ("./hvisor.loader", "hvisor.loader"):
            _says(m, f"cd /tmp; {program} load worker --image hvisor.bin &&"
                  f" {program} list", "worker           loaded", seconds=120)
        _says(m, f"{own} events --once | grep -c 'worker  *loaded'", "3")
        # The hypervisor does not take this program's word for it.
        _says(m, "cd /tmp; ./lax load worker other.bin 2>&1; ./lax list",
              "the hypervisor refuses", "worker           empty")
        _says(m, f"{own} events --once", "worker           refused, segment")
        # It has a copy of its own, for the start after a crash.
        _says(m, f"{own} -v start worker", "'worker' is running")
        m.expect("worker", "^up")
        _good(m)


def a_crash_is_seen_dumped_and_started_again():
    with _root(_disk(), "guest") as m:
        m.expect("worker", "^up")
        m.shell("linux", "hvisor.loader events --json > /tmp/events & true")
        _says(m, "(printf c; " + after("/tmp/o", "mode c") + ") | hvisor.loader console worker"
              " > /tmp/o; cat /tmp/o", "mode c")
        _says(m, "hvisor.loader list", "worker           crashed")
        _says(m, "hvisor.loader -v dump worker /tmp/core && ls -l /tmp/core",
              "2 CPUs, 1 runs of RAM", "-rw-------", seconds=120)
        # An ELF core file of an AArch64 machine, whose first bytes of RAM are code.
        _says(m, "od -A n -t x1 -N 20 /tmp/core", "7f 45 4c 46 02 01 01",
              "04 00 b7 00")
        _says(m, "hvisor.loader -v start worker", "'worker' is running")
        m.expect("worker", "^up")
        _refuses(m, "dump worker /tmp/core2", 1, "`on crash keep`")
        _says(m, "ls /tmp", "core")
        _says(m, after("/tmp/events", '"event": "start", "detail": 2') + "; cat /tmp/events",
              '"cell": "worker", "event": "crash"',
              '"cell": "worker", "event": "start", "detail": 2')
        # It says no more than it is asked for: a console that nobody types to.
        _says(m, "hvisor.loader console worker < /dev/null", "up")
        _says(m, "hvisor.loader stop worker && hvisor.loader list", "worker           ")
        _refuses(m, "load worker --image /etc/hostname", 2, "no image")
        _refuses(m, "load worker /etc/hostname", 1, "of no system")
        _says(m, "hvisor.loader log; echo exit $?", "exit 0")
        _good(m)


def _panics(m):
    m.focus("guest")
    m.shell("guest", "true")
    m.send("echo c > /proc/sysrq-trigger\n")
    m.expect("guest", "Kernel panic - not syncing: sysrq triggered crash")


def a_linux_that_panics_has_crashed_when_it_has_the_module():
    """Without it a kernel reboots if it was told to, and else goes on for ever."""
    with _root("cells/qemu.cells", "guest") as m:
        _panics(m)
        m.focus("linux")
        _says(m, "hvisor.loader list", "guest            running")
        _says(m, "hvisor.loader -v restart guest", "'guest' is running", seconds=120)
        up(m, "guest")
        m.focus("guest")
        m.shell("guest", "echo 1 > /proc/sys/kernel/panic")
        _panics(m)
        m.expect(HVISOR, "cell 'guest' reboots; restarting")
        up(m, "guest")
        m.focus("guest")
        m.shell("guest", "echo 1 > /proc/sys/kernel/panic; insmod /lib/hvisor.ko")
        _panics(m)
        m.expect(HVISOR, "cell 'guest' crashed: it says so")
        m.focus("linux")
        _says(m, "while hvisor.loader list | grep -q cleaning; do sleep 1; done;"
              " hvisor.loader list", "guest            crashed")
        _says(m, "hvisor.loader events --once", "guest            reboot",
              "guest            crash")
        _says(m, "hvisor.loader -v restart guest", "'guest' is running", seconds=120)
        up(m, "guest")
        _good(m)
