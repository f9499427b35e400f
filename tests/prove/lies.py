# SPDX-License-Identifier: BSD-2-Clause
"""Descriptions that are not those of an image: the oracle must notice.

A check that can never fail proves nothing. `lie(system, rng)` changes one thing
that the tables must show.
"""
from system import PAGE


def things(system):
    """Functions that each make a copy of the system untrue."""
    for i, cell in enumerate(system.cells):
        for k, r in enumerate(cell.regions):
            if r.size:
                yield from ((lie_region, i, k, name) for name in (
                    "mode", "is_uncached", "size"))
            if r.pa is not None and r.size:
                yield lie_region, i, k, "pa"
            if r.ipa is not None:
                yield lie_region, i, k, "ipa"
        yield lie_cpus, i
        if unused_line(system) is not None:
            yield lie_lines, i
        if cell.interrupts == "direct":
            yield lie_interrupts, i
    for k in range(len(system.channels)):
        for name in "is_one_way", "is_uncached", "size":
            yield lie_channel, k, name
        if not system.channels[k].is_one_way:
            yield lie_ends, k


    for k, v in enumerate(system.virtios):
        yield lie_virtio, k, "fails_on_loss"
        if v.kind != "console":
            yield lie_virtio, k, "n_queues"
        if v.bounce:
            yield lie_virtio, k, "bounce"


def lie_region(system, i, k, name):
    r = system.cells[i].regions[k]
    if name == "mode":
        r.mode = "rx" if r.mode != "rx" else "rw"
    elif name == "is_uncached":
        r.is_uncached = not r.is_uncached
    else:
        setattr(r, name, getattr(r, name) + PAGE)


def lie_cpus(system, i):
    cell = system.cells[i]
    if cell.virtual_id is None:
        cell.virtual_id = 9
    else:
        cell.virtual_id += 1


def unused_line(system):
    used = {n for d in system.board.devices for _, n in d.lines}
    used |= {n for c in system.cells for _, n in c.lines}
    free = system.board.free_lines
    return next((n for n in range(system.board.n_spis) if n not in used and
                 not (free and free[0] <= n <= free[1])), None)


def lie_lines(system, i):
    system.cells[i].lines.append(("spi", unused_line(system)))


def lie_interrupts(system, i):
    system.cells[i].interrupts = "virtual"


def lie_channel(system, k, name):
    c = system.channels[k]
    value = getattr(c, name)
    setattr(c, name, not value if isinstance(value, bool) else value + PAGE)


def lie_virtio(system, k, name):
    v = system.virtios[k]
    if name == "fails_on_loss":
        v.fails_on_loss = not v.fails_on_loss
    else:
        setattr(v, name, getattr(v, name) + (PAGE if name == "bounce" else 1))


def lie_ends(system, k):
    system.channels[k].ends.reverse()


def lie(system, rng):
    function, *args = rng.choice(list(things(system)))
    liar = system.copy()
    function(liar, *args)
    return liar, f"{function.__name__}{tuple(args)}"
