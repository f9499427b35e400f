/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * plan.h - an input is one file, and some texts name it. hvcc reads one of them
 * in one of its ways; which, the bytes of the input decide.
 */
#ifndef FUZZ_PLAN_H
#define FUZZ_PLAN_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_plan {
	const char *input;		/* the name of the file */
	const char *const *texts;	/* up to NULL; NULL: the input is one */
	const char *const *modes;	/* up to NULL; behind a ':' goes a cell */
	const char *alone;		/* a mode of the input itself, or NULL */
};

void fuzz_plan_run(const struct fuzz_plan *p, const uint8_t *bytes,
		   size_t size);

#endif
