# SPDX-License-Identifier: BSD-2-Clause
"""
plain.py - a Linux that was booted without hypervisor, on the machine of
`make run-late`, with files of the test in its root file system.

It has the terminal alone, and its shell's prompt is "root# ".
"""
import contextlib
import os
import subprocess
import tempfile

from machine import CONTROL, ROOT, Failed, Machine, build, command

LINUX = "root"
QUIET = "kvm-arm.mode=none id_aa64mmfr1.vh=0"	# gives EL2 away
STRICT = "panic_on_warn=1 slub_debug=FZPU page_poison=1 init_on_free=1"


class Plain(Machine):
    """All that is printed is that Linux's."""

    @staticmethod
    def _split(raw):
        return LINUX, CONTROL.sub("", raw.decode("utf-8", "replace"))

    def run(self, line, seconds=60):
        return self.shell(LINUX, line, seconds)

    def want(self, line, *wanted, seconds=60):
        """Runs it; each of `wanted` is in some line of its output."""
        said = self.run(line, seconds)
        for one in wanted:
            if not any(one in s for s in said):
                raise Failed(f"no '{one}' from '{line}':\n" + "\n".join(said))
        return said

    def must_be_well(self):
        """The kernel has nothing to complain about."""
        bad = self.run("dmesg | grep -E 'BUG|WARNING|Oops|Redzone|Call trace'")
        if bad:
            raise Failed("\n".join(bad))


def after(file, word):
    """A shell's line that ends when `word` is in what a command writes to `file`."""
    return f"until grep -q {word!r} {file} 2> /dev/null; do usleep 100000; done"


def folder(cells):
    """Where scripts/image puts what it makes of that text."""
    return os.path.join(ROOT, "out/cells", os.path.basename(cells).removesuffix(".cells"))


def _initrd(files, to):
    """The guests' own, and behind it an archive of what is in `files`."""
    more = subprocess.run("find . | cpio --quiet -o -H newc | gzip -1", shell=True,
                          cwd=files, check=True, capture_output=True).stdout
    with open(os.path.join(ROOT, "out/guests/root.cpio.gz"), "rb") as f:
        first = f.read()
    with open(to, "wb") as f:
        f.write(first + more)


def _replace(line, option, value):
    """Another value in QEMU's command line; None: without that option."""
    at = line.index(option)
    line[at:at + 2] = [option, value] if value else []


def alone(cells, cpus, mib):
    """QEMU's command line for the guests' Linux in the place of a hypervisor: the
    machine of `cells`, but for what only EL2 needs."""
    line = command(cells, SMP=str(cpus), MEM=f"{mib}M", MACHINE="virt,gic-version=3")
    _replace(line, "-kernel", "out/guests/Image")
    return line + ["-initrd", "out/guests/root.cpio.gz", "-append", "console=ttyAMA0 quiet"]


@contextlib.contextmanager
def linux(cells, files=None, append=f"{QUIET} {STRICT}", seconds=240, tree="root.dtb",
          kernel="out/guests/Image", more=(), **machine):
    """Boots it with the tree of `cells`, or the board's own; `files` is a function
    that puts files into a folder, given the one of `cells`; `more` is for QEMU."""
    build(cells)
    out = folder(cells)
    with tempfile.TemporaryDirectory() as work:
        extra = os.path.join(work, "extra")
        os.mkdir(extra)
        if files:
            files(out, extra)
        _initrd(extra, os.path.join(work, "initrd"))
        line = command(cells, ["--late"], **machine)
        _replace(line, "-kernel", kernel)
        _replace(line, "-initrd", os.path.join(work, "initrd"))
        _replace(line, "-append", f"console=ttyAMA0 {append}")
        _replace(line, "-dtb", tree and os.path.join(out, tree))
        with Plain([*line, *more], seconds) as m:
            try:
                m.expect(LINUX, rf"{LINUX}: \d+ CPUs, Linux", 100)
                yield m
            except Failed as why:
                raise Failed(f"{why}\n{m.text()}") from None
