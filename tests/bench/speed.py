# SPDX-License-Identifier: BSD-2-Clause
"""
speed.py - how long hvcc takes, stage by stage, beside the compiler it calls.

Times are of the CPU, system calls included and children too, the best of a few
runs; each is also told as a multiple of what the cross compiler takes for an
empty file. A stage is what one more output costs: --emit=model less --emit=ast
is resolving and checking, --check less that is placing and the cells' trees, and
so on. dtc and the cross tools are watched through programs of the same names that
come first in the PATH. Printed, and held to nothing: other machines differ.
"""
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from paths import ROOT, Failed

CELLS = "cells/qemu.cells"
CROSS = "aarch64-linux-gnu-"
RUNS = 7
USER_RUNS = 40
WATCHED = ("dtc", CROSS + "gcc", CROSS + "ld", CROSS + "objcopy")

# Runs the real tool and notes the time that it took.
WATCH = """#!{python}
import json, os, sys
pid = os.spawnv(os.P_NOWAIT, {tool!r}, [{tool!r}] + sys.argv[1:])
_, status, used = os.wait4(pid, 0)
with open({log!r}, "a") as f:
    f.write(json.dumps([{name!r}, used.ru_utime, used.ru_stime]) + "\\n")
sys.exit(os.waitstatus_to_exitcode(status))
"""


def once(argv, env=None):
    """(user time, user and system time) in seconds of one run and its children."""
    with subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, env=env) as child:
        said = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failed(f"{' '.join(argv)}:\n{said.decode(errors='replace')}")
    return used.ru_utime, used.ru_utime + used.ru_stime


def best(argv):
    return min(once(argv)[1] for _ in range(RUNS))


class Tools:
    """Runs hvcc with its tools watched."""

    def __init__(self, folder):
        self.log = os.path.join(folder, "log")
        watch = os.path.join(folder, "watch")
        os.mkdir(watch)
        for name in WATCHED:
            tool = shutil.which(name)
            path = os.path.join(watch, name)
            with open(path, "w", encoding="utf-8") as f:
                f.write(WATCH.format(python=sys.executable, tool=tool, log=self.log,
                                     name=name))
            os.chmod(path, 0o755)
        self.env = dict(os.environ, PATH=watch + os.pathsep + os.environ["PATH"])

    def times(self, argv):
        """tool -> least user and system time of all its calls in a run."""
        runs = []
        for _ in range(3):
            open(self.log, "w", encoding="utf-8").close()
            once(argv, self.env)
            used = dict.fromkeys(WATCHED, 0.0)
            with open(self.log, encoding="utf-8") as f:
                for line in f:
                    name, user, system = json.loads(line)
                    used[name] += user + system
            runs.append(used)
        return {name: min(r[name] for r in runs) for name in WATCHED}


def small_payloads(folder):
    """A kernel's header and nothing behind it, and a page of an initrd."""
    os.mkdir(folder)
    for name, size in (("Image", 4096), ("root.cpio.gz", 4096), ("guest.cpio.gz", 4096)):
        with open(os.path.join(ROOT, "out", "guests", name), "rb") as f, \
                open(os.path.join(folder, name), "wb") as g:
            g.write(f.read(size))


def payload_speed(folder, image, dirs):
    """MB/s of reading, hashing and writing payloads, and of others at it."""
    small = os.path.join(folder, "small")
    small_payloads(small)
    out = os.path.join(folder, "small.bin")
    with_small = best(["out/hvcc", "-I", small, *dirs, CELLS, "-o", out])
    with_all = best(["out/hvcc", *dirs, CELLS, "-o", image])
    size = os.path.getsize(image) - os.path.getsize(out)
    files = [os.path.join("out", "guests", n) for n in ("Image", "root.cpio.gz",
                                                        "guest.cpio.gz")]
    file_size = sum(os.path.getsize(os.path.join(ROOT, f)) for f in files)
    copies = os.path.join(folder, "copies")
    os.mkdir(copies)
    speed = {
        "hvcc": size / (with_all - with_small),
        "sha256sum": file_size / best(["sha256sum", *files]),
        "cp": file_size / best(["cp", *files, copies]),
    }
    return with_small, with_all, size, {k: v / 1e6 for k, v in speed.items()}


def measured():
    if not os.path.exists(os.path.join(ROOT, "out", "cells", "qemu", "hvisor.bin")):
        subprocess.run(["scripts/image", CELLS], cwd=ROOT, check=True)
    dirs = ["-I", "out/cells/qemu", "-I", "out/guests", "-I", "out/board"]
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp:
        image = os.path.join(tmp, "hvisor.bin")
        empty = os.path.join(tmp, "empty.c")
        open(empty, "w", encoding="utf-8").close()
        empty_c = best([CROSS + "gcc", "-c", "-o", os.path.join(tmp, "empty.o"), empty])
        small, whole, size, speed = payload_speed(tmp, image, dirs)
        tools = Tools(tmp)
        build = tools.times(["out/hvcc", "-I", os.path.join(tmp, "small"), *dirs, CELLS,
                             "-o", image])
        at = {}
        for what in ("ast", "model", "tables"):
            at[what] = best(["out/hvcc", f"--emit={what}", *dirs, CELLS])
        whole_check = ["out/hvcc", "--check", *dirs, CELLS]
        at["check"] = best(whole_check)
        # A kernel that tells user time by its clock's ticks is right on average.
        user = statistics.fmean(once(whole_check)[0] for _ in range(USER_RUNS))
        dtc = tools.times(whole_check)["dtc"]
        once(["out/hvcc", "-I", os.path.join(tmp, "small"), *dirs, CELLS, "-o", image])
        verify = best(["out/hvcc", "--verify", image])
    link = sum(build[CROSS + t] for t in ("gcc", "ld", "objcopy"))
    stages = {
        "parse": at["ast"], "check": max(0, at["model"] - at["ast"]),
        "place": max(0, at["check"] - at["model"]),
        "emit": max(0, at["tables"] - at["check"]), "link": link, "verify": verify,
    }
    return {"empty_c": empty_c, "stages": stages, "check_user": max(0, user - dtc),
            "build": small, "build_with_payloads": whole, "tools": build,
            "payload_bytes": size, "payload_mb_per_s": speed}


def table(found):
    empty = found["empty_c"]
    print(f"hvcc on {CELLS}: CPU time, and beside an empty C file with the cross "
          f"compiler ({empty * 1e3:.1f} ms)")
    for stage, t in found["stages"].items():
        print(f"  {stage:10}{t * 1e3:8.1f} ms  x {t / empty:5.2f}")
    tools = found["stages"]["link"]
    print(f"  --check, user time apart from dtc: {found['check_user'] * 1e3:.1f} ms (5)")
    print(f"  whole build, apart from payloads: {found['build'] * 1e3:.1f} ms, x "
          f"{found['build'] / tools:.2f} (2) of the cross tools' {tools * 1e3:.1f} ms")
    speed = found["payload_mb_per_s"]
    print(f"  payloads, {found['payload_bytes'] / 1e6:.0f} MB: {speed['hvcc']:.0f} MB/s; "
          f"sha256sum {speed['sha256sum']:.0f} MB/s, cp {speed['cp']:.0f} MB/s")
