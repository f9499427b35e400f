# SPDX-License-Identifier: BSD-2-Clause
"""strays.py - what a cell's memory has of an image that was unpacked over it."""
import os
import struct

import forge
import monitor
from cells import layout, ram
from machine import ROOT, Failed

SAMPLE = 64	# bytes
DIFFERENT = 8	# of those, at least


def _samples(path):
    """(cell, bytes) of each segment: bytes that no segment of another cell has."""
    image = forge.Image(os.path.join(ROOT, path))
    parts = [(struct.unpack_from("<I", image.b, image.row(i) + forge.CELL)[0],
              bytes(image.b[slice(*image.segment(i))])) for i in range(image.n)]
    for cell, body in parts:
        others = [b for c, b in parts if c != cell]
        at = next((at for at in range(0, len(body) - SAMPLE, SAMPLE)
                   if len(set(body[at:at + SAMPLE])) >= DIFFERENT
                   and not any(body[at:at + SAMPLE] in other for other in others)), None)
        if at is None:
            raise Failed(f"nothing tells what cell {cell} boots from the rest")
        yield cell, body[at:at + SAMPLE]


def must_be_none(work, path, cells, names):
    """Each cell has what it boots, and nothing of another's, nor of the runtime."""
    places, samples = layout(cells), list(_samples(path))
    for i, name in enumerate(names):
        memory = monitor.memory(work, *ram(places, name))
        for cell, sample in samples:
            if (sample in memory) != (cell == i):
                raise Failed(f"{name} {'lacks' if cell == i else 'has'} what cell {cell} boots")
