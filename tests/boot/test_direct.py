# SPDX-License-Identifier: BSD-2-Clause
"""Interrupts that reach their cell without the hypervisor; and with list registers
the systems that other tests run with direct interrupts, which is what a cell has
that says nothing."""
import os
import re

from machine import HVISOR, ROOT, Failed
from session import boot, up
from witness import hurts_nobody

SECURE = "virt,gic-version=3,virtualization=on,secure=on"
KINDS = ("timer", "device", "doorbell", "SGI", "asleep")
EXITS = ("calls", "registers", "mmio", "faults", "lines", "ipis", "others")


def _as(cells, is_parallel=False, **modes):
    """A copy of a system whose cells get their interrupts as said, by name or for
    `all`; in parallel where it is not said how instructions are counted."""
    with open(os.path.join(ROOT, cells)) as f:
        text = f.read()
    for cell, mode in modes.items():
        name = r"\w+" if cell == "all" else cell
        text, n = re.subn(rf"^((?:root )?cell {name} {{)$",
                          rf"\1\n\tinterrupts {mode};", text, flags=re.M)
        if not n:
            raise Failed(f"{cells} has no cell {cell}")
    if is_parallel:
        text = re.sub(r"^// qemu: -icount.*\n", "", text, flags=re.M)
    base = os.path.basename(cells).removesuffix(".cells")
    path = f"out/direct/{base}-{'-'.join(modes.values())}{'-par' * is_parallel}.cells"
    os.makedirs(os.path.join(ROOT, "out/direct"), exist_ok=True)
    own = f"{path}.{os.getpid()}"
    with open(own, "w") as f:
        f.write(text)
    os.replace(own, path)	# another test may be reading the same
    return path


def _exits(m, *kinds):
    """Of each kind: what the runtime counted while a thousand were taken."""
    found = {}
    for kind in kinds:
        said = m.expect("teller", rf"{kind}: (\d+) taken, (\d+) strange, exits((?: \d+)+)$", 120)
        if int(said[1]) != 1000 or int(said[2]):
            raise Failed(said[0])
        found[kind] = dict(zip(EXITS, map(int, said[3].split())))
    return found


def a_thousand_interrupts_of_each_kind_cost_no_exit():
    with boot(_as("tests/boot/direct.cells", all="direct"), 240) as m:
        exits = _exits(m, *KINDS)
        asleep = exits.pop("asleep")
        for kind, of_kind in exits.items():
            if any(of_kind.values()):
                raise Failed(f"{kind}: {of_kind}")
        # Each wait is trapped, and nothing else.
        if not 0 < asleep.pop("registers") <= 1001 or any(asleep.values()):
            raise Failed(f"asleep: {exits}")


def list_registers_cost_one_each():
    with boot(_as("tests/boot/direct.cells", all="virtual"), 240) as m:
        for kind, exits in _exits(m, *KINDS).items():
            lines = exits.pop("lines")
            ipis = exits.pop("ipis")
            if lines != 1000 or ipis > (1000 if kind == "SGI" else 0) or any(exits.values()):
                raise Failed(f"{kind}: {lines} lines, {ipis} IPIs, {exits}")


def a_direct_cell_that_ends_others_interrupts_adds_and_loses_none():
    cells = _as("tests/boot/direct.cells", True, teller="virtual", taker="virtual", ender="direct")
    with boot(cells, 300) as m:
        _exits(m, "timer", "device", "doorbell")
        m.expect("ender", "ends others' interrupts")
    with boot(_as("tests/boot/direct.cells", True, all="direct"), 300) as m:
        _exits(m, "timer", "device", "doorbell")
        m.expect("ender", "ends others' interrupts")
    for others in ("virtual", "direct"):
        with boot(_as("tests/boot/virtio-ended.cells", backend=others, asker=others,
                      ender="direct"), 300) as m:
            m.expect("asker", "2000 asked, 2000 told, 0 strange", 120)
            m.expect("ender", "ends others' interrupts")


def _managed(**modes):
    """Every way of holding on to a CPU ends with STOP, and the cell starts again."""
    with boot(_as("tests/boot/manage.cells", **modes), 400) as m:
        end = m.expect("manager", r"(\d+) checks, (\d+) went wrong", 380)
        if int(end[1]) < 500 or int(end[2]):
            raise Failed(f"{end[2]} of {end[1]} checks went wrong")
        stopped = {text.split()[1] for cell, text in m.lines
                   if cell == "manager" and text.startswith("stop ")}
        if not stopped >= {f"{c}:" for c in "mfwshguaiept"}:
            raise Failed(f"stopped: {stopped}")
        m.ended()


def a_cell_with_list_registers_is_stopped_whatever_it_claims():
    _managed(all="virtual")


def so_is_a_direct_one_of_a_root_cell_with_list_registers():
    _managed(manager="virtual", worker="direct", blank="virtual")


def _swept(way, cells, **machine):
    with boot(cells, 300, **machine) as m:
        m.expect("steady", "well: ")
        for _ in range(2):
            m.expect("sweep", f"its interrupts come {way}", 60)
            wrong = m.expect("sweep", r"(\d+) trials, (\d+) went wrong", 120)
            if int(wrong[1]) < 10000 or int(wrong[2]):
                raise Failed(f"{wrong[2]} of {wrong[1]} trials went wrong")
            m.expect(HVISOR, "'sweep' reboots; ")
        m.run_for(1)
        if m.count("steady", "HURT"):
            raise Failed("the steady cell was hurt")
        m.seen["steady"] = len(m.lines)
        m.expect("steady", "well: ", 10)


def a_cell_with_list_registers_has_its_own_lines_and_no_others():
    _swept("by list registers", _as("tests/boot/gic.cells", all="virtual"))


def cells_of_both_kinds_stand_beside_each_other():
    _swept("directly", _as("tests/boot/gic.cells", sweep="direct", steady="virtual"))
    _swept("by list registers", _as("tests/boot/gic.cells", sweep="virtual", steady="direct"))


def two_security_states_leave_list_registers():
    _swept("by list registers", _as("tests/boot/gic.cells", all="direct"), MACHINE=SECURE)


def a_hostile_cell_with_list_registers_hurts_nobody():
    hurts_nobody(_as("tests/boot/hostile.cells", all="virtual"))


def cpus_with_list_registers_that_write_the_same_words_lose_nothing():
    with boot(_as("tests/boot/contend.cells", all="virtual"), 180) as m:
        end = m.expect("contend", r"(\w+): (\d+) interrupts, (\d+) updates lost, (\d+) lines wrong",
                       150)
        if end[1] != "done" or int(end[2]) < 1000 or int(end[3]) or int(end[4]):
            raise Failed(end[0])


def a_storm_of_starts_and_ends_loses_no_cpu_with_list_registers():
    with boot(_as("tests/boot/storm.cells", all="virtual"), 180) as m:
        m.expect(HVISOR, "no restart is left", 150)
        lives = [text for who, text in m.lines if text.startswith("storm: ")]
        if len(lives) < 9 or not all(" 0 wrong answers" in text for text in lives):
            raise Failed(f"{len(lives)} lives")


def _linuxes(**modes):
    with boot(_as("cells/qemu.cells", **modes), 240) as m:
        up(m, "linux", "guest")
        m.expect("control", "ticks a second")
        for cell in ("guest", "linux"):
            m.focus(cell)
            if m.shell(cell, "sleep 1; echo still here") != ["still here"]:
                raise Failed(f"{cell} does not answer")


def linux_runs_with_list_registers():
    _linuxes(all="virtual")


def linuxes_of_both_kinds_stand_beside_each_other():
    _linuxes(linux="direct", guest="virtual", control="direct")
