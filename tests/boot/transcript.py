# SPDX-License-Identifier: BSD-2-Clause
"""transcript.py - what a demonstration prints: the machine's lines, its own, and
whether things are as they should be."""
import re

from machine import Failed

# What the driver adds around a command, to know its output.
MARKS = re.compile(r"echo BEG''IN\d+; |; echo E''ND\d+")


def show(text):
    """A Machine's `echo`."""
    if not re.search(r"(BEGIN|END)\d+$", text):
        print(re.sub(r"[^\x20-\x7e]", "", MARKS.sub("", text)), flush=True)


def say(text):
    print(f"\n-------- {text}", flush=True)


def check(claim, what):
    print(f"-------- {'yes' if claim else 'NO'}: {what}", flush=True)
    if not claim:
        raise Failed(what)
