/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is a text in the cells language. */
#include "plan.h"

static const char *const modes[] = {
	"--check", "--emit=ast", "--emit=model", "--emit=layout",
	"--emit=tables", "--emit=ldscript", "--emit=dtb:", "--emit=header:",
	"-M", "--report", "--diff", NULL
};

const struct fuzz_plan fuzz_plan = { .input = "t.cells", .modes = modes };
