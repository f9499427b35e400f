# SPDX-License-Identifier: BSD-2-Clause
"""One descriptor or one field of a row of a good image, changed.

Hashes and identity are made right again, so that what is refused is refused
for what it means. `mutate(good, rng)` gives (bytes, what was changed).
"""
from abi import ABI, HV
from binary import CELL_LISTS, LISTS, Image
from system import BLOCK, PAGE
from image import Image as Sealable	# of tests/tamper

ADDRESS = 0x0000fffffffff000
WORDS = {"line_word": 4, "slot": 2}	# lists of plain numbers
SEALED = {"identity", "sha256"}		# sealing makes them right again


def offsets():
    """The ABI's sizes and offsets, by the names that tests/tamper uses."""
    out = {}
    for name, layout in ABI.layout.items():
        out[name] = layout.size
        for f in layout.fields:
            for spelt in (f.name, f.name.removesuffix("_offset")):
                out[f"{name}.{spelt}"] = f.at
    return out


OFFSETS = offsets()


class Good:
    """A good image, and where everything that can be changed lies."""

    def __init__(self, data):
        self.data, self.image = data, Image(data)
        self.tables = self.image.head.tables_offset
        self.rows = {}			# struct -> file offsets of its rows
        self.find_rows()
        t = self.image.tables
        self.pool = self.tables + t.pool_offset
        self.words = [i for i, d in enumerate(self.image.pool) if d]
        self.switched = {w.index: (i, k) for i, s in
                         enumerate(self.image.switches)
                         for k, w in enumerate(s.words)}
        self.targets = self.find_targets()

    def find_rows(self):
        t, rows = self.image.tables, self.rows
        rows["hv_head"] = [self.tables]
        rows["hv_image_head"] = [0]
        start = ABI.layout["hv_image_head"].at["segments"]
        rows["hv_segment"] = [start + 64 * i
                              for i in range(len(self.image.segments))]
        for name, kind in LISTS.items():
            self.add(kind, getattr(t, name + "_offset"),
                     getattr(t, name + "_count"))
        for c in self.image.cells:
            for name, kind in CELL_LISTS.items():
                self.add(kind, getattr(c, name + "_offset"),
                         getattr(c, name + "_count"))
            self.add("line_word", c.line_words_offset, c.line_words_count, 4)
            self.add("slot", c.mmio_slots_offset, c.mmio_slots_count, 2)
        for s in self.image.switches:
            self.add("hv_switch_word", s.words_offset, s.words_count)

    def add(self, kind, offset, count, size=None):
        size = size or ABI.layout[kind].size
        self.rows.setdefault(kind, []).extend(
            self.tables + offset + size * i for i in range(count))

    def find_targets(self):
        """Addresses that no descriptor should suddenly have."""
        i = self.image
        out = [i.tables.base, i.tables.base + i.head.tables_offset,
               i.board.gicd, i.arch_cpus[0].gicr, i.tables.uart_base & -PAGE]
        return out + [r.pa for c in i.cells for r in c.regions]

    def word_at(self, index):
        return self.pool + 8 * index

    def on_at(self, index):
        """Where a switch has that word's descriptor."""
        i, k = self.switched[index]
        return self.tables + self.image.switches[i].words_offset + 16 * k + 8


class Change:
    def __init__(self, good, rng):
        self.good, self.rng = good, rng
        self.image = Sealable(good.data, OFFSETS)

    def put(self, at, size, value):
        self.image.write(at, size, value)

    # ---- descriptors -----------------------------------------------------

    def descriptor(self):
        rng, good = self.rng, self.good
        index = rng.choice(good.words + list(good.switched))
        if rng.randrange(10) == 0:
            index = rng.randrange(len(good.image.pool))
        is_switched = index in good.switched
        old = self.image.read(good.on_at(index) if is_switched
                              else good.word_at(index), 8)
        new, how = self.other_descriptor(old)
        both = is_switched and rng.randrange(4) > 0
        if both:
            self.put(good.on_at(index), 8, new)
        if not is_switched or not both or \
                self.image.read(good.word_at(index), 8):
            self.put(good.word_at(index), 8, new)
        return "descriptor: " + how + (" and its switch" if both else "")

    def other_descriptor(self, old):
        rng, good = self.rng, self.good
        kind = rng.randrange(8)
        if kind < 4:
            bit = rng.choice((*range(12), 51, 52, 53, 54, 55,
                              *range(12, 64)))
            return old ^ 1 << bit, f"bit {bit}"
        if kind == 4:
            step = rng.choice((PAGE, BLOCK, 1 << 30))
            return (old + rng.choice((-step, step))) % (1 << 64), \
                "address, a step further"
        if kind == 5:
            return old & ~ADDRESS | rng.choice(good.targets), \
                "address of something else"
        if kind == 6:
            other = rng.choice(good.words)
            return good.image.pool[other], "another's"
        return (0 if old else 0x40000000007fd), "gone, or out of nothing"

    # ---- rows ------------------------------------------------------------

    def row(self):
        rng, good = self.rng, self.good
        kind = rng.choice([k for k in good.rows if good.rows[k]])
        start = rng.choice(good.rows[kind])
        if kind in WORDS:
            return self.number(kind, start, WORDS[kind], [])
        field = rng.choice([f for f in ABI.layout[kind].fields
                            if f.name not in SEALED])
        name, at = f"{kind}.{field.name}", start + field.at
        if field.code not in "IQ":
            at += rng.randrange(min(field.size, 32))
            self.put(at, 1, self.image.read(at, 1) ^ 1 << rng.randrange(8))
            return name
        return self.number(name, at, field.size,
                           [r + field.at for r in good.rows[kind]])

    def number(self, name, at, size, others):
        """One of the numbers that a mistake, or an attacker, would put."""
        rng, old = self.rng, self.image.read(at, size)
        choices = [old + 1, old - 1, old ^ 1 << rng.randrange(8 * size),
                   old ^ 1 << rng.randrange(6), old + PAGE, old - PAGE,
                   old + BLOCK, 0, (1 << 8 * size) - 1, HV.NONE,
                   rng.randrange(1 << 8 * size), rng.randrange(8)]
        choices += [self.image.read(a, size) for a in others]
        self.put(at, size, rng.choice(choices))
        return name


def seal(image):
    """Too broken to be sealed is refused as it is."""
    if image.read(OFFSETS["hv_image_head.n_segments"], 4) > HV.MAX_SEGMENTS:
        raise ValueError
    image.seal()


def mutate(good, rng):
    """Until something did change."""
    while True:
        change = Change(good, rng)
        what = change.descriptor() if rng.randrange(2) else change.row()
        if change.image.data == good.data:
            continue
        try:
            seal(change.image)
        except (IndexError, ValueError):
            what += ", not sealed"
        if change.image.data != good.data:
            return bytes(change.image.data), what
