# SPDX-License-Identifier: BSD-2-Clause
"""Armv8-A translation tables with the 4 KiB granule, as DDI 0487 defines them.

Stricter than the hardware: bits that it ignores, and those that these tables
do not need (contiguous, DBM, software's), are zero. Without FEAT_LPA2 and
FEAT_S2FWB; one encoding for each kind of memory.

A word that a switch changes is walked as if it were on, and what lies behind it
carries the switch: what is reached in a state are the leaves whose switches are
all on in it, for every state there is.
"""
from functools import lru_cache
from typing import NamedTuple

from binary import PAGE, claim

OUTPUT = 0x0000fffffffff000		# bits 47:12
PA_BITS = {0: 32, 1: 36, 2: 40, 3: 42, 4: 44, 5: 48}	# ID_AA64MMFR0.PARange
# Both TCRs: inner shareable, write-back write-allocate, 4 KiB granule.
WALKS = 0b11 << 12 | 0b01 << 10 | 0b01 << 8
AF, TABLE, BLOCK = 1 << 10, 3, 1


class Leaf(NamedTuple):
    input: int
    output: int
    size: int
    access: str			# "r", "rw", "rx", "rwx"
    memory: str			# "write-back", "uncached", "device"
    switches: frozenset

    def kind(self):
        return self[3:]


class Regime(NamedTuple):
    input_bits: int
    output_bits: int
    level: int			# of the first table
    leaf: object		# what a descriptor's attributes say

    def shift(self, level):
        return 39 - 9 * level

    def n_tables(self):
        """First tables lie side by side (stage 2 only)."""
        return 1 << max(0, self.input_bits - self.shift(self.level) - 9)


# ---- registers (D19.2: TCR_EL2, VTCR_EL2, MAIR_EL2) -----------------------

def sizes(value, board, what):
    """Bits of input and output: the board's, and the least PS that has them."""
    t0sz, size = value & 0x3f, value >> 16 & 7
    claim(16 <= t0sz <= 33 and 64 - t0sz == board.pa_bits and
          size == min(n for n, bits in PA_BITS.items()
                      if bits >= board.pa_bits), "{}: its sizes", what)
    return 64 - t0sz, PA_BITS[size]


def stage2_regime(board):
    vtcr = board.vtcr_el2
    inputs, outputs = sizes(vtcr, board, "VTCR_EL2")
    claim(vtcr & ~(7 << 16 | 0xff) == 1 << 31 | WALKS,
          "VTCR_EL2 {:#x}", vtcr)
    level = 2 - (vtcr >> 6 & 3)
    regime = Regime(inputs, outputs, level, stage2_leaf)
    # At most 16 first tables side by side, and one entry at least.
    claim(level >= 0 and 0 < inputs - regime.shift(level) <= 13,
          "VTCR_EL2: no such first level for {} bits", inputs)
    return regime


def el2_regime(board):
    tcr = board.tcr_el2
    inputs, outputs = sizes(tcr, board, "TCR_EL2")
    claim(tcr & ~(7 << 16 | 0x3f) == 1 << 31 | 1 << 23 | WALKS,
          "TCR_EL2 {:#x}", tcr)
    claim(board.mair_el2 == 0x4404ff, "MAIR_EL2 {:#x}", board.mair_el2)
    level = next(n for n in (0, 1, 2) if inputs > 39 - 9 * n)
    return Regime(inputs, outputs, level, el2_leaf)


# ---- descriptors (D8.3) ---------------------------------------------------

@lru_cache(None)
def stage2_leaf(d):
    """What a stage 2 block or page allows: (access, memory); d has no address."""
    execute_never = d >> 53 & 3		# XN[1:0]; 01 and 11 need FEAT_XNX
    memory = {0b1111: "write-back", 0b0101: "uncached",
              0b0001: "device"}.get(d >> 2 & 15)
    access = {0b01: "r", 0b11: "rw"}.get(d >> 6 & 3)
    share = {"write-back": 3}.get(memory, 2)
    claim(d & AF, "no access flag in {:#x}", d)
    claim(memory and access and d >> 8 & 3 == share,
          "attributes or access of {:#x}", d)
    claim(execute_never in (0, 2) and
          not d & ~(OUTPUT | 0x7ff | 2 << 53), "reserved bits in {:#x}", d)
    return access + ("" if execute_never else "x"), memory


@lru_cache(None)
def el2_leaf(d):
    memory = {0: "write-back", 1: "device", 2: "uncached"}.get(d >> 2 & 7)
    share = {"write-back": 3}.get(memory, 2)
    claim(d & AF, "no access flag in {:#x}", d)
    claim(memory and d >> 6 & 1 and d >> 8 & 3 == share,
          "attributes or access of {:#x}", d)
    claim(not d & ~(OUTPUT | 0x7df | 1 << 54), "reserved bits in {:#x}", d)
    return ("r" if d >> 7 & 1 else "rw") + ("" if d >> 54 else "x"), memory


# ---- walks ----------------------------------------------------------------

class Tables:
    """The pool, with every switched word on."""

    def __init__(self, image):
        self.pa = image.tables.base + image.head.tables_offset + \
            image.tables.pool_offset
        self.switched = image.switched()
        self.words = list(image.pool)
        for index, w in self.switched.items():
            claim(w.on & 1 and self.words[index] in (0, w.on) and
                  bool(self.words[index]) ==
                  bool(image.switches[w.switch].is_on_at_boot),
                  "word {}: neither on nor off as its switch", index)
            self.words[index] = w.on
        self.user = {}		# number of a table -> who walks it

    def walk(self, who, regime, root):
        """All leaves by rising input; root is the first table's address."""
        out = []
        size = regime.n_tables() * PAGE
        claim(root % size == 0 and not root >> regime.output_bits,
              "{}: the root's alignment", who)
        for i in range(regime.n_tables()):
            self.table(who, regime, root + i * PAGE, regime.level,
                       i << regime.shift(regime.level) + 9, frozenset(), out)
        claim(not out or out[-1].input + out[-1].size <=
              1 << regime.input_bits, "{}: input beyond its size", who)
        return out

    def table(self, who, regime, pa, level, base, switches, out):
        number = (pa - self.pa) // PAGE
        claim(0 <= number < len(self.words) // 512,
              "{}: a table at {:#x}, not in the pool", who, pa)
        claim(number not in self.user, "{}: table {:#x} has another use", who,
              pa)
        self.user[number] = who
        start, shift = number * 512, regime.shift(level)
        for i, d in enumerate(self.words[start:start + 512]):
            if not d:
                continue
            w = self.switched.get(start + i)
            behind = switches | {w.switch} if w else switches
            self.descriptor(who, regime, d, level, base + (i << shift),
                            behind, out)

    def descriptor(self, who, regime, d, level, base, switches, out):
        size = 1 << regime.shift(level)
        if level < 3 and d & 3 == TABLE:
            claim(not d & ~(OUTPUT | 3), "{}: reserved bits in {:#x}", who, d)
            self.table(who, regime, d & OUTPUT, level + 1, base, switches, out)
            return
        claim(d & 3 == (TABLE if level == 3 else BLOCK) and level,
              "{}: off but not zero, or of no kind: {:#x}", who, d)
        output = d & OUTPUT
        claim(output % size == 0 and not output >> regime.output_bits,
              "{}: the output of {:#x}", who, d)
        out.append(Leaf(base, output, size, *regime.leaf(d & ~OUTPUT),
                        switches))

    def check_unused(self):
        """A table that no walk comes to holds nothing."""
        for number in range(len(self.words) // 512):
            claim(number in self.user or
                  not any(self.words[number * 512:number * 512 + 512]),
                  "table {} is of nobody", number)


def runs(leaves, on=None):
    """Maximal runs in the state in which the switches of `on` are on."""
    out = []
    for x in leaves:
        if on is not None and not x.switches <= on:
            continue
        if out and out[-1][0] + out[-1][2] == x.input and \
                out[-1][1] + out[-1][2] == x.output and \
                out[-1][3:] == [x.access, x.memory]:
            out[-1][2] += x.size
        else:
            out.append([x.input, x.output, x.size, x.access, x.memory])
    return [tuple(r) for r in out]
