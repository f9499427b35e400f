# SPDX-License-Identifier: BSD-2-Clause
"""Sets of ranges (start, size), each with what it stands for."""
import bisect

from binary import claim


def overlap(a, b):
    return a[0] < b[0] + b[1] and b[0] < a[0] + a[1]


def contains(a, b):
    return a[0] <= b[0] and b[0] + b[1] <= a[0] + a[1]


def apart(spans):
    spans = sorted(spans)
    return all(a[0] + a[1] <= b[0] for a, b in zip(spans, spans[1:]))


class Spans:
    def __init__(self, spans=()):
        self.list, self.total = [], 0
        for span in spans:
            self.add(span, True)
        self.list.sort(key=lambda s: s[0])

    def add(self, span, value):
        if span[1]:
            self.list.append((span[0], span[0] + span[1], value))
            self.total += span[1]

    def checked(self, why):
        """Sorted, neighbours of one kind joined; refused if any overlap."""
        self.list.sort(key=lambda s: s[0])
        out = []
        for start, end, value in self.list:
            claim(not out or out[-1][1] <= start, why)
            if out and out[-1][1] == start and out[-1][2] == value:
                start = out.pop()[0]
            out.append((start, end, value))
        self.list = out
        return self

    def merged(self):
        """The same bytes in as few ranges as can be, as (start, size)."""
        out = []
        for start, end, _ in sorted(self.list, key=lambda s: s[:2]):
            if out and start <= out[-1][1]:
                out[-1][1] = max(out[-1][1], end)
            else:
                out.append([start, end])
        return [(start, end - start) for start, end in out]

    def find(self, span):
        """What the one range that holds all of span stands for, or None."""
        i = bisect.bisect_right(self.list, span[0], key=lambda s: s[0]) - 1
        if i < 0 or self.list[i][1] < span[0] + span[1]:
            return None
        return self.list[i][2]

    def hold(self, span):
        return any(contains(s, span) for s in self.merged())

    def touch(self, span):
        return any(overlap(s, span) for s in self.merged())
