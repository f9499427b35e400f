/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h - an input is one file, and some texts name it. hvcc reads one of them
 * in one of its ways; which, the bytes of the input decide. plan.c is the fuzzer,
 * and what it is linked with says the plan.
 */
#ifndef FUZZ_PLAN_H
#define FUZZ_PLAN_H

#include <stddef.h>

struct fuzz_plan {
	const char *input;		/* the name of the file */
	const char *const *texts;	/* up to NULL; NULL: the input is one */
	const char *const *modes;	/* up to NULL; behind a ':' goes a cell */
	const char *alone;		/* a mode of the input itself, or NULL */
};

extern const struct fuzz_plan fuzz_plan;

#endif
