# SPDX-License-Identifier: BSD-2-Clause
"""What cells do to themselves stays their own affair."""
from cells import ask, header
from machine import Failed
from session import boot, up

CELLS = "cells/qemu.cells"


def _alive(m, cell):
    m.focus(cell)
    if m.shell(cell, "echo still here") != ["still here"]:
        raise Failed(f"{cell} does not answer")


def poweroff_of_the_second_linux_ends_that_cell_only():
    with boot(CELLS) as m:
        up(m, "linux", "guest")
        m.focus("guest")
        m.send("poweroff\n")
        m.expect("hvisor", r"guest.*\boff\b")
        _alive(m, "linux")
        m.seen["control"] = len(m.lines)
        m.expect("control", r"tick \d+: late by")
        if m.qemu.poll() is not None:
            raise Failed("QEMU has ended")


def reboot_of_the_second_linux_restarts_it():
    with boot(CELLS) as m:
        up(m, "linux", "guest")
        for _ in range(2):
            m.focus("guest")
            m.send("reboot\n")
            up(m, "guest")
            _alive(m, "guest")
        _alive(m, "linux")


def crash_of_the_control_loop_restarts_it_three_times():
    with boot(CELLS, 240) as m:
        up(m, "linux", "guest")
        m.expect("control", "ticks a second")
        m.focus("linux")
        for i in range(4):
            ask(m, "linux", "crash")
            m.expect("hvisor", r"control.*crashed")
            if i < 3:
                m.expect("control", "ticks a second")
                if ask(m, "linux", "again") != "AGAIN":
                    raise Failed("the restarted control does not answer")
        m.run_for(3)
        if m.count("control", "ticks a second") != 4:
            raise Failed("control was started a fifth time")
        _alive(m, "guest")
        _alive(m, "linux")


def poweroff_of_the_root_cell_ends_the_machine():
    with boot(CELLS) as m:
        up(m, "linux", "guest")
        m.focus("linux")
        m.send("poweroff\n")
        if m.ended() != 0:
            raise Failed("QEMU's exit code")


def reboot_of_the_root_cell_reboots_the_machine():
    """As a panic does with `panic=1`."""
    with boot(CELLS) as m:
        up(m, "linux", "guest")
        for line in ("reboot", "echo 1 > /proc/sys/kernel/panic; echo c > /proc/sysrq-trigger"):
            m.focus("linux")
            m.send(line + "\n")
            up(m, "linux", "guest")
        _alive(m, "linux")


def a_storm_of_starts_and_ends_loses_no_cpu():
    """Every life of the cell is whole, until it has used up its restarts."""
    with boot("tests/boot/storm.cells") as m:
        m.expect("hvisor", "no restart is left", 90)
        lives = [text for who, text in m.lines if text.startswith("storm: ")]
        if len(lives) < 9 or not all(" 0 wrong answers" in text for text in lives):
            raise Failed(f"{len(lives)} lives\n{m.text()}")
