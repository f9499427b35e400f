# SPDX-License-Identifier: BSD-2-Clause
"""hvisor.loader, the root cell's program, knows the image that it was written for.

Its section .hv_tables is read with pyelftools and compared with the image's own
rows; what only the text says, paths and addresses on the wire, is handed back.
"""
from elftools.elf.elffile import ELFFile

from abi import ABI, HV
from binary import claim

BACKENDS = {HV.VIRTIO_BLOCK: {HV.BACKEND_FILE},
            HV.VIRTIO_NET: {HV.BACKEND_TAP},
            HV.VIRTIO_CONSOLE: {HV.BACKEND_FILE, HV.BACKEND_PTY,
                                HV.BACKEND_TERMINAL}}
HAS_PATH = {HV.BACKEND_FILE, HV.BACKEND_TAP}


def rows(data, head, name, kind):
    layout = ABI.layout[kind]
    offset = getattr(head, name + "_offset")
    count = getattr(head, name + "_count")
    claim(offset + count * layout.size <= len(data), "loader: its {}", name)
    return [layout.row(data, offset + i * layout.size) for i in range(count)]


def check_loader(image, stream):
    section = ELFFile(stream).get_section_by_name(".hv_tables")
    claim(section is not None, "loader: no section")
    data = section.data()
    head = ABI.layout["hv_loader"].row(data, 0)
    claim(head.magic == HV.LOADER_MAGIC and head.size == len(data) and
          head.abi_version == HV.ABI_VERSION, "loader: its head")
    claim((head.identity, head.runtime, head.root_cell) ==
          (image.tables.identity, image.tables.runtime,
           image.tables.root_cell), "loader: another image's")
    claim([(c.name, c.flags, c.managed, c.n_cpus, c.console, c.entry)
           for c in rows(data, head, "cells", "hv_loader_cell")] ==
          [(c.name, c.flags, c.managed, c.n_cpus, c.console, c.entry)
           for c in image.cells], "loader: its cells")
    return check_devices(image, rows(data, head, "virtios",
                                     "hv_loader_virtio"))


def check_devices(image, devices):
    """[(name, backend, path, address)]"""
    claim([(v.name, v.kind, v.flags, v.front, v.n_queues) for v in devices] ==
          [(v.name, v.kind, v.flags, v.front, v.n_queues)
           for v in image.virtios], "loader: its devices")
    out = []
    for i, v in enumerate(devices):
        path = v.path.rstrip(b"\0")
        claim(v.backend in BACKENDS[v.kind] and not any(v.zero),
              "loader: backend of device {}", i)
        claim(bool(path) == (v.backend in HAS_PATH) and
              len(path) < HV.LOADER_PATH_SIZE and b"\0" not in path,
              "loader: path of device {}", i)
        # Of one station, and no network's but the device's.
        claim(any(v.mac) == (v.kind == HV.VIRTIO_NET) and not v.mac[0] & 1,
              "loader: address of device {}", i)
        out.append((v.name.rstrip(b"\0").decode(), v.backend, path.decode(),
                    v.mac.hex(":")))
    return out
