# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.ko in Linux cells of a system that was booted directly."""
import os

from machine import HVISOR, ROOT, Failed
from plain import after
from session import boot, up
from witness import CALLS

SEED = os.environ.get("FUZZ_SEED", "1")


def _said(lines, wanted):
    if wanted not in lines:
        raise Failed(f"no '{wanted}' in:\n" + "\n".join(lines))


def _good(m, cell):
    """The kernel has nothing to complain about."""
    bad = m.shell(cell, "dmesg | grep -E 'BUG|WARNING|Oops|Redzone|Call trace'")
    if bad:
        raise Failed("\n".join(bad))


def _load(m, cell):
    m.focus(cell)
    _said(m.shell(cell, "insmod /lib/hvisor.ko && echo in"), "in")


def _panics(m):
    m.send("echo c > /proc/sysrq-trigger\n")
    m.expect("linux", "Kernel panic - not syncing: sysrq triggered crash")


def _answers(m, cell):
    m.focus(cell)
    _said(m.shell(cell, "echo still here"), "still here")


def _is_left_to_a_crash_kernel(m):
    """It is one more kernel of the root cell's, on the CPU that panicked; the other may
    not be off yet."""
    _said(m.shell("linux", "kexec-away crash | cut -d , -f 1"), "loaded")
    _panics(m)
    m.expect("linux", "another kernel at EL1, [01] CPUs are off")
    _answers(m, "guest")


def the_module_refuses_what_it_must_and_loads_a_cell():
    with boot("tests/boot/module.cells", 240 + CALLS // 500) as m:
        up(m, "linux", "guest")
        _load(m, "linux")
        said = m.shell("linux", "module info")
        _said(said, "module 2 abi 3 running 3 state 2 cell 0 root 0")
        _said(m.shell("linux", "module bad"), "28 refused as they should, 0 not")
        for _ in range(3):
            said = m.shell("linux", "module-load 2", 120)
            if not any(line.endswith(" as they should, 0 not") for line in said):
                raise Failed("\n".join(said))
        said = m.shell("linux", "module-fuzz 2 200 3; channel-fuzz 2 200 3;"
                       " module-abuse 2 both", 120)
        if said.count("fuzz: 0 of 3 processes found something") != 2 or \
                not said[-1].endswith(" as they should, 0 not"):
            raise Failed("\n".join(said))
        step = 1 if CALLS > 5000 else 5
        for program in ("module-32 2 /dev/hvisor-channel/both", f"registers-32 {step}",
                        f"registers {step}"):
            said = m.shell("linux", program, 240)
            if not said[-1].endswith(" as they should, 0 not"):
                raise Failed("\n".join(said))
        said = m.shell("linux", f"call-fuzz {SEED} {CALLS}", 120 + CALLS // 500)
        if not said[-1].endswith(", 0 wrong"):
            raise Failed("\n".join(said))
        _said(m.shell("linux", "rmmod hvisor && insmod /lib/hvisor.ko && "
                      "ls -1 /dev/hvisor-channel"), "both")
        _good(m, "linux")
        _is_left_to_a_crash_kernel(m)


def channels_join_two_linuxes_and_a_cell_without_right_is_denied():
    with boot("tests/boot/module.cells", 240) as m:
        up(m, "linux", "guest")
        _load(m, "guest")
        said = m.shell("guest", "module info")
        _said(said, "module 2 abi 3 running 3 state 2 cell 1 root 0")
        said = m.shell("guest", "for f in 2 3 4 5 6 7 9 0xb 0xc; do module call $f 2; done")
        if len(said) != 9 or not all(s.startswith("fffffffffffffffe ") for s in said):
            raise Failed("\n".join(said))
        said = m.shell("guest", "module-fuzz 3 200 3; channel-fuzz 3 200 3", 120)
        if said.count("fuzz: 0 of 3 processes found something") != 2:
            raise Failed("\n".join(said))
        m.shell("guest", "sleep 99 | talk both > /tmp/heard & true")
        _load(m, "linux")
        m.shell("linux", "(sleep 1; echo 'hello over there'; sleep 1) | talk both")
        m.focus("guest")
        _said(m.shell("guest", after("/tmp/heard", "there") + "; cat /tmp/heard"),
              "hello over there")
        _good(m, "guest")


def _goes_on_after_a_panic(m):
    """The root cell's kernel spins for ever, which is its own affair."""
    m.shell("linux", "insmod /lib/hvisor.ko")
    _panics(m)
    m.expect("linux", "end Kernel panic")
    m.seen["control"] = len(m.lines)
    m.expect("control", r"tick \d+: late by")
    up(m, "guest")
    _answers(m, "guest")
    if m.count(HVISOR, "cell 'linux'"):
        raise Failed("the root cell has ended")


def the_control_loop_answers_lines_and_a_killed_talk_leaves_nothing():
    with boot("cells/qemu.cells") as m:
        up(m, "linux")
        _load(m, "linux")
        said = m.shell("linux", "talk telemetry 'one line' ticks 'and another'")
        _said(said, "ONE LINE")
        _said(said, "AND ANOTHER")
        if not any(s.isdigit() for s in said):
            raise Failed("\n".join(said))
        _said(m.shell("linux", "sleep 99 | talk telemetry & until ls -l /proc/[0-9]*/fd |"
                      " grep -q channel/telemetry; do usleep 100000; done 2> /dev/null;"
                      " rmmod hvisor 2>&1; killall talk sleep; wait; rmmod hvisor && echo gone"),
              "gone")
        _good(m, "linux")
        _goes_on_after_a_panic(m)


def each_other_kernel_has_its_module():
    for version in sorted(os.listdir(os.path.join(ROOT, "out/kernels"))):
        os.environ["KERNEL"] = f"out/kernels/{version}"
        try:
            with boot("cells/qemu.cells") as m:
                up(m, "linux")
                _load(m, "linux")
                _said(m.shell("linux", "uname -r; talk telemetry 'with this one'; module bad"),
                      "WITH THIS ONE")
                _said(m.shell("linux", "uname -r; module bad"),
                      "28 refused as they should, 0 not")
                _good(m, "linux")
        finally:
            del os.environ["KERNEL"]
