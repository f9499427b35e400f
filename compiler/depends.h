/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * depends.h - the Makefile rule of -M: targets: every file that was read.
 *
 * Each file has an empty rule too, so that make goes on when one is removed.
 * Includes source.
 */
#ifndef DEPENDS_H
#define DEPENDS_H

#include <stdio.h>

struct source;

/* second: another target, or NULL. */
void depends_print(FILE *out, const struct source *s, const char *target,
		   const char *second);

#endif
