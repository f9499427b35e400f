/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the table of contents: from text to image, one line per stage.
 *
 *	text -> statements -> model -> proof -> layout -> C -> image -> proof
 *
 * Each stage takes const things and returns one; only main stops, between
 * stages, where an error was reported.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/fatal.h"
#include "base/paths.h"
#include "base/source.h"
#include "options.h"
#include "read/ast_print.h"
#include "read/read.h"

/* Everything that one run of hvcc has. */
struct run {
	struct arena *arena;
	struct options options;
	struct source *source;
	struct diag *diag;
	struct paths paths;
	const struct ast *ast;
};

static void run_read(struct run *r)
{
	const struct read read = {
		.arena = r->arena, .source = r->source, .diag = r->diag,
		.paths = &r->paths, .defines = r->options.defines,
		.n_defines = r->options.n_defines,
	};
	const char *why;

	if (!read_cells(&read, r->options.input, &r->ast, &why))
		fatal("'%s': %s", r->options.input, why);
}

static enum exit_code run_stages(struct run *r)
{
	run_read(r);
	if (r->options.mode == OPTIONS_EMIT && r->options.emit == EMIT_AST)
		ast_print(stdout, r->ast);
	return diag_errors(r->diag) ? EXIT_RULE : EXIT_DONE;
}

static enum exit_code run_input(struct arena *a, struct options options)
{
	struct run r = {
		.arena = a, .options = options, .source = source_new(a),
		.paths = { .dirs = options.dirs, .n_dirs = options.n_dirs },
	};
	const struct diag_options diag_options = {
		.errors_max = options.errors_max,
		.has_colour = options.has_colour,
		.is_verbose = options.is_verbose,
		.silenced = options.silenced, .n_silenced = options.n_silenced,
	};

	r.diag = diag_new(a, r.source, &diag_options);

	enum exit_code code = run_stages(&r);

	diag_print(r.diag, stderr);
	return code;
}

static enum exit_code run(struct arena *a, struct options options)
{
	switch (options.mode) {
	case OPTIONS_HELP:
		fputs(options_help, stdout);
		return EXIT_DONE;
	case OPTIONS_VERSION:
		puts("hvcc " HVCC_VERSION);
		return EXIT_DONE;
	case OPTIONS_RULES:
		return EXIT_DONE;
	case OPTIONS_BUILD:
	case OPTIONS_CHECK:
	case OPTIONS_EMIT:
	case OPTIONS_DEPENDS:
	case OPTIONS_VERIFY:
		return run_input(a, options);
	}
	abort();
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	enum exit_code code = run(a, options_read(a, argc, argv));

	/* What was printed must have arrived: a full disk is no success. */
	if (fclose(stdout))
		fatal("cannot write to standard output");
	arena_free(a);
	return (int)code;
}
