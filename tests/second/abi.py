# SPDX-License-Identifier: BSD-2-Clause
"""The structs of runtime/abi, read from the text of its headers.

Nothing is typed twice: a field that moves in the header moves here. The sizes
that the header asserts are compared with those computed here, and a struct with
padding that has no name is refused, as the ABI allows none.
"""
import keyword
import os
import re
import struct
from types import SimpleNamespace

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
HEADERS = ("runtime/abi/hv_abi.h", "runtime/abi/hv_abi_aarch64.h",
           "runtime/abi/hv_abi_loader.h", "runtime/abi/hv_abi_virtio.h")
BASIC = {"uint8_t": (1, "B"), "char": (1, "s"), "uint32_t": (4, "I"),
         "uint64_t": (8, "Q")}
MEMBER = re.compile(r"(?:struct\s+)?(\w+)\s+([^;]+);")


class Field(SimpleNamespace):
    """name, at (offset), size, code (of module struct)."""


class Layout:
    def __init__(self, name, fields, size):
        self.name, self.fields, self.size = name, fields, size
        self.align = 8 if any(f.code == "Q" for f in fields) else 4
        self.unpack = struct.Struct("<" + "".join(f.code for f in fields))
        self.names = [f.name + "_" if keyword.iskeyword(f.name) else f.name
                      for f in fields]
        self.at = {f.name: f.at for f in fields}
        aligns = [{"I": 4, "Q": 8}.get(f.code, 1) for f in fields]
        if size % max(aligns) or any(f.at % a for f, a in zip(fields, aligns)):
            raise ValueError(f"struct {name} has padding without a name")

    def row(self, data, at):
        return SimpleNamespace(**dict(zip(
            self.names, self.unpack.unpack_from(data, at))))


class Abi:
    def __init__(self, top=TOP):
        self.number, self.layout, self.n_asserted = {}, {}, 0
        for header in HEADERS:
            with open(os.path.join(top, header), encoding="utf-8") as f:
                self.read(f.read())

    def read(self, text):
        text = re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.S)
        for name, value in re.findall(r"#define +(\w+)[ \t]+([^\s\"].*)", text):
            self.number[name] = self.value(value)
        for name, body in re.findall(r"struct (\w+) \{(.*?)\n?\};", text, re.S):
            self.layout[name] = self.make(name, body)
        for kind, what, n in re.findall(
                r"_Static_assert\((sizeof|offsetof)\((.*?)\) == (\d+)", text):
            self.compare(kind, what.replace("struct ", "").split(", "), int(n))

    def value(self, text):
        text = re.sub(r"UINT(?:32|64)_C\((.*?)\)", r"\1", text)
        text = re.sub(r"\b(0[xX][0-9a-fA-F]+|\d+)[uU]\b", r"\1", text)
        return int(eval(text, {"__builtins__": {}}, self.number))

    def make(self, name, body):
        fields, at = [], 0
        for kind, names in MEMBER.findall(body):
            for one in names.split(","):
                found = re.fullmatch(r"\s*(\w+)(?:\[(.+)\])?\s*", one)
                count = self.value(found[2]) if found[2] else 1
                for field in self.expand(kind, found[1], found[2], count):
                    field.at += at
                    fields.append(field)
                at = fields[-1].at + fields[-1].size
        return Layout(name, fields, at)

    def expand(self, kind, name, is_array, count):
        """A struct of one member is that member; others are flattened."""
        if kind in BASIC:
            size, code = BASIC[kind]
            if is_array:
                return [Field(name=name, at=0, size=count * size,
                              code=f"{count * size}s")]
            return [Field(name=name, at=0, size=size, code=code)]
        inner = self.layout[kind]
        if is_array:
            return [Field(name=name, at=0, size=count * inner.size,
                          code=f"{count * inner.size}s")]
        is_one = len(inner.fields) == 1
        return [Field(name=name if is_one else f"{name}_{f.name}", at=f.at,
                      size=f.size, code=f.code) for f in inner.fields]

    def compare(self, kind, what, n):
        layout = self.layout[what[0]]
        is_there = layout.size if kind == "sizeof" else layout.at[what[1]]
        if is_there != n:
            raise ValueError(f"{kind} of {what}: {is_there} here, {n} there")
        self.n_asserted += 1


ABI = Abi()
HV = SimpleNamespace(**{k[3:]: v for k, v in ABI.number.items()
                        if k.startswith("HV_")})
