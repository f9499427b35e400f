/* SPDX-License-Identifier: BSD-2-Clause */
/* The input is a payload: a kernel, a ramdisk, bytes, an ELF file. */
#include "harness.h"
#include "plan.h"

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char *const texts[] = {
	"kernel-linux.cells", "kernel-rest.cells", "kernel-raw.cells",
	"kernel-elf.cells", "kernel-elf-rest.cells", NULL
};

static const char *const modes[] = {
	"--check", "--emit=model", "--emit=layout",
	"--emit=tables", "--emit=ldscript", "--emit=dtb:", "--emit=header:",
	NULL
};

static const struct fuzz_plan plan = {
	.input = "payload", .texts = texts, .modes = modes,
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
