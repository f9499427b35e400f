# SPDX-License-Identifier: BSD-2-Clause
"""Rules that hold by construction (`kept` in hvcc --rules): the text cannot
break them, so here the output does. By rule: (edits, is the text needed to see
it, what must be said). tests/lint wants one for each.
"""
from alone import (DEVICE, RAM, at, be, flip_byte, prop, table, tables_pa,
                   words)


def writes(image):
    """The reader of 'orders' becomes a writer, in every row and table."""
    edits = ["ends[1].flags |= 2", "cells[1].regions[2].flags |= 2"]
    for k in 0, 1:
        word = f"switches[5].words[{k}]"
        edits += [f"pool[{image.get(word + '.index')}] |= 0x80",
                  f"{word}.on |= 0x80"]
    image.edit("; ".join(edits))


def cached(image):
    """One of two cells sees a page of 'results' through its cache."""
    word = "switches[6].words[0]"
    image.edit(f"{word}.on = 0x400000420107ff; "
               f"pool[{image.get(word + '.index')}] = 0x400000420107ff")


def behind_the_pool(image):
    word = table(image, 0x41000000)
    end = tables_pa(image) + image.tables_size
    image.edit(f"pool[{word}] = {end | 3}; " +
               words(image, word, f"on = {end | 3}"))


def no_trap(image):
    image.edit("cells[3].mmio.count = 1; cells[3].mmio[1].base = 0; "
               "cells[3].mmio[1].size = 0; cells[3].mmio[1].handler = 0; "
               "cells[3].mmio[1].arg = 0")


KEPT = {
    "device-no-execute": (at(0x9010000, DEVICE, "LEAF ^= 0x40000000000000"),
                          False, "boss': it reaches .* rwx device"),
    "mem-read": (at(0x41000000, RAM, "LEAF ^= 0x40"), False,
                 "cannot be read"),
    "mem-attributes": (cached, False, "worker': it reaches 0x42010000"
                       "..0x42010fff .* write-back"),
    "doorbell-page": ("cells[0].mmio[4].base = 0x9010000; "
                      "ends[2].doorbell = 0x9010000", False,
                      "the trapped page 0x9010000 is a region's too"),
    "doorbell-line": ("ends[1].line = 34; cells[1].line_words[1] |= 4", False,
                      "'boss' and cell 'worker' both have line 34"),
    "page-tables": (behind_the_pool, False, "is not in the page-table pool"),
    "controller-trapped": (no_trap, False, "it has 1 trapped places"),
    "device-lines": ("cells[0].line_words[1] ^= 4", False,
                     "gives 'clock@9010000' a line 2"),
    "line-trigger": (prop(3, "/right@9020800", "interrupts", be(4, 1), 8),
                     True, "'tux': the devicetree in the image is not the one"
                     " of the model"),
    "tree-cpus": (prop(3, "/cpus/cpu@102", "reg", be(4, 0x101)), False,
                  "'cpu@102', which is not CPU 0"),
    "tree-memory": (prop(3, "/memory@44000000", "reg", be(8, 0x40000000)),
                    False, "has memory 0x40000000"),
    "tree-place": ("cells[3].tree += 8", False, "the cell is given 0x44010008"),
    "initrd-place": (prop(3, "/chosen", "linux,initrd-start",
                          be(8, 0x44050800)), False, "has an initrd where"),
    "channel-one-writer": (writes, True,
                           "channel 'orders', end 1: flags is 0x3, not 0x1"),
    "device-aligned": (at(0x9010000, DEVICE, "LEAF = 0x400000090107ff"),
                       False, "boss': it reaches .* write-back"),
    "page-offset": ("cells[1].regions[0].pa += 8", False,
                    "pa is no range of whole pages"),
    # Code that loses a line, or cannot move, is other code than ours.
    "list-registers": (lambda i: flip_byte(i, 0x3000), False,
                       "the runtime is not the one that was built"),
    "image-loaded": ("boot:24:8", False, "has other flags than 4 KiB pages,"
                     " anywhere"),
    "tree-devices": (prop(3, "/right@9020800", "reg", be(8, 0x9010000)),
                     False, "'right@9020800' with registers that the cell"),
    "tree-controller": (prop(3, "/interrupt-controller@8000000", "reg",
                             be(8, 0x8100000), 16), False,
                        "'interrupt-controller@8000000' with registers"),
    "tree-channels": (prop(1, "/reserved-memory/orders@42020000", "reg",
                           be(8, 0x42010000)), False,
                      "'orders@42020000', which is no channel"),
    "payload-own": ("segments[1].destination = 0x41010000", False,
                    "which is not all RAM of cell 'boss'"),
    "image-identity": ("runtime ^= 1", False,
                       "does not have the hash that the tables have"),
    "image-layout": ("total_size -= 8", False, "total_size is"),
    "image-bytes": (lambda i: flip_byte(i, i.get("segments[1].offset") + 9),
                    True, "is not what is in the image"),
    "image-reach": (at(0x41000000, RAM, "LEAF = 0x400007fd"), False,
                    "worker': it reaches .*RAM of cell 'boss'"),
    "root-rest": ("cells[1].regions[0].pa = 0x40000000", False,
                  "RAM of cell 'boss' and RAM of cell 'worker' both have"),
}
