# SPDX-License-Identifier: BSD-2-Clause
"""The same text gives the same bytes, wherever it is built."""
import glob
import os
import shutil
import struct
import subprocess
import tempfile

from machine import ROOT, Failed, build


def two_builds_in_different_directories_give_the_same_image():
    images = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as top:
            tree = os.path.join(top, "a" * (1 + 20 * len(images)))
            shutil.copytree(ROOT, tree, symlinks=True,
                            ignore=shutil.ignore_patterns("out", ".git"))
            os.mkdir(os.path.join(tree, "out"))
            for name in ("guests", "board"):
                os.symlink(os.path.join(ROOT, "out", name), os.path.join(tree, "out", name))
            for step in (["make", "-s", "-j2", "build"], ["scripts/image", "cells/qemu.cells"]):
                done = subprocess.run(step, cwd=tree, text=True, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT)
                if done.returncode:
                    raise Failed(f"{step}: {done.stdout}")
            with open(os.path.join(tree, "out/cells/qemu/hvisor.bin"), "rb") as f:
                images.append(f.read())
    if images[0] != images[1]:
        raise Failed("hvisor.bin differs")


def _runtime_hash(path):
    """struct hv_head.runtime (runtime/abi/hv_abi.h): SHA-256 of text and rodata."""
    with open(path, "rb") as f:
        image = f.read()
    tables, = struct.unpack_from("<Q", image, 64 + 24)
    return image[tables + 24 + 32:tables + 24 + 64]


def the_runtime_is_the_same_in_every_example():
    hashes = {}
    for cells in sorted(glob.glob("cells/*.cells", root_dir=ROOT)):
        build(cells)
        name = cells.split("/")[1].removesuffix(".cells")
        hashes[name] = _runtime_hash(os.path.join(ROOT, "out/cells", name, "hvisor.bin"))
    if len(set(hashes.values())) != 1 or bytes(32) in hashes.values():
        raise Failed(f"runtimes differ: {hashes}")


def an_installed_hvcc_finds_its_runtime():
    with tempfile.TemporaryDirectory() as top:
        steps = (["make", "-s", "install", "PREFIX=/usr", f"DESTDIR={top}"],
                 [f"{top}/usr/bin/hvcc", "-I", "out/guests", "-I", "out/board",
                  "cells/single.cells", "-o", f"{top}/hvisor.bin"])
        build("cells/single.cells")
        for step in steps:
            done = subprocess.run(step, cwd=ROOT, text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"]})
            if done.returncode:
                raise Failed(f"{step}: {done.stdout}")
        with open(f"{top}/hvisor.bin", "rb") as one, \
                open(os.path.join(ROOT, "out/cells/single/hvisor.bin"), "rb") as other:
            if one.read() != other.read():
                raise Failed("the installed hvcc makes another image")
