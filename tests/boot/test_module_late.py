# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.ko puts the hypervisor under a running Linux, or says why not."""
import os
import shutil
import tempfile

import forge
import monitor
from cells import layout, ram
from machine import ROOT, Failed
from plain import QUIET, STRICT, linux

CELLS = "tests/boot/module-late.cells"


def _images(names):
    """A `files` of plain.linux: hvisor.bin and the forged ones, each of them a
    change of the good one."""
    def files(out, to):
        for name in ("hvisor.bin", "hvisor.loader"):
            shutil.copy(os.path.join(out, name), to)
        for name, change in names.items():
            image = forge.Image(os.path.join(out, "hvisor.bin"))
            change(image)
            image.write(os.path.join(to, name + ".bin"))
    return files


def _truncate(image):
    del image.b[-1]


def _beside(image):
    """The first payload goes to Linux's own RAM, and all hashes are right."""
    image.set(image.row(1) + forge.DESTINATION, 0x50000000).seal()


WRONG = {
    "empty": (lambda i: i.b.__delitem__(slice(100, None)), "Exec format error: this is no image"),
    "magic": (lambda i: i.flip(64), "Exec format error: this is no image"),
    "abi": (lambda i: i.set(forge.ABI_VERSION, 9, 4), "rejected by service: the image has ABI 9"),
    "short": (_truncate, "Exec format error: the image is truncated"),
    "long": (lambda i: i.b.append(0), "Exec format error: the image is truncated"),
    "rows": (lambda i: i.set(forge.N_SEGMENTS, 200, 4), "Exec format error: the image says 200"),
    "other": (lambda i: i.flip(forge.IDENTITY), "rejected by service: the image has identity"),
    "halves": (lambda i: i.flip(i.tables + forge.HEAD_IDENTITY), "different identities"),
    "code": (lambda i: i.flip(0x2100), "Exec format error: the runtime's segment"),
    "new-code": (lambda i: i.flip(0x2100).seal(), "Exec format error: the runtime's code"),
    "table": (lambda i: i.flip(i.tables + 0x1000), "Exec format error: the runtime's segment"),
    "new-table": (lambda i: i.flip(i.segment(0)[1] - 8).seal(),
                  "Exec format error: the image's identity"),
    "payload": (lambda i: i.flip(i.segment(1)[0] + 9), "Exec format error: segment 1"),
    "new-payload": (lambda i: i.flip(i.segment(1)[0] + 9).seal(),
                    "Exec format error: the image's identity"),
    "beside": (_beside, "No such device or address: segment 1 goes to 0x50000000"),
}


def a_wrong_image_is_refused_with_its_reason_and_linux_is_unharmed():
    with linux(CELLS, _images({n: c for n, (c, _) in WRONG.items()})) as m:
        m.want("insmod /lib/hvisor.ko; module info", "running 0 state 1")
        m.want("module bad", "refused as they should")
        for name, (_, why) in WRONG.items():
            m.want(f"module-enable /hvisor.bin /{name}.bin", why)
        m.want("nproc", "4")
        # What changes behind the module's back is not judged, or not taken.
        m.want("module-twice /hvisor.bin change", "Exec format error: the image changed while")
        m.want("module-twice /hvisor.bin", "done:", "looked at, 0 too often")
        m.want("module-enable; nproc", "done:", "4")
        m.want("/hvisor.loader enable /hvisor.bin; module info", "running 3 state 3")
        m.want("module-enable /hvisor.bin /hvisor.bin", "already in progress: a hypervisor runs")
        m.must_be_well()


def a_launch_is_undone_and_done_again():
    with linux(CELLS, _images({})) as m:
        m.want("insmod /lib/hvisor.ko && module-enable /hvisor.bin /hvisor.bin", "done:")
        m.want("nproc", "2")
        m.want("rmmod hvisor 2>&1", "can't unload")
        m.want("echo 1 > /sys/devices/system/cpu/cpu3/online", "not permitted")
        m.want("echo freeze > /sys/power/state", "not permitted")
        m.want("cd /sys/devices/system/cpu/cpu1; echo 0 > online; nproc; echo 1 > online; nproc;"
               " cd /", "1", "2")
        m.want("talk telemetry 'from under Linux'", "FROM UNDER LINUX")
        m.want("for i in 1 2 3; do module-load 2; done", "as they should, 0 not")
        m.want("sleep 99 | talk telemetry & until ls -l /proc/[0-9]*/fd | grep -q"
               " channel/telemetry; do usleep 100000; done 2> /dev/null; module-enable",
               "'telemetry' is in use")
        m.want("echo 0 > /sys/devices/system/cpu/cpu1/online; killall talk sleep; wait;"
               " module-enable; nproc", "done:", "4")
        for _ in range(3):
            m.want("module-enable /hvisor.bin /hvisor.bin && nproc", "done:", "2")
            m.want("talk telemetry again", "AGAIN")
            m.want("module-enable && nproc", "done:", "4")
        m.want("rmmod hvisor && grep -c hvisor /proc/iomem /proc/interrupts", "iomem:0",
               "interrupts:0")
        m.must_be_well()


def a_cpu_that_refuses_at_el2_leaves_linux_as_it_was():
    with linux(CELLS, _images({})) as m:
        m.want("insmod /lib/hvisor.ko; module-enable /hvisor.bin /hvisor.bin 0",
               "Invalid argument")
        m.want("rmmod hvisor; insmod /lib/hvisor.ko fault_injection=1; echo in", "in")
        # Those of other cells are started, and told, by the first.
        for cpu, refused in ((0, 0), (1, 1), (2, 0), (3, 0)) * 2:
            m.want(f"module-enable /hvisor.bin /hvisor.bin {cpu}; nproc; module info",
                   f"Input/output error: CPU {refused} was refused at EL2", "4", "state 1")
            m.want("dmesg | tail -n 30 | grep 'it says' | tail -n 1", "told to refuse")
        m.want("module-enable /hvisor.bin /hvisor.bin 4; nproc", "there is no CPU 4", "4")
        m.want("dmesg | grep 'it says'", "it says: ")
        m.want("module-enable /hvisor.bin /hvisor.bin && talk telemetry on", "ON")
        m.want("module-enable; nproc", "done:", "4")
        m.must_be_well()


def _launched(m):
    m.want("insmod /lib/hvisor.ko && module-enable /hvisor.bin /hvisor.bin", "done:")


def _panics(m):
    m.send("echo c > /proc/sysrq-trigger\n")
    m.expect("root", "Kernel panic - not syncing: sysrq triggered crash")


def _control_runs(m, work):
    """By its memory: who could ask it has gone."""
    place = ram(layout(CELLS), "control")
    before = monitor.memory(work, *place)
    m.run_for(1)
    if monitor.memory(work, *place) == before:
        raise Failed("the other cell has stopped")


def a_reboot_takes_the_hypervisor_away_first_and_a_panic_does_not():
    """It reboots as `panic=` says, with the machine; and a crash kernel is one more
    kernel of the root cell's, on the CPU that panicked: the other may not be off yet."""
    with tempfile.TemporaryDirectory() as work, \
            linux(CELLS, _images({}), append=f"{QUIET} {STRICT} crashkernel=64M",
                  more=monitor.options(work)) as m:
        _launched(m)
        m.send("echo 7 > /proc/sys/kernel/printk; reboot -f\n")
        m.expect("root", "this Linux has the machine again")
        m.expect("root", r"root: 4 CPUs, Linux", 100)
        _launched(m)
        m.run("echo 1 > /proc/sys/kernel/panic")
        _panics(m)
        m.expect("root", r"root: 4 CPUs, Linux", 100)
        _launched(m)
        m.want("kexec-away crash", "loaded")
        _panics(m)
        m.expect("root", "another kernel at EL1, [01] CPUs are off")
        _control_runs(m, work)


def _refused(why, append, **more):
    with linux(CELLS, _images({}), append=f"{append} {STRICT}", **more) as m:
        m.want("insmod /lib/hvisor.ko; module info", "state 0", f"reason {why}")
        m.want("module-enable /hvisor.bin /hvisor.bin; nproc", why, "4")
        m.want("dmesg | tail -n 1", why)
        m.must_be_well()


def a_kernel_with_kvm_is_refused_with_what_to_write():
    _refused("KVM is there, and would use EL2 for its guests: boot it with"
             " kvm-arm.mode=none id_aa64mmfr1.vh=0", "")
    _refused("KVM is there", "kvm-arm.mode=protected")


def a_kernel_at_el2_is_refused_with_what_to_write():
    _refused("this kernel runs at EL2 itself (VHE): boot it with kvm-arm.mode=none"
             " id_aa64mmfr1.vh=0", "kvm-arm.mode=none", CPU="cortex-a76")


def a_kernel_that_never_had_el2_is_refused():
    _refused("this kernel was not booted at EL2", QUIET, tree=None,
             MACHINE="virt,gic-version=3,its=off")


def lpis_are_refused():
    _refused("LPIs are enabled in the redistributor at 0x80a0000", QUIET, tree=None,
             MACHINE="virt,gic-version=3,virtualization=on")


def memory_that_is_not_reserved_is_refused():
    with linux(CELLS, _images({}), tree=None) as m:
        m.want("insmod /lib/hvisor.ko; module info", "state 1")
        m.want("module-enable /hvisor.bin /hvisor.bin; nproc",
               "No such device or address: the running devicetree reserves no memory", "4")
        m.must_be_well()


def a_cpu_that_is_offline_is_refused():
    with linux(CELLS, _images({})) as m:
        m.want("insmod /lib/hvisor.ko; echo 0 > /sys/devices/system/cpu/cpu2/online;"
               " module-enable /hvisor.bin /hvisor.bin", "busy: CPU 2 is offline")
        m.want("echo 1 > /sys/devices/system/cpu/cpu2/online; module-enable /hvisor.bin"
               " /hvisor.bin; module-enable; nproc", "done", "4")
        m.must_be_well()


def dev_mem_shows_nothing_of_the_hypervisor_and_a_panic_leaves_the_other_cells():
    with tempfile.TemporaryDirectory() as work, \
            linux(CELLS, _images({}), more=monitor.options(work)) as m:
        _launched(m)
        said = m.want("grep ' : hvisor' /proc/iomem", "hvisor")
        for line in said:
            at = line.split("-")[0].strip()
            m.want(f"devmem 0x{at} 2>&1; echo ' then'", "ermitted", "then")
        m.want("module-enable", "done:")
        m.must_be_well()
        m.want("module-enable /hvisor.bin /hvisor.bin", "done:")
        _panics(m)
        m.expect("root", "end Kernel panic")
        _control_runs(m, work)


def each_other_kernel_gives_el2_away_and_gets_it_back():
    versions = sorted(os.listdir(os.path.join(ROOT, "out/kernels")))
    for version in versions:
        with linux(CELLS, _images({}), kernel=f"out/kernels/{version}") as m:
            m.want("uname -r", version)
            m.want("insmod /lib/hvisor.ko && module-enable /hvisor.bin /hvisor.bin", "done:")
            m.want("nproc; talk telemetry 'another kernel'", "2", "ANOTHER KERNEL")
            m.want("module-load 2", "as they should, 0 not")
            m.want("module-enable; nproc; rmmod hvisor; lsmod", "done:", "4")
            m.must_be_well()


def each_other_kernel_is_refused_with_kvm():
    for version in sorted(os.listdir(os.path.join(ROOT, "out/kernels"))):
        _refused("KVM is there, and would use EL2", "", kernel=f"out/kernels/{version}")
