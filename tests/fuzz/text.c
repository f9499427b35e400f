/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is a text in the cells language. */
#include "harness.h"
#include "plan.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char *const modes[] = {
	"--check", "--emit=ast", "--emit=model", "--emit=layout",
	"--emit=tables", "--emit=ldscript", "--emit=dtb:", "--emit=header:",
	"-M", "--report", "--diff", NULL
};

static const struct fuzz_plan plan = { .input = "t.cells", .modes = modes };

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
