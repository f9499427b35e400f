# SPDX-License-Identifier: BSD-2-Clause
"""
size.py - bytes of the runtime, and lines of its source; and what they are for.

Bytes are those of the one object that is linked into every image. Lines are
those of the C and assembly sources that the object is made of and of every
header of ours that these include, once each, that are neither blank nor only
comment. What hvcc emits is not counted: it is tables.

GROUPS says for each source why it is there. A header counts where the source of
its name does, the others are COMMON; texts for people are MESSAGES, whoever says
them. A source that no group names is an error: say what it is for.
"""
import fnmatch
import glob
import os
import re
import subprocess

from paths import ROOT, Failed

OBJECT = "out/lib/hvcc/hv_runtime.o"
BUDGET_BYTES = 32 << 10		# of text and rodata
BUDGET_LINES = 6000
# Every .c and .S of its arm64 build, and every header of its own: counted at
# e57d1eff. What is elsewhere given as 9,639 is with headers, therefore.
PEER = "Jailhouse for arm64 by the same rule: 7,461, with headers 9,650"
# The first that fits counts.
GROUPS = [
    ("vectors and traps", "a cell's exceptions come here; what it may not do is answered",
     "arch/aarch64/vectors arch/aarch64/trap arch/aarch64/inject arch/aarch64/wait"),
    ("stage 2 faults and devices", "an access that was trapped finds who answers it",
     "arch/aarch64/abort arch/aarch64/walk arch/aarch64/device core/mmio"),
    ("system registers", "a cell sees its own CPU's features, and the reset state",
     "arch/aarch64/reg arch/aarch64/id arch/aarch64/el2 arch/aarch64/kept"),
    ("late launch", "a running kernel becomes a cell, and gets its machine back",
     "arch/aarch64/late* arch/aarch64/gic_late core/late"),
    ("distributor filter", "a cell reads and writes only its own lines",
     "arch/aarch64/vgic*"),
    ("list registers", "lines where the runtime keeps interrupts for itself",
     "arch/aarch64/gic_lr arch/aarch64/gic_irq arch/aarch64/gic_ask"),
    ("direct delivery", "lines that reach their cell without an exit",
     "arch/aarch64/gic_direct"),
    ("physical controller", "it is as the tables say, and every line is somebody's",
     "arch/aarch64/gic*"),
    ("PSCI and calls", "a cell turns its own CPUs on and off, and itself",
     "arch/aarch64/call core/cell arch/aarch64/firmware"),
    ("boot", "the machine is checked, and all CPUs come up",
     "arch/aarch64/head arch/aarch64/boot arch/aarch64/machine core/start"),
    ("moving", "the image may lie anywhere, its parts go to their places",
     "core/move core/place"),
    ("copying and caches", "bytes move, and caches are maintained by address",
     "arch/aarch64/mem arch/aarch64/arch"),
    ("payload hashing", "what was loaded is what the text names",
     "core/sha256"),
    ("memory cleaning", "memory is clean whenever it changes hands",
     "core/memory core/shared core/switch"),
    ("lifecycle", "a cell starts, ends, restarts; the others do not notice",
     "core/life core/end"),
    ("management calls", "the root cell starts, stops, loads and looks at cells",
     "core/manage* core/event"),
    ("channels", "a doorbell rings a line of the other end", "dev/doorbell"),
    ("virtio devices", "registers that one cell drives and another one serves", "dev/virtio"),
    ("locks and rows", "what is inline where that is fast", "core/inline"),
    ("console", "each cell has a UART, and one real one shows them all",
     "dev/console* dev/vpl011 dev/uart_* core/ring core/text"),
]
MESSAGES = ("messages", "what it says to people: refusals, ends of cells, and why")
COMMON = ("shared headers", "tables, state and registers, as all of them see them")
JOINTS = ("alignment", "where objects meet")
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


def group_of(name):
    """Of a source in runtime/, without its ending, or None."""
    return next((g[0] for g in GROUPS
                 if any(fnmatch.fnmatch(name, p) for p in g[2].split())), None)


def object_bytes(path):
    """Text and rodata of an object, and those of it that are texts."""
    out = subprocess.run([os.environ.get("SIZE", "aarch64-linux-gnu-size"), "-A", path],
                         cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rows = [(name, int(size)) for name, size in
            re.findall(r"^\.((?:text|rodata)\S*)\s+(\d+)", out, re.M)]
    texts = sum(size for name, size in rows if ".str" in name)
    return sum(size for _, size in rows) - texts, texts


def stem(path):
    return os.path.splitext(path.removeprefix("runtime/"))[0]


def groups():
    """One row a group: what it is, why, bytes and lines. Every source is in one."""
    rows = {g[0]: {"group": g[0], "why": g[1], "bytes": 0, "lines": 0}
            for g in [*GROUPS, MESSAGES, COMMON, JOINTS]}
    for path in sources():
        group, is_header = group_of(stem(path)), path.endswith(".h")
        if group is None and not is_header:
            raise Failed(f"{path} is in no group of tests/bench/size.py: what is it for?")
        if is_header and not glob.glob(os.path.join(ROOT, "runtime", stem(path) + ".[cS]")):
            group = COMMON[0]
        rows[group]["lines"] += lines_of(path)
        if not is_header and not path.endswith("/offsets.c"):
            code, texts = object_bytes(path.replace("runtime", "out/runtime", 1) + ".o")
            rows[group]["bytes"] += code
            rows[MESSAGES[0]]["bytes"] += texts
    total = sections()
    rows[JOINTS[0]]["bytes"] = total["text"] + total["rodata"] - sum(
        r["bytes"] for r in rows.values())
    return list(rows.values())


def measured():
    found = {"bytes": sections(), "lines": {"c": 0, "assembly": 0, "headers": 0},
             "groups": groups()}
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
    alone = lines["c"] + lines["assembly"]
    print(f"  C and assembly without headers: {alone:,} lines ({BUDGET_LINES:,}) "
          f"{'over' if alone > BUDGET_LINES else 'ok'}; {PEER}")
    for r in sorted(found["groups"], key=lambda r: -r["bytes"]):
        print(f"    {r['group']:28}{r['bytes']:6,} bytes {r['lines']:5,} lines  {r['why']}")
