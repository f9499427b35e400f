# SPDX-License-Identifier: BSD-2-Clause
"""
virtio.py - a disk and a network that a Linux has from the root cell, beside the same
that it has from QEMU: exits for each request, and throughput.

tests/guest/linux/rate.c makes the requests, once in a cell of rate.cells, whose disk
is a file of the root Linux, and once in a machine without hypervisor that has the
cell's kernel, initrd, memory and number of CPUs, and QEMU's own virtio-mmio devices.
There the disk is a file of the host's. The peer of the streams is the root Linux, or
a second such machine with the root cell's memory and CPUs; QEMU connects the two by
a socket. All files fit into what caches the system behind them has: no disk is
measured.

Exits are counted by the runtime, requests by the backend, each as a difference over
the work. The work is asked for through the network as well, so what it costs to ask
for nothing is taken off. A request of a network is a buffer, either way; of a disk, the
guest's kernel makes one of several that are asked for in order. Targets are for direct
delivery, as rate.cells has it: with list registers each interrupt is an exit.

Seconds are the emulator's and the machine's, which may be busy: they are printed and
not judged. QEMU's devices are native code, and the root cell is emulated as all else;
and of one request at a time most is how long the emulator takes to wake a CPU. So the
work is done once more by instructions (-icount), one CPU after the other: those of
the guest, the root cell and EL2 together, among them 50,000 before each wait of the
backend, which looks for more for 50 us.
"""
import collections
import contextlib
import json
import os
import re
import tempfile

from machine import Failed, Machine, build, command
from plain import Plain, alone

CELLS = "tests/bench/rate.cells"
SRV = "out/cells/rate/srv.img"		# where CELLS has its disk
PEER, SELF, MAC = "192.0.2.1", "192.0.2.2", "52:54:00:00:00:"
STREAMS, WORK = 7001, 7002		# ports: of rate serve, of who does what is asked
DISK_MIB = 32
ICOUNT = ["-icount", "shift=0,sleep=off"]	# a nanosecond for each instruction
BUDGET = 2		# exits for each request, waits apart
BUDGET_RECEIVING = 0	# of the root cell, for all that it is told

# Title, device, and what rate is told.
WORKS = [
    ("write 128 KiB in order, 1 at a time", "disk0", "write /dev/vda sequential 131072 1 512"),
    ("write 128 KiB in order, 8 at a time", "disk0", "write /dev/vda sequential 131072 8 2048"),
    ("read 128 KiB in order, 1 at a time", "disk0", "read /dev/vda sequential 131072 1 512"),
    ("read 128 KiB in order, 8 at a time", "disk0", "read /dev/vda sequential 131072 8 2048"),
    ("write 4 KiB anywhere, 1 at a time", "disk0", "write /dev/vda random 4096 1 1024"),
    ("write 4 KiB anywhere, 16 at a time", "disk0", "write /dev/vda random 4096 16 4096"),
    ("read 4 KiB anywhere, 1 at a time", "disk0", "read /dev/vda random 4096 1 1024"),
    ("read 4 KiB anywhere, 16 at a time", "disk0", "read /dev/vda random 4096 16 4096"),
    ("TCP to the root cell, 64 MiB", "net0", f"send {PEER} {STREAMS} 64"),
    ("TCP from the root cell, 64 MiB", "net0", f"receive {PEER} {STREAMS} 64"),
]


# ---- what was counted ---------------------------------------------------------

def rate(lines):
    """What the program says."""
    for line in lines:
        said = re.search(r"(\d+) requests, (\d+) bytes, ([\d.]+) seconds", line)
        if said:
            return {"asked": int(said[1]), "bytes": int(said[2]), "seconds": float(said[3])}
    raise Failed("no rate:\n" + "\n".join(lines))


COUNT = ("/srv/hvisor.loader stats guest --json; /srv/hvisor.loader stats linux --json;"
         " grep '^IPI' /proc/interrupts")


def counters(lines):
    """All that COUNT says: "cell what" or "device what" -> number."""
    found = collections.Counter()
    for line in lines:
        if line.startswith("IPI"):
            found["linux signals"] += sum(int(n) for n in line.split()[1:3])
        elif line.startswith("{"):
            said = json.loads(line)
            for cpu in said["cpus"]:
                for what, n in cpu.items():
                    if what != "power":
                        found[f"{said['cell']} {what}"] += n
            for device in said["virtio"]:
                for what, n in device.items():
                    if isinstance(n, int):
                        found[f"{device['device']} {what}"] = n
    return found


def ask(m, words):
    """Lets the guest run a command; what it says, and what was counted meanwhile."""
    said = m.shell("linux", f"({COUNT}) > /tmp/before; echo '{words}' | nc {SELF} {WORK} >"
                   f" /tmp/said; sleep 0.3; ({COUNT}) > /tmp/after;"
                   " cat /tmp/before; echo --; cat /tmp/said; echo --; cat /tmp/after", 120)
    if said.count("--") != 2:
        raise Failed("\n".join(said))
    first = said.index("--")
    second = said.index("--", first + 1)
    counted = counters(said[second + 1:])
    counted.subtract(counters(said[:first]))
    return said[first + 1:second], counted


@contextlib.contextmanager
def shown(m):
    """A machine; when it fails, what was on its consoles."""
    with m:
        try:
            yield m
        except Failed as why:
            raise Failed(f"{why}\n{m.text()}") from None


# ---- with the hypervisor --------------------------------------------------------

def serve(m):
    """The root Linux becomes the backend, and the peer."""
    m.shell("linux", "stty cols 140; insmod /lib/hvisor.ko; insmod /lib/modules/$(uname -r)/tun.ko;"
            f" tunctl -t tap0; ip addr add {PEER}/24 dev tap0; ip link set tap0 up;"
            f" dd if=/dev/zero of=/srv/rate.img bs=1M count={DISK_MIB}; sync;"
            f" rate serve {STREAMS} & /srv/hvisor.loader virtio --start > /tmp/log 2>&1 & true")


def cell(more=()):
    """A row for each of WORKS."""
    rows = []
    with shown(Machine(command(CELLS) + list(more), seconds=500)) as m:
        m.expect("linux", r"linux: \d+ CPUs, Linux", 100)
        m.focus("linux")
        serve(m)
        m.expect("guest", r"guest: \d+ CPUs, Linux", 100)
        m.focus("guest")
        m.shell("guest", f"ip addr add {SELF}/24 dev eth0; ip link set eth0 up;"
                f" ping -c 1 {PEER}; nc -ll -p {WORK} -e sh > /dev/null 2>&1 & true")
        m.focus("linux")
        ask(m, "true")		# whatever happens once
        nothing = ask(m, "true")[1]
        for name, device, words in WORKS:
            lines, counted = ask(m, "rate " + words)
            rows.append({"name": name, "device": device} | rate(lines) |
                        row(device, counted, nothing))
    return rows


def row(device, counted, nothing):
    """What one work cost."""
    # To raise an interrupt is an exit of the root cell, and the only access it makes.
    raised = counted["disk0 interrupts"] + counted["net0 interrupts"]
    receives = counted["linux line"] + counted["linux mmio"] - raised
    own = collections.Counter({key: max(0, n - nothing[key]) for key, n in counted.items()})
    return {
        "requests": own[f"{device} requests"],
        "notifications": own[f"{device} notifications"],
        "interrupts": own[f"{device} interrupts"],
        "exits": sum(own[f"guest {what}"] for what in ("call", "mmio", "fault", "line", "other")),
        "waits": own["guest register"],
        "root_raises": own["linux mmio"],
        "root_signals": own["linux signals"],
        "root_waits": max(0, own["linux register"] - own["linux signals"]),
        "root_receives": receives,
    }


# ---- without ----------------------------------------------------------------------

def machine(cpus, mib, disk, socket, is_first):
    """QEMU's command line, with a virtio disk and a network of its own."""
    return [a.replace(SRV, disk) for a in alone(CELLS, cpus, mib)] + [
        "-global", "virtio-mmio.force-legacy=false", "-netdev",
        f"stream,id=net,server={'on' if is_first else 'off'},addr.type=unix,addr.path={socket}",
        "-device", f"virtio-net-device,netdev=net,mac={MAC}{'01' if is_first else '02'}"]


def up(m, address):
    m.expect("root", r"root: \d+ CPUs, Linux", 100)
    m.run(f"stty cols 140; ip addr add {address}/24 dev eth0; ip link set eth0 up")


def bare():
    """What the program says for each of WORKS."""
    with tempfile.TemporaryDirectory(prefix="bench-") as tmp, contextlib.ExitStack() as ends:
        disk, socket = os.path.join(tmp, "disk"), os.path.join(tmp, "net")
        with open(disk, "wb") as f:
            f.write(bytes(DISK_MIB << 20))
        peer = ends.enter_context(shown(Plain(machine(2, 512, SRV, socket, True), 300)))
        up(peer, PEER)
        peer.run(f"rate serve {STREAMS} & true")
        m = ends.enter_context(shown(Plain(machine(1, 192, disk, socket, False), 300)))
        up(m, SELF)
        m.run(f"ping -c 1 {PEER}")
        return [rate(m.run("rate " + words, 120)) for _, _, words in WORKS]


# ---- all --------------------------------------------------------------------------

def measured():
    build(CELLS)
    load = [os.getloadavg()[0]]
    rows = cell()
    for r, b in zip(rows, bare()):
        r["bare_seconds"] = b["seconds"]
        r["ratio"] = round(b["seconds"] / r["seconds"], 3)
    load.append(os.getloadavg()[0])
    for r, by_instructions in zip(rows, cell(ICOUNT)):
        r["instructions"] = round(by_instructions["seconds"] * 1e9 / r["asked"])
    return {"load": load, "rows": rows}


def verdict(n, budget):
    return f"({budget}) {'over' if n > budget else 'ok':4}"


def table(found):
    print("virtio".ljust(37) + "  MiB/s QEMU's ratio  asked requests: exits target  "
          " waits  root: raises waits signals instructions")
    for r in found["rows"]:
        n, mib = max(1, r["requests"]), r["bytes"] / (1 << 20)
        exits = r["exits"] / n
        print(f"  {r['name']:35}{mib / r['seconds']:7.1f} {mib / r['bare_seconds']:6.1f} "
              f"{r['ratio']:5.2f} {r['asked']:6,} {r['requests']:9,} {exits:5.2f} "
              f"{verdict(round(exits, 1), BUDGET)} {r['waits'] / n:7.2f} "
              f"{r['root_raises'] / n:13.2f} {r['root_waits'] / n:5.2f} "
              f"{r['root_signals'] / n:7.2f} {r['instructions']:12,}")
    told = sum(r["notifications"] for r in found["rows"])
    receives = sum(r["root_receives"] for r in found["rows"])
    print(f"  told {told:,} times, the root cell had {receives:,} exits for it "
          f"{verdict(receives, BUDGET_RECEIVING).strip()}\n"
          "  exits, waits (WFI) and what the root cell does are for each request of the device, "
          "instructions (all CPUs') for each\n  of the program, which of a stream is 64 KiB; "
          "QEMU's: the same Linux without hypervisor on QEMU's own devices,\n  streams between "
          "two such machines; this machine's load was " +
          ", then ".join(f"{n:.1f}" for n in found["load"]))
