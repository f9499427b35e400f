# SPDX-License-Identifier: BSD-2-Clause
"""What each cell is told by its devicetree, against what the tables give it.

Isolation does not rest on it: a tree that promises too much makes a guest
fault. Only what stands directly under the root has addresses that are the
cell's own, and the windows of bridges; lines are looked for at any depth.
"""
import struct

from abi import HV
from binary import PAGE, claim
from fdt import read_tree
from rows import FIRST_PPI, FIRST_SPI, bits, name_of
from spans import Spans
from virtio import pools_of

NO_LINES = {"arm,armv8-timer", "arm,gic-v3"}	# their lines are no cell's


def check_trees(image):
    for s in image.segments:
        if s.kind == HV.SEGMENT_TREE:
            check_tree(image, s.cell, read_tree(image.bytes_of(s)))


def check_tree(image, i, tree):
    cell = image.cells[i]
    who = name_of(cell.name).decode()
    node = tree.child("hypervisor")
    claim(node.strings("cell") == [who] and
          node.cells("abi-version") == (HV.ABI_VERSION,),
          "{}: the tree is another cell's", who)
    check_cpus(image, cell, tree, who)
    check_memory(image, i, tree, who)
    check_controller(image, cell, tree, who)
    for node in tree.children:
        check_device(image, i, tree, node, who)
    check_channels(image, i, tree, who)
    check_virtios(image, i, tree, who)


def check_cpus(image, cell, tree, who):
    mine = sorted((image.cpus[k].index, image.cpus[k].virtual_hwid)
                  for k in bits(cell.cpu_mask))
    cpus = tree.child("cpus")
    claim(cpus, "{}: the tree has no CPUs", who)
    there = [int.from_bytes(node.raw("reg"), "big") for node in cpus.children
             if node.raw("device_type") == b"cpu\0"]
    claim(there == [hwid for _, hwid in mine], "{}: CPUs of the tree", who)


def check_memory(image, i, tree, who):
    """Exactly what the cell may read, write, execute and cache; and bounce
    memory of its devices, which is kept for those."""
    cell, pools = image.cells[i], pools_of(image, i)
    ram = HV.READ | HV.WRITE | HV.EXECUTE
    mine = Spans([(r.ipa, r.size) for r in cell.regions
                  if r.kind == HV.REGION_RAM and r.flags == ram] + pools)
    there = [s for node in tree.children
             if node.raw("device_type") == b"memory\0" for s in node.spans()]
    claim(Spans(there).merged() == mine.merged(), "{}: memory of the tree",
          who)
    reserved = tree.child("reserved-memory")
    kept = [s for n in reserved.find("restricted-dma-pool")
            if not {"reusable", "status"} & set(n.properties)
            for s in n.spans()] if reserved else []
    claim(sorted(kept) == sorted(pools), "{}: its devices' memory", who)


def check_controller(image, cell, tree, who):
    found = tree.find("arm,gic-v3")
    claim(len(found) == 1, "{}: the tree's controller", who)
    spans = found[0].spans()
    frames = Spans((image.arch_cpus[k].gicr, image.arch_cpus[k].gicr_size)
                   for k in bits(cell.cpu_mask))
    claim(spans[0] == (image.board.gicd, image.board.gicd_size) and
          Spans(spans[1:]).merged() == frames.merged(),
          "{}: the tree's controller's frames", who)


def check_device(image, i, tree, node, who):
    """Registers of devices that it has or that are emulated, and its lines."""
    kinds = set(node.strings("compatible")) - {""}
    if not kinds:
        return
    cell = image.cells[i]
    reached = Spans([(r.ipa, r.size) for r in cell.regions
                     if r.kind == HV.REGION_DEVICE] +
                    [(m.base, m.size) for m in cell.mmio])
    for span in node.spans() + windows_of(node, who):
        claim(span[1] and reached.hold(span), "{}: the tree has {:#x}", who,
              span[0])
    controller = tree.cells("interrupt-parent")
    if not kinds & NO_LINES:
        for line in lines_of(node, controller, controller, who):
            claim(line in image.lines[i], "{}: the tree has line {}", who,
                  line)


def windows_of(node, who):
    """Where a bridge's addresses are the cell's; nobody else translates any."""
    rows = node.raw("ranges")
    if "ranges" not in node.properties:
        return []
    claim(node.cells("#address-cells") == (3,) and
          node.cells("#size-cells") == (2,) and len(rows) % 28 == 0,
          "{}: windows of the tree", who)
    return list(struct.iter_unpack(">12xQQ", rows))


def lines_of(node, parent, controller, who):
    """Those of the cell's controller, of the node and of all below it."""
    claim("interrupts-extended" not in node.properties,
          "{}: lines of the tree have another name", who)
    parent = node.cells("interrupt-parent") or parent
    cells = node.cells("interrupts") if parent == controller else ()
    found = list(zip(cells[0::3], cells[1::3])) + slots_of(node, controller, who)
    lines = [n + (FIRST_PPI if kind else FIRST_SPI) for kind, n in found]
    if "#interrupt-cells" in node.properties:
        parent = node.cells("phandle")
    for child in node.children:
        lines += lines_of(child, parent, controller, who)
    return lines


def slots_of(node, controller, who):
    """Of a bridge: what stands before the controller names the slot."""
    cells = node.cells("interrupt-map")
    if not cells:
        return []
    slot = sum(node.cells("#address-cells") + node.cells("#interrupt-cells"))
    row = slot + 1 + 3
    claim(len(cells) % row == 0 and cells[slot::row] == controller * (
        len(cells) // row), "{}: the tree's map of lines", who)
    return list(zip(cells[slot + 1::row], cells[slot + 2::row]))


def check_channels(image, i, tree, who):
    """Which end it is and where it rings; names are for people."""
    there = sorted((n.cells("hvcc,self")[0], (n.spans() or [(0, 0)])[0][0])
                   for n in tree.find("hvcc,channel"))
    mine = sorted((sum(x.channel == e.channel for x in image.ends[:k]),
                   e.doorbell)
                  for k, e in enumerate(image.ends) if e.cell == i and
                  not image.channels[e.channel].flags & HV.CHANNEL_BOUNCE)
    claim(there == mine, "{}: channels of the tree", who)


def check_virtios(image, i, tree, who):
    """Each device at its window, with an edge of its line, and its pool."""
    kept = tree.child("reserved-memory")
    nodes = kept.children if kept else []
    pool_at = {tuple(n.spans()): n.raw("phandle") for n in nodes}
    claim(len(pool_at) == len(nodes), "{}: the tree reserves memory twice", who)
    for v in image.virtios:
        if v.front != i:
            continue
        found = [n for n in tree.children if n.spans() == [(v.window, PAGE)]]
        claim(len(found) == 1 and
              found[0].raw("hvcc,name") == name_of(v.name) + b"\0" and
              found[0].cells("interrupts") == (0, v.front_line - FIRST_SPI, 1),
              "{}: the tree's device at {:#x}", who, v.window)
        pool = pool_at.get(((v.views[0].front, v.views[0].size),)) if \
            v.flags & HV.VIRTIO_BOUNCE else None
        claim(found[0].properties.get("memory-region") == pool,
              "{}: the tree's device at {:#x} has another pool", who,
              v.window)
