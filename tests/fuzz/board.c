/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is a devicetree blob; board_mutate.c makes new ones of it. */
#include "harness.h"
#include "plan.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What asks for the most stands more than once. */
static const char *const texts[] = {
	"board-rest.cells", "board-rest.cells", "board-devices.cells",
	"board-said.cells", "board-twin.cells", NULL
};

static const char *const modes[] = {
	"--check", "--emit=model", "--emit=layout", "--emit=tables",
	"--emit=dtb:", "--emit=dtb:", "--report", NULL
};

static const struct fuzz_plan plan = {
	.input = "input.dtb", .texts = texts, .modes = modes,
	.alone = "--board",
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	fuzz_begin();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	fuzz_plan_run(&plan, bytes, size);
	return 0;
}
