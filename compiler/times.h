/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * times.h - what each stage of a run took, for hvcc -v.
 *
 * Processor time of hvcc itself; that of the tools that it calls (dtc, the
 * cross compiler and linker) is told apart. Nothing that is written depends on
 * it. Includes base.
 */
#ifndef TIMES_H
#define TIMES_H

#include <stddef.h>
#include <stdint.h>

#define TIMES_MAX 6

struct arena;
struct diag;

struct times {
	struct { const char *stage; uint64_t us; } list[TIMES_MAX];
	size_t n;
	uint64_t since_us;
};

/* What was used since the last mark, or since the start of hvcc, is its. */
void times_mark(struct times *t, const char *stage);
void times_tell(const struct times *t, struct arena *a, struct diag *d);

#endif
