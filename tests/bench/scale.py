#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""
scale.py [LINES...] - how hvcc --check grows: configurations of 64 cells, each
twice as long as the one before, up to a million lines of regions, lets and
includes. Prints the user time (median of five), the ratio to the one before,
and the peak of memory beside 64 bytes per input byte and 64 MiB.

Exits with 1 where a doubling takes 2.3 times as long or more, or memory is
above that line.
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HVCC = os.environ.get("HVCC", os.path.join(TOP, "out", "hvcc"))
N_CELLS = 64
RUNS = 5
RATIO_MAX = 2.3
LINES = (62500, 125000, 250000, 500000, 1000000)
RAM = 0x40_0000_0000
RAM_SIZE = 0x40_0000_0000
LICENCE = "// SPDX-License-Identifier: BSD-2-Clause\n"
BOARD = """board {
%s	memory 0x%x at 0x%x;
	psci smc;
	gic { distributor 64K at 0x8000000; redistributors 0xf60000 at 0x80a0000;
		maintenance ppi 9; }
	timer { physical ppi 14; virtual ppi 11; hyp ppi 10; }
	lines 256;
	address bits 40;
}
hypervisor { console none; }
"""


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as f:
        f.write(text)


def base_of(cell_i):
    return RAM + cell_i * (RAM_SIZE // N_CELLS)


def lets_of(cell_i, n):
    """Each is made from the one before, but for the first."""
    yield f"let C{cell_i}_0 = 0x{base_of(cell_i) + (64 << 20):x};\n"
    for i in range(1, n):
        yield f"let C{cell_i}_{i} = C{cell_i}_{i - 1} + 0x{4096 * (1 + i % 3):x};\n"


def cell(cell_i, n):
    """One region for what hvcc puts there, and many of one granule."""
    yield f'include "lets{cell_i}.inc";\n'
    yield f"cell c{cell_i} {{\n\tcpus {cell_i};\n"
    yield f"\tmemory ram 16M at 0x{base_of(cell_i):x};\n"
    for i in range(n):
        yield f"\tmemory r{i} 4K at C{cell_i}_{i}{' rx' if i % 5 == 0 else ''};\n"
    yield "}\n"


def make(folder, n_lines):
    """Half of all lines are lets, half regions; returns bytes of text."""
    each = n_lines // N_CELLS // 2 - 2
    cpus = "".join(f"\tcpu {i};\n" for i in range(N_CELLS))
    write(folder, "main.cells", LICENCE + BOARD % (cpus, RAM_SIZE, RAM) + "".join(
        f'include "cell{i}.inc";\n' for i in range(N_CELLS)))
    for i in range(N_CELLS):
        write(folder, f"lets{i}.inc", "".join(lets_of(i, each)))
        write(folder, f"cell{i}.inc", "".join(cell(i, each)))
    return sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))


def lines_in(folder):
    n = 0
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as f:
            n += f.read().count(b"\n")
    return n


def run(folder):
    """User time in seconds and the peak of memory in bytes, of one run."""
    child = subprocess.Popen([HVCC, "--check", "main.cells"], cwd=folder,
                             stderr=subprocess.PIPE)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode or said:
        sys.exit(f"scale: hvcc refuses it ({child.returncode}):\n"
                 f"{said.decode(errors='replace')[:2000]}")
    return usage.ru_utime, usage.ru_maxrss * 1024


def measure(n_lines):
    with tempfile.TemporaryDirectory(prefix="hvcc-scale-") as folder:
        size = make(folder, n_lines)
        runs = [run(folder) for _ in range(RUNS)]
        return {
            "lines": lines_in(folder), "bytes": size,
            "seconds": statistics.median(r[0] for r in runs),
            "peak": max(r[1] for r in runs),
            "peak_max": 64 * size + (64 << 20),
        }


def main():
    wanted = [int(n) for n in sys.argv[1:]] or LINES
    rows, is_good = [], True
    print(f"--check of {N_CELLS} cells: user time, median of {RUNS}; memory"
          " at most 64 B per input byte and 64 MiB")
    for n in wanted:
        row = measure(n)
        ratio = row["seconds"] / rows[-1]["seconds"] if rows else None
        row["ratio"] = ratio
        rows.append(row)
        is_slow = bool(ratio) and ratio >= RATIO_MAX
        is_large = row["peak"] > row["peak_max"]
        is_good &= not is_slow and not is_large
        print(f"{row['lines']:>9,} lines {row['bytes'] / 1e6:7.1f} MB"
              f" {row['seconds']:8.3f} s"
              f" {f'x {ratio:.2f}' if ratio else '':>7}"
              f" {row['peak'] >> 20:6} MiB of {row['peak_max'] >> 20}"
              f"{'  grows too fast' if is_slow else ''}"
              f"{'  takes too much' if is_large else ''}", flush=True)
    os.makedirs(os.path.join(TOP, "out", "bench"), exist_ok=True)
    with open(os.path.join(TOP, "out", "bench", "scale.json"), "w",
              encoding="utf-8") as f:
        json.dump(rows, f, indent=1)
        f.write("\n")
    return 0 if is_good else 1


resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
sys.exit(main())
