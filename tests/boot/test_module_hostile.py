# SPDX-License-Identifier: BSD-2-Clause
"""Programs that mean hvisor.ko no good, and other ways out of a Linux that has it.

FUZZ_ROUNDS=200 FUZZ_SEED=1: how many random calls each process makes, and which;
CALLS=5000: those that are held to what each cell may and has.
"""
import os
import shutil

from machine import Failed
from plain import QUIET, STRICT, linux
from witness import CALLS

CELLS = "tests/boot/module-late.cells"
ROUNDS = int(os.environ.get("FUZZ_ROUNDS", "200"))
SEED = os.environ.get("FUZZ_SEED", "1")
FUZZ = f"{SEED} {ROUNDS} 3"
BLANK = 2	# the cell of CELLS with `payload any`
SECONDS = 120 + ROUNDS // 2


def _files(out, to):
    for name in ("hvisor.bin", "hvisor.loader"):
        shutil.copy(os.path.join(out, name), to)


def _lives(m):
    """The cell that nobody may have ended has not been, and answers."""
    m.want("/hvisor.loader stats control", "state     running", "starts    1")
    m.want("talk telemetry 'still here'", "STILL HERE")


def _a_cpu_goes(m):
    """Of the root cell's, between the first look and the launch: then it is no launch.
    Who takes it away waits for the module to take another, and may come too late."""
    for _ in range(5):
        said = m.run("(while read is < /sys/devices/system/cpu/cpu2/online && [ $is = 1 ]; do"
                     " :; done; echo 0 > /sys/devices/system/cpu/cpu1/online) 2> /dev/null &"
                     " module-enable /hvisor.bin /hvisor.bin; wait", 120)
        if not any(word in line for line in said for word in
                   ("done:", "a CPU went offline", "CPU 1 is offline")):
            raise Failed("\n".join(said))
        m.want("module-enable; echo 1 > /sys/devices/system/cpu/cpu1/online; nproc; module info",
               "4", "state 1", seconds=120)
    m.want("module-enable /hvisor.bin /hvisor.bin; nproc; module-enable", "done:", "2")


def _cpus_come_and_go(m):
    """While it is enabled and disabled: each is done or refused, none in between. Who
    finds a CPU where it wanted it, by another's doing, has nothing to refuse."""
    m.run("touch /tmp/busy; (while [ -e /tmp/busy ]; do for c in 1 2; do for v in 0 1; do"
          " echo $v > /sys/devices/system/cpu/cpu$c/online; done; done; done"
          " > /dev/null 2>&1) & true")
    for _ in range(8):
        said = m.run("module-enable /hvisor.bin /hvisor.bin; module-enable", 120)
        for line in said:
            if "(1)" in line or not any(
                    word in line for word in ("done:", "CPU ", "no hypervisor was",
                                              "runs already")):
                raise Failed(f"'{line}' while CPUs come and go")
    m.run("rm /tmp/busy; wait; for c in 1 2 3; do echo 1 > /sys/devices/system/cpu/cpu$c/online;"
          " done 2> /dev/null; module-enable; true", 120)
    m.want("nproc; module info", "4", "running 0 state 1")


def whatever_programs_ask_the_module_answers_as_it_says():
    with linux(CELLS, _files, seconds=400 + 4 * SECONDS + CALLS // 500) as m:
        m.want("insmod /lib/hvisor.ko; module info", "state 1")
        m.want(f"module-fuzz {FUZZ} /hvisor.bin", "0 of 3 processes found", seconds=SECONDS)
        m.want("nproc; module-enable /hvisor.bin /hvisor.bin", "4", "done:")
        m.want(f"module-abuse {BLANK} telemetry", "as they should, 0 not", seconds=SECONDS)
        m.want(f"module-fuzz {FUZZ}", "0 of 3 processes found", seconds=SECONDS)
        m.want(f"channel-fuzz {FUZZ}", "0 of 3 processes found", seconds=SECONDS)
        m.want(f"module-32 {BLANK} /dev/hvisor-channel/telemetry", "as they should, 0 not")
        m.want(f"call-fuzz {SEED} {CALLS}", ", 0 wrong", seconds=120 + CALLS // 500)
        _lives(m)
        m.want("echo disk > /sys/power/state", "not permitted")
        m.want("head -c 1 /dev/snapshot 2>&1", "not permitted")
        m.want("mknod /tmp/kvm c 10 232; head -c 1 /tmp/kvm 2>&1", "usy")	# KVM's number
        _lives(m)
        m.want("module-enable; nproc", "done:", "4")
        _a_cpu_goes(m)
        _cpus_come_and_go(m)
        m.want("rmmod hvisor; grep -c hvisor /proc/iomem /proc/interrupts", "iomem:0",
               "interrupts:0")
        m.must_be_well()


def kexec_takes_the_hypervisor_away_first():
    """The other kernel is where Linux was booted: at EL2, on the only CPU that is on."""
    with linux(CELLS, _files) as m:
        m.want("insmod /lib/hvisor.ko && module-enable /hvisor.bin /hvisor.bin", "done:")
        m.must_be_well()
        m.send("echo 7 > /proc/sys/kernel/printk; kexec-away\n")
        m.expect("root", "this Linux has the machine again")
        m.expect("root", "another kernel at EL2, 3 CPUs are off")
        m.ended()


def a_guest_of_kvm_is_not_disturbed():
    """Its CPU runs while the module refuses, and goes on."""
    with linux(CELLS, _files, append=f"{STRICT} {QUIET.split()[1]}") as m:
        m.run("kvm-guest /tmp/count > /tmp/said 2>&1 & true")
        m.want("until [ -s /tmp/count ]; do usleep 100000; done; echo 'r'uns", "runs")
        m.want("insmod /lib/hvisor.ko; module info", "state 0", "reason KVM is there")
        for _ in range(3):
            m.want("from=$(cat /tmp/count); module-enable /hvisor.bin /hvisor.bin",
                   "KVM is there, and would use EL2 for its guests: boot it with"
                   " kvm-arm.mode=none id_aa64mmfr1.vh=0")
            m.want("until [ $(cat /tmp/count) -gt $((from + 9)) ]; do usleep 100000; done;"
                   " echo 'it 'counts", "it counts")
        m.want("rmmod hvisor; from=$(cat /tmp/count); until [ $(cat /tmp/count) -gt $from ]; do"
               " usleep 100000; done; kill %1; cat /tmp/said; echo 'e'nd", "end")
        m.must_be_well()
