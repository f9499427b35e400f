# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.ko's files of virtio devices, and what it does for a device without backend."""
import contextlib
import json
import os
import re
import shutil
import tempfile

import monitor
from cells import header, layout, ram
from machine import ROOT, Failed
from plain import linux
from session import boot, up

CELLS = "tests/boot/module-virtio.cells"
BACKEND = "/srv/hvisor.loader virtio"


@contextlib.contextmanager
def _root():
    with boot(CELLS, 300) as m:
        up(m, "linux")
        m.focus("linux")
        _says(m, "linux", "insmod /lib/hvisor.ko && ls /dev/hvisor-virtio", "waits")
        yield m


def _says(m, cell, line, *wanted, seconds=60):
    said = m.shell(cell, line, seconds)
    for word in wanted:
        if not any(word in s for s in said):
            raise Failed(f"'{line}' does not say '{word}':\n" + "\n".join(said))


def _good(m):
    bad = m.shell("linux", "dmesg | grep -E 'BUG|WARNING|Oops|Redzone|Call trace'")
    if bad:
        raise Failed("\n".join(bad))


def _serve(m):
    _says(m, "linux", f"{BACKEND} -v --start > /tmp/log 2>&1 & echo $! > /tmp/pid;"
          " for i in $(seq 50); do grep -q \"'waits' is\" /tmp/log && break; sleep 0.2;"
          " done; cat /tmp/log", "'waits' is published")


def _kill(m):
    m.shell("linux", "kill -9 $(cat /tmp/pid); while kill -0 $(cat /tmp/pid) 2>/dev/null;"
            " do sleep 0.2; done")


def a_virtio_device_gives_its_one_backend_what_it_must():
    with _root() as m:
        for name in ("fails", "waits"):
            _says(m, "linux", f"module-virtio {name}", " as they should, 0 not")
        _says(m, "linux", "virtio-32 /dev/hvisor-virtio/waits", " as they should, 0 not")
        _says(m, "linux", "virtio-fuzz 2 400 3", "fuzz: 0 of 3 processes found something",
              seconds=120)
        _says(m, "linux", "sleep 99 < /dev/hvisor-virtio/waits & sleep 1; rmmod hvisor 2>&1; kill $!",
              "can't unload")
        _says(m, "linux", "sleep 1; rmmod hvisor && insmod /lib/hvisor.ko &&"
              " ls /dev/hvisor-virtio", "fails")
        _good(m)


def a_disk_without_backend_fails_or_waits_as_its_text_says():
    with _root() as m:
        _serve(m)
        up(m, "guest")
        m.focus("guest")
        # Not from the cache.
        read = "dd if=/dev/vda of=/dev/null bs=4k count=4 iflag=direct 2>&1"
        wait = "dd if=/dev/vdb of=/dev/null bs=4k count=4 iflag=direct"
        _says(m, "guest", read, "4+0 records in")
        m.focus("linux")
        _kill(m)
        m.focus("guest")
        _says(m, "guest", read, "Input/output error", seconds=30)
        _says(m, "guest", f"{wait} > /tmp/waited 2>&1 & sleep 3; jobs",
              "dd if=/dev/vdb")
        m.focus("linux")
        _serve(m)
        m.focus("guest")
        _says(m, "guest", "wait; cat /tmp/waited", "4+0 records in")
        _says(m, "guest", read, "4+0 records in")
        m.focus("linux")
        _says(m, "linux", "/srv/hvisor.loader stats guest", "fails")
        _good(m)


def _touch(m, first, size=16, step=16):
    """What touch.ko says of that range: (done, faults) of reads, and of writes."""
    said = m.shell("linux", "insmod /lib/modules/$(uname -r)/touch.ko"
                   f" first={first:#x} size={size:#x} step={step:#x} 2>&1 && rmmod touch &&"
                   " dmesg | grep touch: | tail -n 1", 120)
    found = said and re.search(rf"touch: {first:#x}: (\d+) reads done, (\d+) fault;"
                               r" (\d+) writes done, (\d+) fault", said[-1])
    if not found:
        raise Failed("\n".join(said))
    n = [int(x) for x in found.groups()]
    return (n[0], n[1]), (n[2], n[3])


def _faults(m):
    """The accesses of the root cell that the runtime has handed back to it."""
    said = m.shell("linux", "/srv/hvisor.loader --json stats linux")
    return sum(cpu["fault"] for cpu in json.loads(said[-1])["cpus"])


def _is_kept_from(m, *places):
    """All of them fault, each is seen by the runtime, and the kernel goes on."""
    before, n = _faults(m), 0
    for place in places:
        reads, writes = _touch(m, *place)
        if reads[0] or writes[0] or not reads[1] or not writes[1]:
            raise Failed(f"{place[0]:#x}: {reads[0]} reads and {writes[0]} writes were done,"
                         f" {reads[1]} and {writes[1]} were not")
        n += reads[1] + writes[1]
    if _faults(m) != before + n:
        raise Failed(f"of {n} faults the runtime has counted {_faults(m) - before}")


def bounce_memory_is_all_that_the_root_linux_reaches():
    """Not even its kernel does: see tests/guest/module/touch.c."""
    cells = "cells/qemu-virtio.cells"
    with tempfile.TemporaryDirectory() as work, \
            boot(cells, 300, monitor.options(work)) as m:
        up(m, "linux")
        m.focus("linux")
        m.shell("linux", "insmod /lib/hvisor.ko")
        places, scribe = layout(cells), header(cells, "scribe")
        bounce = [(scribe[f"VIRTIO_{name}_BOUNCE_BASE"], scribe[f"VIRTIO_{name}_BOUNCE_SIZE"])
                  for name in ("PAPER", "DESK")]
        for first, size in bounce:
            for at in (first, first + size - 16):
                if _touch(m, at) != ((4, 0), (4, 0)):
                    raise Failed(f"bounce memory is not there at {at:#x}")
        at, size = ram(places, "scribe")
        runtime = int(re.search(r"hypervisor (0x[0-9a-f]+)", places)[1], 16)
        # The last word in front of bounce memory is the cell's RAM, too. The RAM that
        # another cell shares is seen elsewhere than where it is.
        before = monitor.memory(work, at, size)
        _is_kept_from(m, (at, size, 0x8000), (at + size - 16,), (at + size // 2 + 0x1230,),
                      (runtime,), ram(places, "guest")[:1])
        if monitor.memory(work, at, size) != before:
            raise Failed("what the cell's RAM has is not what it was")
        # The cell has noticed nothing: it starts, and its devices serve it.
        m.shell("linux", f"{BACKEND} paper desk --start > /tmp/log 2>&1 & true")
        m.expect("scribe", "shown the first line")
        _is_kept_from(m, (at,), (at + size - 16,))
        _says(m, "linux", "pty=$(sed -n \"s/'desk' is on //p\" /tmp/log); cat $pty > /tmp/desk &"
              " sleep 1; echo a line > $pty; for i in $(seq 50); do grep -q written /tmp/desk &&"
              " break; sleep 0.2; done; kill %%; cat /tmp/desk", "written")
        _good(m)


def _other_kernel(version, work):
    """Its image and an initrd with its modules, for scripts/image."""
    initrd = os.path.join(work, "initrd")
    with open(initrd, "wb") as out:
        for part in ("out/guests/root.cpio.gz", f"out/modules/{version}.cpio.gz"):
            with open(os.path.join(ROOT, part), "rb") as f:
                out.write(f.read())
    return {"KERNEL": f"out/kernels/{version}", "INITRD": initrd}


def each_other_kernel_has_virtio_devices():
    for version in sorted(os.listdir(os.path.join(ROOT, "out/kernels"))):
        with tempfile.TemporaryDirectory() as work:
            environ = _other_kernel(version, work)
            os.environ.update(environ)
            try:
                with boot("cells/qemu-virtio.cells", 400) as m:
                    _has_devices(m, version)
            finally:
                for name in environ:
                    del os.environ[name]


def _has_devices(m, version):
    up(m, "linux")
    m.focus("linux")
    _says(m, "linux", "insmod /lib/hvisor.ko; insmod /lib/modules/$(uname -r)/tun.ko;"
          " tunctl -t tap0 && ip addr add 192.0.2.1/24 dev tap0 && ip link set tap0 up;"
          f" {BACKEND} --start > /tmp/log 2>&1 & sleep 1; uname -r", version)
    m.expect("guest", r"guest: \d+ CPUs, Linux", 150)
    m.focus("guest")
    _says(m, "guest", "uname -r; mount", version, "/dev/vda on / type ext4")
    _says(m, "guest", "ip addr add 192.0.2.2/24 dev eth0; ip link set eth0 up;"
          " ping -c 2 192.0.2.1", "2 packets received")
    _says(m, "guest", "stream write /data 16 3; stream check /data 16 3; ls /dev/hvc0",
          "read 16 MiB", "/dev/hvc0")
    m.focus("linux")
    _good(m)


def _own(out, to):
    for name in ("hvisor.bin", "hvisor.loader"):
        shutil.copy(os.path.join(out, name), to)
    with open(os.path.join(to, "disk"), "wb") as f:
        f.write(b"late and read\n".ljust(1 << 20, b"\0"))


def a_linux_that_runs_becomes_the_backend_and_is_free_again():
    with linux("tests/boot/module-virtio-late.cells", _own, seconds=300) as m:
        m.want("insmod /lib/hvisor.ko && /hvisor.loader -v enable /hvisor.bin",
               "the root cell now", seconds=120)
        m.want("ls /dev/hvisor-virtio", "con0")
        m.want("touch /heard; /hvisor.loader virtio -v --start > /tmp/log 2>&1 & echo $! >"
               " /tmp/pid; for i in $(seq 100); do grep -q Linux /heard && break; sleep 1;"
               " done; cat /tmp/log /heard", "'guest' is running", "virtio console", seconds=150)
        m.want("(sleep 1; echo; sleep 1; echo 'head -n 1 /dev/vda'; sleep 4) |"
               " /hvisor.loader console guest", "late and read")
        m.want("/hvisor.loader disable 2>&1", "is in use")
        m.want("kill $(cat /tmp/pid); sleep 1; /hvisor.loader -v disable",
               "has the machine again")
        m.want("ls /dev/hvisor-virtio 2>&1; nproc", "No such", "4")
        m.must_be_well()
