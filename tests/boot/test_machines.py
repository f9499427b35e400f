# SPDX-License-Identifier: BSD-2-Clause
"""The right machine with other cores, other loaders; and wrong machines."""
import contextlib
import os
import struct
import tempfile

import monitor
import strays
from machine import ROOT, Failed, build, command, Machine
from session import boot, up

CELLS = "cells/qemu.cells"


def _both_linuxes_answer(cpu):
    with boot(CELLS, 240, CPU=cpu) as m:
        up(m, "linux", "guest")
        for cell in ("linux", "guest"):
            m.focus(cell)
            if not any("aarch64" in t for t in m.shell(cell, "uname -a")):
                raise Failed(f"{cell} does not answer")


def boots_on_cortex_a57():
    _both_linuxes_answer("cortex-a57")


def boots_on_max():
    _both_linuxes_answer("max,pauth-impdef=on")


def boots_beside_a_secure_world():
    """A GIC with two security states shows other priorities than it compares."""
    with boot("cells/one-way.cells",
              MACHINE="virt,gic-version=3,virtualization=on,secure=on") as m:
        m.expect("consumer", r"[1-9]\d* rings, last sample", 60)


def _refused(pattern, **machine):
    """One clear line, and no cell starts."""
    with boot(CELLS, **machine) as m:
        m.expect("hvisor", pattern, 30)
        m.run_for(3)
        talkers = {cell for cell, text in m.lines} - {"hvisor"}
        if talkers:
            raise Failed(f"cells started all the same: {talkers}")


def refuses_fewer_cpus():
    _refused(r"(?i)^hvisor: .*cpu", SMP="2")


def refuses_less_memory():
    _refused(r"(?i)^hvisor: .*(memory|ram)", MEM="512M")


def refuses_another_interrupt_controller():
    _refused(r"(?i)^hvisor: .*gic", MACHINE="virt,gic-version=2,virtualization=on")


def refuses_a_machine_without_el2():
    _refused(r"(?i)^hvisor: .*EL2", MACHINE="virt,gic-version=3")


def boots_by_u_boot_s_booti():
    """The image anywhere in RAM, here at 0x50000000, and U-Boot's own tree.
    Without acpi=off QEMU has no PL061 when it runs a firmware."""
    build(CELLS)
    argv = command(CELLS, MACHINE="virt,gic-version=3,virtualization=on,acpi=off")
    kernel = argv.index("-kernel")
    image = argv[kernel + 1]
    argv[kernel:kernel + 2] = ["-bios", "out/guests/u-boot.bin", "-device",
                               f"loader,file={image},addr=0x50000000,force-raw=on"]
    with Machine(argv, 240) as m:
        try:
            m.expect("hvisor", "Hit any key", 30, unfinished=True)
            m.send("\n")
            m.run_for(2)
            m.send("booti 0x50000000 - ${fdtcontroladdr}\n")
            up(m, "linux", "guest")
        except Failed as why:
            raise Failed(f"{why}\n{m.text()}") from None


BASE_OFFSET = 88	# of hv_head.base in the tables, hv_image_head.tables_offset in the file
TABLES_OFFSET = 88


def _base(path):
    """Where the runtime goes."""
    with open(os.path.join(ROOT, path), "rb") as f:
        image = f.read()
    tables = struct.unpack_from("<Q", image, TABLES_OFFSET)[0]
    return struct.unpack_from("<Q", image, tables + BASE_OFFSET)[0]


@contextlib.contextmanager
def _loaded_at(cells, at, more=()):
    """QEMU has put the image there, and begun at its first instruction."""
    argv = command(cells)
    kernel = argv.index("-kernel")
    argv[kernel:] = ["-device", f"loader,file={argv[kernel + 1]},addr={at:#x},force-raw=on",
                     "-device", f"loader,addr={at:#x},cpu-num=0", *more]
    with Machine(argv, 60) as m:
        try:
            m.expect("consumer", r"[1-9]\d* rings, last sample", 30)
            yield
        except Failed as why:
            raise Failed(f"loaded at {at:#x}: {why}\n{m.text()}") from None


def boots_wherever_it_was_loaded():
    """In its place, over itself from both sides, over cells, beyond all that."""
    cells = "cells/one-way.cells"
    build(cells)
    base = _base("out/cells/one-way/hvisor.bin")
    for at in (base, base - 0x1000, base + 0x1000, base - 0x40000, 0x40200000, 0x60000000):
        with _loaded_at(cells, at):
            pass


def a_confidential_payload_is_in_no_other_cell_wherever_it_was_loaded():
    """Over the first cell and over the second, from its begin and across its end."""
    cells = "tests/boot/confidential.cells"
    build(cells)
    for at in (0x40100000, 0x40200000, 0x403c0000):
        with tempfile.TemporaryDirectory() as work, \
                _loaded_at(cells, at, monitor.options(work)):
            strays.must_be_none(work, "out/cells/confidential/hvisor.bin", cells,
                                ("producer", "consumer"))


def a_small_cell_runs_before_linux_has_been_copied():
    """Counted by -icount: a tick is 16 instructions, a copied word more than one."""
    with boot("tests/boot/early.cells", 120) as m:
        ticks = int(m.expect("early", r"early: tick (\d+)", 100)[1])
        kernel = os.path.getsize(os.path.join(ROOT, "out/guests/Image"))
        if ticks * 16 > kernel // 8:
            raise Failed(f"after {ticks * 16} instructions")
        m.expect("linux", r"INIT|Linux|login|#", 100)
