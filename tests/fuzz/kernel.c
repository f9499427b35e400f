/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is a payload: a kernel, a ramdisk, bytes, an ELF file. */
#include "plan.h"

static const char *const texts[] = {
	"kernel-linux.cells", "kernel-rest.cells", "kernel-raw.cells",
	"kernel-elf.cells", "kernel-elf-rest.cells", NULL
};

static const char *const modes[] = {
	"--check", "--emit=model", "--emit=layout",
	"--emit=tables", "--emit=ldscript", "--emit=dtb:", "--emit=header:",
	NULL
};

const struct fuzz_plan fuzz_plan = {
	.input = "payload", .texts = texts, .modes = modes,
};
