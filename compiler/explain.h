/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.h - why a rule matters, and how to mend what breaks it.
 *
 * The texts are files of the library, one for each rule, named for it, so that
 * whoever writes them needs no C. lang/rules/README says what such a file looks
 * like. Includes base, check.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <stdbool.h>
#include <stdio.h>

#include "check/check.h"
#include "library.h"

/* The parts of one file, each whole lines without blank ones at either end. */
struct explanation {
	const char *why;
	const char *example;	/* breaks the rule; or NULL with the next two */
	const char *mend;
	const char *mended;
	const char *because;	/* of a rule that no file can break; or NULL */
};

/* False where the rule has no text; *path is the file that was looked for. */
bool explain_read(struct arena *a, const struct library *library,
		  const char *code, struct explanation *out, const char **path)
	__attribute__((warn_unused_result));

/* What --explain prints, 80 columns wide. */
void explain_print(FILE *out, const struct rule_line *line,
		   const struct explanation *e);

#endif
