/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * read.h - from the text of the files to statements with evaluated numbers.
 *
 * Reports every wrong statement, not the first, and returns what is left: the
 * caller stops where diag_errors has grown. Follows include; reads a file
 * once. Includes base, ast.
 */
#ifndef READ_READ_H
#define READ_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "read/ast.h"

struct arena;
struct diag;
struct paths;
struct source;

/* The environment of all reading stages; parse, board and resolve take it. */
struct read {
	struct arena *arena;
	struct source *source;
	struct diag *diag;
	const struct paths *paths;
	const char *const *defines;	/* "NAME=VALUE", of -D */
	size_t n_defines;
};

/*
 * False only where the main file itself cannot be read (the environment's
 * fault), with the reason in *why.
 */
bool read_cells(const struct read *r, const char *path, const struct ast **out,
		const char **why) __attribute__((warn_unused_result));

/*
 * The string of an expression; NULL when it is bad, or is a number, which is
 * reported (type-mismatch, "what" takes a string).
 */
const char *read_string(const struct read *r, const struct expr *e,
			const char *what);
/* The same for a number; false when there is none to be had. */
bool read_number(const struct read *r, const struct expr *e, const char *what,
		 uint64_t *out) __attribute__((warn_unused_result));
/* A number that must have a suffix or be hexadecimal (unit-missing). */
bool read_size(const struct read *r, const struct expr *e, const char *what,
	       uint64_t *out) __attribute__((warn_unused_result));
/*
 * The path of the file that the string at says, as language.md looks for
 * files, noted in the source's dependencies and told with -v. NULL when it is
 * missing, which is reported (file-missing).
 */
const char *read_find(const struct read *r, struct span at, const char *name);

#endif
