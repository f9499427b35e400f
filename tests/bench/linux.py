# SPDX-License-Identifier: BSD-2-Clause
"""
linux.py - a whole Linux from reset to its power-off, as a cell and at EL1 on the
bare machine, with the same kernel, initrd, tree, CPU and memory. All
instructions from reset are counted, with those of the runtime's own start.
"""
import json
import os
import socket
import subprocess
import tempfile
import time

from machine import ROOT, Failed, Machine, build, command
from paths import STEADY

CELLS = "tests/bench/linux.cells"
BUDGET = 1.03		# times the bare machine's


def instructions(argv):
    """Runs a machine until it powers off; how many instructions it took."""
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "qmp")
        argv = argv + STEADY + ["-no-shutdown", "-qmp", f"unix:{path},server=on,wait=on"]
        with Machine(argv, 120) as m, socket.socket(socket.AF_UNIX) as link:
            while not os.path.exists(path):
                time.sleep(0.05)
            time.sleep(0.1)
            link.connect(path)
            qmp = link.makefile("rw")

            def ask(what):
                qmp.write(json.dumps({"execute": what}) + "\n")
                qmp.flush()
                while True:
                    answer = json.loads(qmp.readline())
                    if "return" in answer:
                        return answer["return"]

            qmp.readline()
            ask("qmp_capabilities")
            while ask("query-status")["running"]:
                if time.monotonic() > m.deadline:
                    raise Failed(f"no power-off\n{m.text()}")
                m.run_for(0.2)
            return ask("query-replay")["icount"]


def measured():
    build(CELLS)
    argv = command(CELLS)
    with tempfile.TemporaryDirectory() as tmp:
        tree = os.path.join(tmp, "linux.dtb")
        subprocess.run(["out/hvcc", "--emit=dtb:linux", "-I", "out/guests", "-I", "out/board",
                        "-o", tree, CELLS], cwd=ROOT, check=True)
        bare = instructions([
            "qemu-system-aarch64", "-M", "virt,gic-version=3,dtb-randomness=off",
            "-cpu", "cortex-a53", "-smp", "1", "-m", "256M", "-nographic", "-nodefaults",
            "-serial", "null", "-icount", "shift=0,sleep=off", "-dtb", tree,
            "-kernel", "out/guests/Image", "-initrd", "out/guests/root.cpio.gz",
            "-append", "quiet bench"])
    return {"cell": instructions(argv), "bare": bare}


def table(found):
    print(f"Linux to power-off: {found['cell']:,} instructions, without hypervisor "
          f"{found['bare']:,}, ratio {found['cell'] / found['bare']:.4f} ({BUDGET}) "
          f"{'over' if found['cell'] > BUDGET * found['bare'] else 'ok'}")
