# SPDX-License-Identifier: BSD-2-Clause
"""What a tree says below its devices, or in a device's own words: lines of chips
and of a bridge's slots, and a bridge's windows.

Rows are as in alone.py, of below.cells and its one cell.
"""
from alone import be, both, extended, gone, prop, shrink

KEY, CHIP, BRIDGE = "/bank@9000000/key", "/i2c@9001000/chip@8", "/pcie@10000000"
CONTROLLER = be(4, 1)
OTHER_LINES = "'pcie@10000000' an interrupt-map of other lines than the cell's"
NO_WINDOW = "'pcie@10000000' with windows that the cell does not reach"

BELOW = [
    ("a chip's line, of its device's controller", gone(0, CHIP, "interrupt-parent"),
     "gives 'chip@8' a line 900 that the cell does not have"),
    ("a chip's line, of the cell's controller",
     prop(0, CHIP, "interrupt-parent", CONTROLLER), "gives 'chip@8' a line 900"),
    ("a line below a bank, of the cell's controller",
     prop(0, KEY, "interrupt-parent", CONTROLLER), "gives 'key' a line 901"),
    ("a chip's lines said in another way", extended(0, CHIP),
     "gives 'chip@8' interrupts-extended"),
    ("a bridge's line that the cell has not",
     prop(0, BRIDGE, "interrupt-map", be(4, 99), 24),
     "gives 'pcie@10000000' a line 99 that the cell does not have"),
    ("a bridge's last line", prop(0, BRIDGE, "interrupt-map", be(4, 98), 56),
     "gives 'pcie@10000000' a line 98 that the cell does not have"),
    ("a bridge's line of another controller",
     prop(0, BRIDGE, "interrupt-map", be(4, 2), 16),
     OTHER_LINES),
    ("half of a bridge's line", shrink(0, BRIDGE, "interrupt-map", 60),
     OTHER_LINES),
    ("a bridge's lines of longer numbers",
     prop(0, BRIDGE, "#interrupt-cells", be(4, 2)),
     OTHER_LINES),
    ("a bridge's lines of endless numbers",
     prop(0, BRIDGE, "#interrupt-cells", be(4, 0x101)),
     OTHER_LINES),
    ("a bridge's lines of endless addresses",
     both(prop(0, BRIDGE, "#address-cells", be(4, 5)),
          prop(0, BRIDGE, "#interrupt-cells", be(4, 10))),
     OTHER_LINES),
    ("a bridge's window elsewhere", prop(0, BRIDGE, "ranges", be(8, 0x13000000), 40),
     NO_WINDOW),
    ("a bridge's window that is longer",
     prop(0, BRIDGE, "ranges", be(8, 0x1001000), 48),
     NO_WINDOW),
    ("a bridge's window on RAM", prop(0, BRIDGE, "ranges", be(8, 0x40000000), 12),
     NO_WINDOW),
    ("a bridge's window of nothing", prop(0, BRIDGE, "ranges", be(8, 0), 20),
     NO_WINDOW),
    ("half a window", shrink(0, BRIDGE, "ranges", 48),
     NO_WINDOW),
    ("windows in other addresses", prop(0, BRIDGE, "#address-cells", be(4, 2)),
     NO_WINDOW),
    ("windows of other sizes", prop(0, BRIDGE, "#size-cells", be(4, 1)),
     NO_WINDOW),
]

# What stands below a controller and names none is that one's.
HARMLESS = [
    ("a line below a bank", gone(0, KEY, "interrupt-parent")),
    ("a bridge without lines", gone(0, BRIDGE, "interrupt-map")),
    ("a bridge without windows", gone(0, BRIDGE, "ranges")),
]
