# SPDX-License-Identifier: BSD-2-Clause
"""
memory.py - what the kernel of a Linux has in use, and whether it has more of it
than before.

Booted with slub_debug=FZPU it counts each object of each cache, so one that is
lost each time shows as so many more of them. Beside them are the areas of vmalloc
that are in use, and the pages that are nobody's by /proc/meminfo. Not counted is
what a kernel keeps for a while whatever is done: free areas of vmalloc and caches
of files, which are dropped first.
"""
import re

SETTLE = "sync; echo 3 > /proc/sys/vm/drop_caches; sleep 1; echo 1 > /proc/sys/vm/stat_refresh"
KNOWN = ("MemFree", "Slab", "KernelStack", "PageTables", "Cached", "Buffers", "AnonPages",
         "VmallocUsed", "Percpu")
LAZY = ("vmap_area",)	# of areas that are free, and forgotten a hundred MiB later
NOISE = 12		# objects that a shell and its files have more, or less
NOISE_AREAS = 8		# stacks that are kept for the next process
NOISE_KIB = 2048	# pages on their way
TRIES = 20


class Memory:
    """run: gives the lines that a command in that Linux prints."""

    def __init__(self, run):
        self.objects = self._settled(run)
        info = {name: int(kib) for name, kib in
                (re.match(r"(\S+): +(\d+)", line).groups() for line in run("cat /proc/meminfo")
                 if re.match(r"\S+: +\d", line))}
        by_cpu = [int(line.split()[-1]) for line in run("grep '  count:' /proc/zoneinfo")]
        self.free = info["MemFree"]
        self.other = info["MemTotal"] - sum(info[k] for k in KNOWN) - 4 * sum(by_cpu)
        self.areas = int(run("grep -vc unpurged /proc/vmallocinfo")[0])

    @staticmethod
    def _objects(run):
        """cache -> (objects, size of each). Little is printed: a cell's console keeps
        no more than 15 KiB for a CPU that has no time to send it."""
        rows = [line.split() for line in
                run("awk 'NR > 2 && $2 { print $1, $2, $4 }' /proc/slabinfo")]
        return {name: (int(active), int(size)) for name, active, size in rows
                if name not in LAZY}

    def _settled(self, run):
        """What is dropped lets go of more, and that after a while."""
        last = None
        for _ in range(TRIES):
            run(SETTLE)
            now = self._objects(run)
            n = sum(count for count, _ in now.values())
            if last is not None and abs(n - last) < NOISE:
                break
            last = n
        return now

    def since(self, before):
        """(objects by cache, areas, KiB of other pages) more than before."""
        more = {name: self._more(before, name) for name in self.objects | before.objects}
        return ({name: n for name, n in more.items() if n},
                self.areas - before.areas, self.other - before.other)

    def slab_kib(self, before):
        """KiB of objects more than before."""
        return sum(self._more(before, name) * size for name, (_, size)
                   in (self.objects | before.objects).items()) // 1024

    def _more(self, before, name):
        return self.objects.get(name, (0, 0))[0] - before.objects.get(name, (0, 0))[0]


def grown(more, times, unlike=None):
    """What has grown with `times` of something, as words; `unlike` is what the same
    number of something else cost, which is not held against it."""
    objects, areas, other = more
    not_counted = unlike or ({}, 0, 0)
    limit = max(NOISE, times // 4)
    words = [f"{n} of {name}" for name, n in objects.items()
             if n - max(0, not_counted[0].get(name, 0)) > limit]
    if areas - max(0, not_counted[1]) > max(NOISE_AREAS, times // 4):
        words.append(f"{areas} areas of vmalloc")
    if other - max(0, not_counted[2]) > NOISE_KIB + times:
        words.append(f"{other} KiB")
    return words
