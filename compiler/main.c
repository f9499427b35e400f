/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * main.c - the table of contents: from text to image, one line per stage.
 *
 *	text -> statements -> model -> proof -> layout -> C -> image -> proof
 *
 * Each stage takes const things and returns one; only main stops, between
 * stages, where an error was reported.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/fatal.h"
#include "base/paths.h"
#include "base/source.h"
#include "check/check.h"
#include "depends.h"
#include "document.h"
#include "emit/emit.h"
#include "explain.h"
#include "faults.h"
#include "library.h"
#include "model/model.h"
#include "options.h"
#include "place/layout.h"
#include "produce.h"
#include "read/ast_print.h"
#include "read/board.h"
#include "read/read.h"
#include "report/diff.h"
#include "rule_name.h"
#include "sink.h"
#include "times.h"
#include "verify/verify.h"

/* Everything that one run of hvcc has, in the order in which it comes. */
struct run {
	struct arena *arena;
	struct options options;
	struct library library;
	struct source *source;
	struct diag *diag;
	struct paths paths;
	struct read read;
	const struct ast *ast;
	const struct model *model;
	struct times times;
};

static bool emits(const struct run *r, enum options_emit what)
{
	return r->options.mode == OPTIONS_EMIT && r->options.emit == what;
}

static void read_text(struct run *r)
{
	const char *why;

	if (!read_cells(&r->read, r->options.input, &r->ast, &why))
		fatal("'%s': %s", r->options.input, why);
	times_mark(&r->times, "read");
}

static void resolve_and_check(struct run *r)
{
	const struct resolve_options options = {
		.are_payloads_later = r->options.are_payloads_later,
		/* That tree is what is to be made. */
		.skips_running_tree = emits(r, EMIT_ROOT_DTB),
	};

	r->model = resolve(&r->read, r->ast, &options);

	times_mark(&r->times, "resolve");

	const char *left_out = check_all(r->arena, r->model, r->diag);

	times_mark(&r->times, "check");

	/* Who asked for the proof must know what it leaves open. */
	if (r->options.mode == OPTIONS_CHECK && *left_out)
		diag_tell(r->diag, "not checked, as the payloads come later: %s",
			  left_out);
}

static enum exit_code produce_asked(struct production *p)
{
	switch (p->options->mode) {
	case OPTIONS_BUILD:
		return produce_image(p);
	case OPTIONS_VERIFY:
		return produce_verdict(p);
	case OPTIONS_REPORT:
		return produce_report(p);
	case OPTIONS_EMIT:
		produce_text(p);
		return EXIT_DONE;
	case OPTIONS_CHECK:
	case OPTIONS_DEPENDS:
	case OPTIONS_BOARD:
	case OPTIONS_DIFF:
	case OPTIONS_RULES:
	case OPTIONS_EXPLAIN:
	case OPTIONS_HELP:
	case OPTIONS_VERSION:
		return EXIT_DONE;
	}
	abort();
}

/* Behind check no stage sees a broken rule, but the graph of --emit=flow. */
static struct production production_of(const struct run *r)
{
	return (struct production){
		.arena = r->arena, .options = &r->options,
		.library = &r->library, .source = r->source, .diag = r->diag,
		.model = r->model,
	};
}

static bool lay_out(struct run *r, struct production *p)
{
	bool is_laid_out;

	p->layout = place(r->arena, r->model,
			  image_runtime(r->arena, r->library.runtime), r->diag);
	is_laid_out = p->layout && image_has_room(p->layout, r->diag) &&
		      produce_trees(p);
	times_mark(&r->times, "place");
	return is_laid_out;
}

static enum exit_code produce(struct run *r)
{
	struct production p = production_of(r);

	if (!emits(r, EMIT_MODEL) && !emits(r, EMIT_FLOW) &&
	    !lay_out(r, &p))
		return EXIT_RULE;

	enum exit_code code = produce_asked(&p);

	if (code == EXIT_DONE)
		produce_depends(&p);
	times_mark(&r->times, "output");
	times_tell(&r->times, r->arena, r->diag);
	return code;
}

/* Whatever the command line says, no file that was read is written. */
static void refuse_inputs(const struct run *r)
{
	sink_refuse_input(r->source, r->options.output);
	sink_refuse_input(r->source, r->options.depends);
	for (size_t i = 0; i < r->options.n_reports; i++)
		sink_refuse_input(r->source, r->options.reports[i]);
}

/*
 * What no hypervisor of ours can run on is a board all the same: what hvcc
 * would refuse of it is a part of the answer.
 */
static enum exit_code show_board(struct run *r)
{
	struct known_board known;
	struct sink s;
	const char *why;

	if (!board_open(&r->read, r->options.input, &known, &why))
		fatal("'%s': %s", r->options.input, why);
	if (!known.tree)
		return EXIT_RULE;
	refuse_inputs(r);
	sink_open(&s, r->arena, r->options.output);
	emit_board(s.file, r->source, known.board, known.target);
	if (diag_errors(r->diag))
		fputs("\nnot usable as it is\n", s.file);
	/* A document has it all by itself. */
	if (r->options.format == FORMAT_TEXT)
		diag_print(r->diag, s.file);
	sink_close(&s);
	return EXIT_DONE;
}

static enum exit_code stages(struct run *r)
{
	if (r->options.mode == OPTIONS_BOARD)
		return show_board(r);
	read_text(r);
	refuse_inputs(r);
	if (emits(r, EMIT_AST)) {
		struct sink s;

		sink_open(&s, r->arena, r->options.output);
		ast_print(s.file, r->ast);
		sink_close(&s);
		if (diag_errors(r->diag))
			return EXIT_RULE;

		const struct production p = production_of(r);

		produce_depends(&p);
		return EXIT_DONE;
	}
	/* Also after errors: one wrong statement hides no other. */
	resolve_and_check(r);
	/* Board and payloads were read since. */
	refuse_inputs(r);
	if (diag_errors(r->diag)) {
		const struct production p = production_of(r);

		/* Where a policy is broken, the graph shows how. */
		if (emits(r, EMIT_FLOW))
			produce_text(&p);
		return EXIT_RULE;
	}
	return produce(r);
}

static void run_open(struct run *r, struct arena *a,
		     const struct options *options)
{
	const struct diag_options diag_options = {
		.errors_max = options->errors_max,
		.has_colour = options->has_colour &&
			      options->mode != OPTIONS_BOARD,
		.is_verbose = options->is_verbose,
		.silenced = options->silenced,
		.n_silenced = options->n_silenced,
		.raised = options->raised, .n_raised = options->n_raised,
		.are_warnings_errors = options->are_warnings_errors,
		.keeps_lines = options->format != FORMAT_TEXT,
	};

	*r = (struct run){
		.arena = a, .options = *options,
		.library = library_find(a), .source = source_new(a),
	};
	r->diag = diag_new(a, r->source, &diag_options);
	r->paths = (struct paths){ options->dirs, options->n_dirs,
				   r->library.board };
	r->read = (struct read){ a, r->source, r->diag, &r->paths,
				 options->defines, options->n_defines };
}

static enum exit_code run_close(const struct run *r, enum exit_code code)
{
	const struct document document = {
		.arena = r->arena, .options = &r->options,
		.library = &r->library, .source = r->source, .diag = r->diag,
	};

	document_print(&document, code);
	return code;
}

static enum exit_code run_input(struct arena *a, const struct options *options)
{
	struct run r;

	run_open(&r, a, options);
	return run_close(&r, stages(&r));
}

/* NULL: the input breaks a rule. */
static const struct survey *survey_input(struct arena *a,
					 const struct options *options)
{
	struct run r;
	const struct survey *survey = NULL;

	run_open(&r, a, options);
	read_text(&r);
	resolve_and_check(&r);

	struct production p = production_of(&r);

	if (!diag_errors(r.diag) && lay_out(&r, &p))
		survey = survey_make(a, options->input, r.source, p.layout);
	diag_print(r.diag, stderr);
	return survey;
}

/* Also when the old one is broken: one file's errors hide no other's. */
static enum exit_code run_diff(struct arena *a, const struct options *options)
{
	struct options of_new = *options;

	of_new.input = options->new_input;

	const struct survey *old = survey_input(a, options);
	const struct survey *new = survey_input(a, &of_new);

	if (!old || !new)
		return EXIT_RULE;
	return diff_print(stdout, a, old, new) ? EXIT_RULE : EXIT_DONE;
}

/* A word that turns nothing off was meant to turn something off. */
static void refuse_names(const struct options *o)
{
	for (size_t i = 0; i < o->n_silenced; i++)
		rule_name_require_warning("-Wno-", o->silenced[i]);
	for (size_t i = 0; i < o->n_raised; i++)
		rule_name_require_warning("-Werror=", o->raised[i]);
}

static void explain(struct arena *a, const char *name)
{
	const struct rule_line line = rule_name_find("--explain ", name);
	const struct library library = library_find(a);
	struct explanation e;
	const char *path;

	if (!explain_read(a, &library, name, &e, &path))
		fatal("'%s': no such file", path);
	explain_print(stdout, &line, &e);
}

/* An image by itself, without the text that it was made from. */
static enum exit_code prove_image(struct arena *a, const struct options *o)
{
	struct verify_file f = verify_open(o->argument);
	struct faults faults;
	struct run r;

	run_open(&r, a, o);
	faults_open(&faults, o);

	struct verified v = verify_bytes(a, f, r.library.runtime_sha256,
					 faults.file);

	faults_close(&faults, r.diag);
	if (!v.n_differences)
		diag_say(r.diag, "'%s': %s", o->argument,
			 verify_summary(a, &v));
	verify_close(f);
	return run_close(&r, v.n_differences ? EXIT_MISMATCH : EXIT_DONE);
}

static enum exit_code run(struct arena *a, struct options options)
{
	struct library library;

	switch (options.mode) {
	case OPTIONS_HELP:
		fputs(options_help, stdout);
		return EXIT_DONE;
	case OPTIONS_VERSION:
		puts("hvcc " HVCC_VERSION);
		return EXIT_DONE;
	case OPTIONS_RULES:
		library = library_find(a);
		document_print_rules(a, &options, &library);
		return EXIT_DONE;
	case OPTIONS_EXPLAIN:
		explain(a, options.argument);
		return EXIT_DONE;
	case OPTIONS_VERIFY:
		refuse_names(&options);
		return options.input ? run_input(a, &options) :
				       prove_image(a, &options);
	case OPTIONS_BUILD:
	case OPTIONS_CHECK:
	case OPTIONS_EMIT:
	case OPTIONS_DEPENDS:
	case OPTIONS_BOARD:
	case OPTIONS_REPORT:
		refuse_names(&options);
		return run_input(a, &options);
	case OPTIONS_DIFF:
		refuse_names(&options);
		return run_diff(a, &options);
	}
	abort();
}

int main(int argc, char **argv)
{
	/* A limit on files is a full disk: told, and nothing left behind. */
	signal(SIGXFSZ, SIG_IGN);

	struct arena *a = arena_new();
	enum exit_code code = run(a, options_read(a, argc, argv));

	/* What was printed must have arrived: a full disk is no success. */
	if (fclose(stdout))
		fatal("cannot write to standard output");
	arena_free(a);
	return (int)code;
}
