# SPDX-License-Identifier: BSD-2-Clause
"""many - a system of as many cells as there may be, for looking at."""
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def limit(name):
    with open(os.path.join(TOP, "runtime/abi/hv_abi.h"), encoding="utf-8") as f:
        return int(re.search(r"#define %s (\d+)u" % name, f.read()).group(1))


N = min(40, limit("HV_MAX_CELLS"), limit("HV_MAX_CPUS"))


def board(n):
    cpus = "".join('\tcpu %#x "arm,cortex-a53";\n' % (i // 8 << 8 | i % 8)
                   for i in range(n))
    return """board {
%s	memory 2G at 0x40000000;
	memory 4G at 0x880000000;
	psci smc;
	gic {
		distributor 64K at 0x8000000;
		redistributors 0x1000000 at 0x80a0000;
		maintenance ppi 9;
	}
	timer {
		secure ppi 13;
		physical ppi 14;
		virtual ppi 11;
		hyp ppi 10;
	}
	lines 512;
	address bits 40;
}
hypervisor { console none; }
""" % cpus


def cell(i):
    sizes = ["32M", "2M", "96M", "64K", "1M"]
    return """%scell number%d {
	cpus %d;
	memory ram %s%s;
	memory more 64K rx;
	console virtual;
}
""" % ("root " if not i else "", i, i, sizes[i % 5],
       " as 0x0" if i % 3 == 2 else "")


def channel(i, n):
    return """channel pipe%d { between number%d, number%d; memory %dK; doorbell; }
""" % (i, i, (i + 1) % n, 4 << i % 4)


def text(n, _top=TOP):
    return (board(n) + "".join(cell(i) for i in range(n)) +
            "".join(channel(i, n) for i in range(n)))


if __name__ == "__main__":
    print(text(N), end="")
