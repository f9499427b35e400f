# SPDX-License-Identifier: BSD-2-Clause
"""Violations of what virtio devices must be, for wrong.py's list.

Each gives a system that was right one or two devices with one thing wrong.
"""
from system import GIB, KIB, MIB, Virtio
from wrong import NotHere, violation

BODIES = {"block": 'file "/srv/{}";', "net": 'tap "{}";', "console": "pty;"}


def room(b):
    """How much memory to bounce in the system surely has."""
    return b.choose((512 * KIB, MIB))


def give(b, front=None, back=None, view=None, body=None, kind=None):
    """One more device, in all that is not said a right one."""
    root = b.system.root()
    if not root:
        raise NotHere
    front = front or b.a_cell(is_root=False)
    if not front.is_root:
        if "start manual;" not in front.other:
            front.other.append("start manual;")
        if front.managed and "start" not in front.managed:
            front.managed += ("start",)
    kind = kind or b.choose(BODIES)
    name = f"wrong{len(b.system.virtios)}"
    v = Virtio(kind, name, front.name, (back or root).name,
               body or BODIES[kind].format(name),
               f"bounce {room(b):#x};" if view is None else view)
    b.system.virtios.append(v)
    return v, front


@violation("virtio: the cells")
def backend_in_another_cell(b):
    give(b, back=b.a_cell(is_root=False))
    return "virtio-back"


@violation("virtio: the cells")
def device_of_the_root(b):
    give(b, front=b.system.root())
    return "virtio-front"


@violation("virtio: the cells")
def cell_starts_first(b):
    front = b.choose(c for c in b.system.cells if c.boot and not c.is_root)
    give(b, front)
    front.other.remove("start manual;")
    return "virtio-start"


@violation("virtio: the cells")
def nobody_starts_it(b):
    _, front = give(b)
    front.managed = b.choose((("stop",), ("stop", "console")))
    return "virtio-managed"


@violation("virtio: what is seen")
def nothing_said(b):
    give(b, view="")
    return "virtio-view"


@violation("virtio: what is seen")
def both_said(b):
    give(b, view='bounce 1M; share ram because "prove says so";')
    return "virtio-view"


@violation("virtio: what is seen")
def no_reason(b):
    give(b, view=b.choose(("share ram;", 'share ram because " ";')))
    return "reason-missing"


@violation("virtio: what is seen")
def too_little(b):
    give(b, view=f"bounce {b.choose((4, 60)) * KIB:#x};")
    return "virtio-bounce"


@violation("virtio: what is seen")
def crooked(b):
    give(b, view=f"bounce {MIB + b.choose((1, 0x800)):#x};")
    return "channel-alignment"


@violation("virtio: what is seen")
def too_much(b):
    give(b, view=f"bounce {64 * GIB:#x};")
    # Where no lines are left either, that is told before.
    return "place-full", "lines-exhausted"


@violation("virtio: backends")
def twice(b):
    kind = b.choose(("block", "net"))
    body = BODIES[kind].format("twice")
    give(b, kind=kind, body=body)
    give(b, kind=kind, body=body)
    return "virtio-backend-twice"


@violation("virtio: backends")
def spelled_otherwise(b):
    path = b.choose(("/srv//a", "/srv/./a", "/srv/../a", "/srv/a/", "//a",
                     "srv/a", "/", "/.", "/srv/a\\n"))
    give(b, kind=b.choose(("block", "console")), body=f'file "{path}";')
    return "virtio-path"


@violation("virtio: backends")
def one_address(b):
    for i in range(2):
        give(b, kind="net", body=f'tap "t{i}"; mac 52:54:00:00:00:10;')
    return "virtio-mac-twice"


@violation("virtio: backends")
def of_another_kind(b):
    kind = b.choose(BODIES)
    other = b.choose({"block": ("pty;", 'tap "t";', "mac 52:54:00:00:00:10;"),
                      "net": ("pty;", 'file "/a";', "readonly;"),
                      "console": ("queues 1;", 'tap "t";')}[kind])
    give(b, kind=kind, body=BODIES[kind].format("a") + other)
    return "type-mismatch"


@violation("virtio: policies")
def isolated(b):
    _, front = give(b)
    b.system.policy = "policy {{ isolate {}; }}".format(
        b.choose((front.name, b.system.root().name)))
    return "policy-isolate"


@violation("virtio: policies")
def denied(b):
    _, front = give(b)
    ways = [front.name, b.system.root().name]
    b.rng.shuffle(ways)
    b.system.policy = "policy {{ deny {} -> {}; }}".format(*ways)
    return "policy-deny"


@violation("virtio: policies")
def confidential_with_shared_ram(b):
    """Allowed over one device, and over the other it cannot be."""
    v, front = give(b)
    give(b, front, view='share ram because "prove says so";')
    root = b.system.root().name
    b.system.policy = (f"policy {{ confidential {front.name};"
                       f" allow {front.name} -> {root} via {v.name}; }}")
    return "policy-confidential"


@violation("virtio: policies")
def written_by_the_root(b):
    _, front = give(b, view='share ram because "prove says so";')
    region = b.choose(r for r in front.regions if r.size)
    b.system.policy = f"policy {{ only {front.name} writes {region.name}; }}"
    return "policy-only"
