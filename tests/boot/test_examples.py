# SPDX-License-Identifier: BSD-2-Clause
"""Each example boots, and does what the comment at its top says."""
from cells import ask, header, system_ram
from machine import Failed
from session import boot, up


def _check(claim, what):
    if not claim:
        raise Failed(what)


def _owns(m, cell, cells):
    """All that a Linux cell calls RAM is in the region that hvcc says."""
    names = header(cells, cell)
    base, size = names["MEM_RAM_BASE"], names["MEM_RAM_SIZE"]
    runs = system_ram(m, cell)
    _check(runs, f"{cell} has no memory")
    for first, last in runs:
        _check(base <= first and last < base + size, f"{cell} sees {first:#x}..{last:#x}")


def qemu_cells_gives_two_linuxes_and_a_control_loop():
    cells = "cells/qemu.cells"
    with boot(cells) as m:
        up(m, "linux", "guest")
        for cell, cpus in (("linux", "2"), ("guest", "1")):
            m.focus(cell)
            _check(m.shell(cell, "nproc") == [cpus], f"{cell} has not {cpus} CPUs")
            _owns(m, cell, cells)
        m.expect("control", r"tick \d+: late by")
        m.focus("linux")
        _check(ask(m, "linux", "a line") == "A LINE", "no answer over the channel")


def single_cells_needs_no_root_and_ends_with_its_linux():
    with boot("cells/single.cells") as m:
        up(m, "linux")
        _check(m.shell("linux", "nproc") == ["2"], "not 2 CPUs")
        _owns(m, "linux", "cells/single.cells")
        m.send("poweroff\n")
        _check(m.ended() == 0, "QEMU's exit code")


def one_way_cells_carries_samples_and_refuses_the_reader_s_writes():
    with boot("cells/one-way.cells") as m:
        m.expect("consumer", "a write to the channel is refused")
        first = m.expect("consumer", r"(\d+) rings, last sample (\d+)")
        later = m.expect("consumer", r"(\d+) rings, last sample (\d+)")
        _check(int(later[2]) > int(first[2]), "the samples stand still")


def virtio_disk_cells_reads_its_disk():
    with boot("cells/virtio-disk.cells") as m:
        up(m, "linux", "guest")
        m.focus("guest")
        _check("a line on the disk of the second Linux" in
               m.shell("guest", "head -n 1 /dev/vda"), "the disk does not read")
        m.focus("linux")
        _check(m.shell("linux", "ls /dev/vda 2>&1 | grep -c No") == ["1"],
               "the root Linux has the disk too")


def qemu_virtio_cells_boots_its_root_which_has_what_is_behind_the_disks():
    cells = "cells/qemu-virtio.cells"
    with boot(cells) as m:
        up(m, "linux")
        _owns(m, "linux", cells)
        _check(m.shell("linux", "ls -1 /srv/*.img") ==
               ["/srv/guest.img", "/srv/paper.img"], "the disks are not there")


def u_boot_cells_reaches_the_prompt():
    with boot("cells/u-boot.cells") as m:
        m.expect("uboot", "U-Boot 20")
        m.expect("uboot", "Hit any key", unfinished=True)
        m.send("\n")
        m.run_for(2)
        m.send("echo prompt''ed\n")
        m.expect("uboot", "^prompted")


def rest_cells_leaves_the_root_cell_everything_else():
    cells = "cells/rest.cells"
    with boot(cells) as m:
        up(m, "linux")
        _check(m.shell("linux", "nproc") == ["3"], "not 3 CPUs")
        total = sum(b - a + 1 for a, b in system_ram(m, "linux"))
        _check(total > 900 << 20, f"only {total >> 20} MiB are left")
        control = header(cells, "control")
        for first, last in system_ram(m, "linux"):
            _check(not first <= control["CHANNEL_TELEMETRY_BASE"] <= last,
                   "the channel is in the rest")
        _check(m.shell("linux", "test -e /dev/rtc0 && echo rtc") == ["rtc"],
               "no clock of its own")
        m.expect("control", r"tick \d+: late by")
