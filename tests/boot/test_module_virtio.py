# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.ko's files of virtio devices, and what it does for a device without backend."""
import contextlib

from machine import Failed
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
        _says(m, "linux", "sleep 99 < /dev/hvisor-virtio/waits & rmmod hvisor 2>&1; kill $!",
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
