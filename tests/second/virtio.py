# SPDX-License-Identifier: BSD-2-Clause
"""Virtio devices: whose they are, and what their backends reach of others.

The cell in front has the first page of registers at the window, to read only. The
cell behind has both pages, the first to read only; and of the cell in front the
one channel that is the device's `bounce` memory, or, at
other addresses, each region of its RAM with no more than its own access.
"""
from abi import HV
from binary import PAGE, claim
from rows import FIRST_SPI, name_of

FLAGS = HV.VIRTIO_READONLY | HV.VIRTIO_BOUNCE | HV.VIRTIO_LOSS_FAIL
QUEUES = {HV.VIRTIO_BLOCK: range(1, HV.VIRTIO_MAX_QUEUES + 1),
          HV.VIRTIO_NET: range(2, HV.VIRTIO_MAX_QUEUES + 1),
          HV.VIRTIO_CONSOLE: range(2, 3)}
RW = HV.READ | HV.WRITE


def check_virtios(image):
    devices, n = image.virtios, len(image.cells)
    claim(len({name_of(v.name) for v in devices}) == len(devices),
          "two devices of one name")
    for i, v in enumerate(devices):
        claim(v.kind in QUEUES and v.n_queues in QUEUES[v.kind] and
              not v.zero, "virtio {}: its kind or queues", i)
        claim(not v.flags & ~FLAGS and (
            v.kind == HV.VIRTIO_BLOCK or not v.flags & HV.VIRTIO_READONLY),
            "virtio {}: flags", i)
        claim(v.front < n and v.back == image.tables.root_cell < n and
              v.front != v.back, "virtio {}: its cells", i)
        claim(all(FIRST_SPI <= line < image.board.n_lines for line in
                  (v.front_line, v.back_line)), "virtio {}: its lines", i)
        claim(v.registers % PAGE == 0, "virtio {}: its registers", i)
        claim(all(not w.zero for w in v.views), "virtio {}: views", i)
    check_bounce(image)


def bounce_of(image, v):
    """The channel and both its ends, the front's first; or None."""
    for i, c in enumerate(image.channels):
        ends = {e.cell: e for e in image.ends if e.channel == i}
        if c.name == v.name and set(ends) == {v.front, v.back}:
            return c, ends[v.front], ends[v.back]
    return None


def check_bounce(image):
    left = {c.name for c in image.channels if c.flags & HV.CHANNEL_BOUNCE}
    for i, v in enumerate(image.virtios):
        if not v.flags & HV.VIRTIO_BOUNCE:
            continue
        found = bounce_of(image, v)
        claim(found and v.name in left, "virtio {}: no bounce memory", i)
        c, front, back = found
        claim(c.flags == HV.CHANNEL_BOUNCE and front.flags == back.flags == RW,
              "virtio {}: its bounce memory", i)
        claim([(w.front, w.back, w.size, w.flags) for w in v.views] ==
              [(front.memory, back.memory, c.size, RW)],
              "virtio {}: it is seen elsewhere", i)
        left.remove(v.name)
    claim(not left, "bounce memory of no device")


def registers_of(v):
    return (v.registers, 2 * PAGE)


def shared_rows(image, front):
    return sorted((r.ipa, r.size, r.pa,
                   r.flags & (RW | HV.UNCACHED)) for r in
                  image.cells[front].regions if r.kind == HV.REGION_RAM)


def check_views(image):
    """Of every cell, all: no device has any in a cell that it does not name."""
    for i, cell in enumerate(image.cells):
        there = sorted((r.arg, r.pa, r.ipa, r.size, r.flags)
                       for r in cell.regions if r.kind == HV.REGION_VIEW)
        want = []
        served = set()
        for k, v in enumerate(image.virtios):
            if v.front == i:
                want.append((k, v.registers, v.window, PAGE, HV.READ))
            if v.back != i:
                continue
            for half, flags in enumerate((HV.READ, RW)):
                want.append((k, v.registers + half * PAGE,
                             v.back_registers + half * PAGE, PAGE, flags))
            if v.flags & HV.VIRTIO_BOUNCE:
                continue
            want += check_shared(image, k, v, v.front not in served)
            served.add(v.front)
        claim(there == sorted(want), "cell {}: views of something else", i)


def check_shared(image, k, v, is_first):
    """All RAM of the front in turn; the first such device has the rows."""
    ram = shared_rows(image, v.front)
    claim([(w.front, w.size, w.flags) for w in v.views] ==
          [(ipa, size, flags & RW) for ipa, size, _, flags in ram],
          "virtio {}: not the RAM of cell {}", k, v.front)
    rows = {r.ipa: r.pa for r in image.cells[v.back].regions
            if r.kind == HV.REGION_VIEW}
    claim(all(rows.get(w.back) == pa for w, (_, _, pa, _) in
              zip(v.views, ram)), "virtio {}: its views show other RAM", k)
    return [(k, pa, w.back, size, flags) for w, (_, size, pa, flags) in
            zip(v.views, ram) if is_first]


def pools_of(image, i):
    """Bounce memory that a cell has in front, as its own addresses."""
    return [(w.front, w.size) for v in image.virtios
            if v.front == i and v.flags & HV.VIRTIO_BOUNCE for w in v.views]
