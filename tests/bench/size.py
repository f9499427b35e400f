# SPDX-License-Identifier: BSD-2-Clause
"""
size.py - bytes of the runtime, and lines of its source.

Bytes are those of the one object that is linked into every image. Lines are
those of the C and assembly sources that the object is made of and of every
header of ours that these include, once each, that are neither blank nor only
comment. What hvcc emits is not counted: it is tables.
"""
import glob
import os
import re
import subprocess

from paths import ROOT

OBJECT = "out/lib/hvcc/hv_runtime.o"
BUDGET_BYTES = 32 << 10		# of text and rodata
BUDGET_LINES = 6000
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.S)


def sections():
    out = subprocess.run([os.environ.get("SIZE", "aarch64-linux-gnu-size"), "-A", OBJECT],
                         cwd=ROOT, capture_output=True, text=True, check=True).stdout
    found = dict.fromkeys(("text", "rodata", "data", "bss"), 0)
    for name, size in re.findall(r"^\.(\S+)\s+(\d+)", out, re.M):
        kind = name.split(".")[0]
        if kind in found:
            found[kind] += int(size)
    return found


def sources():
    """What the runtime's objects were made of, by make's own dependency files."""
    found = set()
    for folder in ("core", "dev", "arch/aarch64"):
        for path in glob.glob(os.path.join(ROOT, "out", "runtime", folder, "*.d")):
            with open(path, encoding="utf-8") as f:
                first = f.read().replace("\\\n", " ").split("\n", 1)[0]
            found |= {p for p in first.split(":", 1)[1].split() if p.startswith("runtime/")}
    return sorted(p for p in found if os.path.exists(os.path.join(ROOT, p)))


def lines_of(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        text = f.read()
    # A comment's own ends of lines stay, so that code on both sides counts once each.
    text = COMMENT.sub(lambda m: m[0] if m[0][0] == '"' else "\n" * m[0].count("\n"), text)
    return sum(1 for line in text.split("\n") if line.strip())


def measured():
    found = {"bytes": sections(), "lines": {"c": 0, "assembly": 0, "headers": 0}}
    for path in sources():
        kind = {".c": "c", ".S": "assembly"}.get(os.path.splitext(path)[1], "headers")
        found["lines"][kind] += lines_of(path)
    return found


def table(found):
    size, lines = found["bytes"], found["lines"]
    both, total = size["text"] + size["rodata"], sum(lines.values())
    print("runtime: " + ", ".join(f"{kind} {n:,}" for kind, n in size.items()) +
          f" bytes; text and rodata {both:,} ({BUDGET_BYTES:,}) "
          f"{'over' if both > BUDGET_BYTES else 'ok'}")
    print(f"  source: {total:,} lines ({BUDGET_LINES:,}) "
          f"{'over' if total > BUDGET_LINES else 'ok'}: C {lines['c']:,}, assembly "
          f"{lines['assembly']:,}, headers {lines['headers']:,}; without blank lines and "
          "comments, each header once")
