# SPDX-License-Identifier: BSD-2-Clause
"""The same text gives the same bytes, wherever it is built."""
import glob
import os
import shutil
import struct
import subprocess
import tempfile

from lanes import hold
from machine import ROOT, Failed, build


def _run(step, tree, **more):
    done = subprocess.run(step, cwd=tree, text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, **more)
    if done.returncode:
        raise Failed(f"{step}: {done.stdout}")
    return done.stdout


def _image(tree, name):
    with open(os.path.join(tree, "out/cells", name, "hvisor.bin"), "rb") as f:
        return f.read()


def a_build_in_another_directory_gives_the_same_image():
    cells = "cells/qemu.cells"
    build(cells)
    with tempfile.TemporaryDirectory() as top:
        tree = os.path.join(top, "another-place")
        shutil.copytree(ROOT, tree, symlinks=True,
                        ignore=shutil.ignore_patterns("out", ".git"))
        os.mkdir(os.path.join(tree, "out"))
        for name in ("guests", "board", "liburing"):
            os.symlink(os.path.join(ROOT, "out", name), os.path.join(tree, "out", name))
        for step in (["make", "-s", "-j2", "build"], ["scripts/image", cells]):
            _run(step, tree)
        if _image(ROOT, "qemu") != _image(tree, "qemu"):
            raise Failed("hvisor.bin differs")


def every_example_passes_without_a_word():
    for cells in sorted(glob.glob("cells/*.cells", root_dir=ROOT)):
        build(cells)
        name = cells.split("/")[1].removesuffix(".cells")
        done = subprocess.run(["out/hvcc", "--check", "-I", f"out/cells/{name}", "-I",
                               "out/guests", "-I", "out/board", cells], cwd=ROOT,
                              text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode or done.stdout:
            raise Failed(f"{cells}: {done.stdout}")
    # Its kernel takes its time to build: see scripts/guests-bounce.
    with tempfile.TemporaryDirectory() as work:
        os.symlink(os.path.join(ROOT, "out/guests/Image"), os.path.join(work, "Image-bounce"))
        said = _run(["out/hvcc", "--check", "-I", work, "-I", "out/guests", "-I", "out/board",
                     "cells/bounce/qemu-bounce.cells"], ROOT)
        if said:
            raise Failed(said)


def _runtime_hash(image):
    """struct hv_head.runtime (runtime/abi/hv_abi.h): SHA-256 of text and rodata."""
    tables, = struct.unpack_from("<Q", image, 64 + 24)
    return image[tables + 24 + 32:tables + 24 + 64]


def the_runtime_is_the_same_in_every_example():
    hashes = {}
    for cells in sorted(glob.glob("cells/*.cells", root_dir=ROOT)):
        build(cells)
        name = cells.split("/")[1].removesuffix(".cells")
        hashes[name] = _runtime_hash(_image(ROOT, name))
    if len(set(hashes.values())) != 1 or bytes(32) in hashes.values():
        raise Failed(f"runtimes differ: {hashes}")


def an_installed_hvcc_finds_its_runtime():
    build("cells/single.cells")
    built = _image(ROOT, "single")
    with tempfile.TemporaryDirectory() as top:
        _run(["make", "-s", "install", "PREFIX=/usr", f"DESTDIR={top}"], ROOT)
        known = ("PATH", "DELIVERY")	# and nothing that says where a runtime is
        _run(["scripts/image", "cells/single.cells"], ROOT,
             env={name: os.environ[name] for name in known if name in os.environ} |
                 {"HVCC": f"{top}/usr/bin/hvcc"})
        if _image(ROOT, "single") != built:
            raise Failed("the installed hvcc makes another image")


# As DKMS does it: a copy of the source, dkms.conf's own words, then its module.
DKMS = """set -eu
cd "$1/usr/src"
. ./hvisor-2/dkms.conf
test -e "$PACKAGE_NAME-$PACKAGE_VERSION/dkms.conf"
mkdir -p "$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION"
cp -R hvisor-2 "$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build"
eval "${MAKE[0]}"
cp "$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build/$BUILT_MODULE_NAME.ko" "$1/"
eval "${CLEAN}"
test ! -e "$dkms_tree/$PACKAGE_NAME/$PACKAGE_VERSION/build/$BUILT_MODULE_NAME.ko"
"""


def an_installed_module_is_built_by_what_dkms_is_told():
    hold(f"{ROOT}/out/lock/single.cells")	# of the other that installs
    version = sorted(os.listdir(os.path.join(ROOT, "out/kmod")))[0]
    headers = f"{ROOT}/out/headers/{version}/usr/src/linux-headers-{version}"
    with tempfile.TemporaryDirectory() as top:
        _run(["make", "-s", "install", "PREFIX=/usr", f"DESTDIR={top}"], ROOT)
        # The kernel is another machine's, and its headers have no type information.
        _run(["bash", "-c", DKMS, "dkms", top], ROOT,
             env={"PATH": os.environ["PATH"], "kernel_source_dir": headers,
                  "dkms_tree": f"{top}/dkms", "ARCH": "arm64",
                  "CROSS_COMPILE": "aarch64-linux-gnu-",
                  "MAKEFLAGS": "CONFIG_DEBUG_INFO_BTF_MODULES= CC=aarch64-linux-gnu-gcc"})
        if not os.path.exists(f"{top}/hvisor.ko"):
            raise Failed("no hvisor.ko")
