/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is a devicetree blob; board_mutate.c makes new ones of it. */
#include "plan.h"

/* What asks for the most stands more than once. */
static const char *const texts[] = {
	"board-rest.cells", "board-rest.cells", "board-devices.cells",
	"board-said.cells", "board-twin.cells", NULL
};

static const char *const modes[] = {
	"--check", "--emit=model", "--emit=layout", "--emit=tables",
	"--emit=dtb:", "--emit=dtb:", "--report", NULL
};

const struct fuzz_plan fuzz_plan = {
	.input = "input.dtb", .texts = texts, .modes = modes,
	.alone = "--board",
};
