/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reading.h - for the unit tests of the reading stage: text in, ast and the
 * printed diagnostics out.
 */
#ifndef TESTS_READING_H
#define TESTS_READING_H

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/paths.h"
#include "base/source.h"
#include "read/ast_print.h"
#include "read/read.h"

struct reading {
	struct arena *arena;
	struct diag *diag;
	const struct ast *ast;
	char *printed;		/* diagnostics */
	char *text;		/* the ast, printed */
};

static inline struct reading reading_of_bytes(const char *bytes, size_t size,
					      const char *define)
{
	struct reading r = { .arena = arena_new() };
	char path[] = "/tmp/hvcc-unit-XXXXXX";
	int fd = mkstemp(path);
	struct source *source = source_new(r.arena);
	const struct paths paths = { 0 };
	const struct diag_options options = { 0 };
	const char *why;
	size_t printed_size;

	cr_assert_geq(fd, 0);
	cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
	close(fd);
	r.diag = diag_new(r.arena, source, &options);

	const struct read read = {
		.arena = r.arena, .source = source, .diag = r.diag,
		.paths = &paths, .defines = &define, .n_defines = !!define,
	};

	cr_assert(read_cells(&read, path, &r.ast, &why));
	unlink(path);

	FILE *f = open_memstream(&r.printed, &printed_size);

	diag_print(r.diag, f);
	fclose(f);
	f = open_memstream(&r.text, &printed_size);
	ast_print(f, r.ast);
	fclose(f);
	return r;
}

static inline struct reading reading_of(const char *text)
{
	return reading_of_bytes(text, strlen(text), NULL);
}

static inline void reading_free(struct reading *r)
{
	free(r->printed);
	free(r->text);
	arena_free(r->arena);
}

/* text is read without an error, and prints as `expected`. */
static inline void reads_as(const char *text, const char *expected)
{
	struct reading r = reading_of(text);

	cr_expect_eq(diag_errors(r.diag), 0, "%s", r.printed);
	cr_expect_str_eq(r.text, expected);
	reading_free(&r);
}

/* text breaks this rule `n` times and no other. */
static inline void breaks(const char *text, const char *code, size_t n)
{
	struct reading r = reading_of(text);
	char *mark;
	size_t found = 0;

	cr_assert_geq(asprintf(&mark, "error[%s]", code), 0);
	for (const char *p = r.printed; (p = strstr(p, mark)); p++)
		found++;
	cr_expect_eq(found, n, "'%s' should break %s %zu times, not:\n%s", text,
		     code, n, r.printed);
	cr_expect_eq(diag_errors(r.diag), n, "%s", r.printed);
	free(mark);
	reading_free(&r);
}

#endif
