# SPDX-License-Identifier: BSD-2-Clause
"""Late launch under a bare-metal kernel that plays a running one's part."""
import os
import struct
import subprocess

from cells import header
from machine import ROOT, Failed, Machine, build, command

CELLS = "tests/boot/late.cells"
FOLDER = "out/cells/late"
IMAGE_AT = 0x44000000	# in the first cell's memory
LOADED_AT = 0x40200000	# by QEMU, as it says in docs/system/arm/virt
RUNNING = 1 << 5
MACHINE = "virt,gic-version=3,virtualization=on"


def _change_running(folder, change):
    """Changes cell 0's HV_CELL_RUNNING; the runtime computes no identity."""
    path = f"{ROOT}/{folder}/hvisor.bin"
    with open(path, "rb") as f:
        image = bytearray(f.read())
    tables = struct.unpack_from("<Q", image, 88)[0]
    cells = struct.unpack_from("<I", image, tables + 120)[0]
    flags = tables + cells + 32
    struct.pack_into("<I", image, flags, change(struct.unpack_from("<I", image, flags)[0]))
    with open(path, "wb") as f:
        f.write(image)


def _kernel(cycles, lpis=0):
    beat = header(CELLS, "beat")
    with open(f"{ROOT}/{FOLDER}/first.h", "w", encoding="ascii") as f:
        subprocess.run(["out/hvcc", "--emit=header:first", "-I", FOLDER, "-I", "out/board",
                        CELLS], cwd=ROOT, check=True, stdout=f)
    subprocess.run(["scripts/cell", f"{FOLDER}/first.h", "tests/guest/first.c",
                    f"{FOLDER}/first.bin", "tests/guest/stub.S", f"-DLINK_AT={LOADED_AT:#x}",
                    f"-DIMAGE_AT={IMAGE_AT:#x}ull", f"-DCYCLES={cycles}u",
                    f"-DBEAT_AT={beat['MEM_RAM_BASE']:#x}ull",
                    f"-DBEAT_SIZE={beat['MEM_RAM_SIZE']:#x}ull", f"-DLPIS={lpis}"],
                   cwd=ROOT, check=True)


def _machine(**machine):
    argv = command(CELLS, **machine)
    argv[argv.index("-kernel") + 1] = f"{FOLDER}/first.bin"
    return argv + ["-device", f"loader,file={FOLDER}/hvisor.bin,addr={IMAGE_AT:#x},force-raw=on"]


def _launches(cycles, lpis=0, **machine):
    build(CELLS)
    _kernel(cycles, lpis)
    with Machine(_machine(**machine), 60 + 2 * cycles) as m:
        try:
            end = m.expect("hvisor", rf"first: {cycles} cycles, (\d+) went wrong", 60 + 2 * cycles)
        except Failed as why:
            raise Failed(f"{why}\n{m.text()}") from None
        if int(end[1]):
            raise Failed(m.text())


def a_kernel_that_was_there_first_loses_nothing():
    _launches(40, MACHINE=f"{MACHINE},its=off")


def so_it_is_with_more_of_the_architecture():
    _launches(4, MACHINE=f"{MACHINE},its=off", CPU="max")


def no_launch_where_lpis_are_enabled():
    _launches(0, lpis=1, MACHINE=MACHINE)


def an_image_for_a_running_kernel_does_not_boot():
    build("cells/qemu.cells")
    _change_running("out/cells/qemu", lambda flags: flags | RUNNING)
    with Machine(command("cells/qemu.cells"), 60) as m:
        m.expect("hvisor", "refused: the image is to be launched from the root cell", 30)
    os.unlink(f"{ROOT}/out/cells/qemu/hvisor.bin")


def an_image_that_boots_is_not_launched():
    build(CELLS)
    _change_running(FOLDER, lambda flags: flags & ~RUNNING)
    _kernel(1)
    with Machine(_machine(MACHINE=f"{MACHINE},its=off"), 60) as m:
        m.expect("hvisor", "it has no running cell", 60)
