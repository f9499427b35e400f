/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <getopt.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/units.h"
#include "options_value.h"

#define DEFINE_SIZE_MAX 4096
#define NAME_TOLD 64		/* bytes of a name in a message */

/*
 * What hvcc does, a row each: its option, the input files it takes, whether -o
 * has a meaning, whether payloads may come later, whether what it makes goes to
 * standard output, and whether -MF does not. What a row leaves out is no. To add a mode: a word in
 * options.h, a row here, a line in options_help.c, a case in main.c.
 */
enum output { OUTPUT_NONE, OUTPUT_MAY, OUTPUT_MUST };

static const struct mode {
	const char *name;	/* NULL: there is no option for it */
	int argument;		/* no_argument, or goes to options.argument */
	size_t n_inputs_min, n_inputs_max;
	enum output output;
	bool may_lack_payloads;
	bool prints;
	bool has_no_rule;	/* what it reads is not told as a Makefile rule */
} modes[] = {
	[OPTIONS_BUILD] = { NULL, no_argument, 1, 1, .output = OUTPUT_MUST },
	[OPTIONS_CHECK] = { "check", no_argument, 1, 1,
			    .may_lack_payloads = true },
	[OPTIONS_EMIT] = { "emit", required_argument, 1, 1, OUTPUT_MAY,
			   .may_lack_payloads = true, .prints = true },
	/* Its option is -M. */
	[OPTIONS_DEPENDS] = { NULL, no_argument, 1, 1, OUTPUT_MAY,
			      .prints = true },
	[OPTIONS_VERIFY] = { "verify", required_argument, 0, 1,
			     .output = OUTPUT_NONE },
	[OPTIONS_BOARD] = { "board", no_argument, 1, 1, OUTPUT_MAY,
			    .prints = true, .has_no_rule = true },
	/* Its option goes with a build too. */
	[OPTIONS_REPORT] = { NULL, no_argument, 1, 1,
			     .may_lack_payloads = true },
	[OPTIONS_DIFF] = { "diff", no_argument, 2, 2,
			   .may_lack_payloads = true, .prints = true,
			   .has_no_rule = true },
	[OPTIONS_RULES] = { .name = "rules" },
	[OPTIONS_EXPLAIN] = { .name = "explain", required_argument },
	[OPTIONS_HELP] = { .name = "help" },
	[OPTIONS_VERSION] = { .name = "version" },
};

/* Long options that are no mode; the short ones are in shorts. */
enum { OPT_MODE = 256, OPT_MAX_ERRORS = OPT_MODE + ARRAY_SIZE(modes),
       OPT_PAYLOADS, OPT_COLOR, OPT_FORMAT, OPT_REPORT, OPT_M_FILE };

static const char shorts[] = "o:I:D:M::W:v";
static const struct option switches[] = {
	{ "max-errors", required_argument, NULL, OPT_MAX_ERRORS },
	{ "payloads", required_argument, NULL, OPT_PAYLOADS },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "report", required_argument, NULL, OPT_REPORT },
};

/* Lists grow while options are read. */
struct reading {
	struct arena *arena;
	struct options options;
	bool has_mode, has_m;
	const char *color;
};

static const char *const *append(struct reading *r, const char *const *list,
				 size_t *n, const char *item)
{
	/* The list is ours: const only for those who receive it. */
	const char **grown = arena_grow(r->arena, (void *)(uintptr_t)list, *n,
					sizeof(*grown));

	grown[(*n)++] = item;
	return grown;
}

static void mode_set(struct reading *r, enum options_mode mode)
{
	const char *old = modes[r->options.mode].name;

	if (r->has_mode && r->options.mode != mode)
		fatal("--%s and --%s exclude each other\ntry 'hvcc --help'",
		      old ? old : "M", modes[mode].name ? modes[mode].name : "M");
	r->has_mode = true;
	r->options.mode = mode;
}

static void define_add(struct reading *r, const char *arg)
{
	const char *equals = strchr(arg, '=');
	size_t name_size = equals ? (size_t)(equals - arg) : 0;

	if (!name_size)
		options_usage("-D takes NAME=VALUE, not ", arg);
	if (strlen(arg) > DEFINE_SIZE_MAX)
		options_usage(arena_printf(r->arena, "-D takes at most %d"
			      " characters, not %zu: ", DEFINE_SIZE_MAX,
			      strlen(arg)), arena_strndup(r->arena, arg,
			      name_size < NAME_TOLD ? name_size : NAME_TOLD));
	r->options.defines = append(r, r->options.defines,
				    &r->options.n_defines, arg);
}

static void warning_set(struct reading *r, const char *arg)
{
	struct options *o = &r->options;

	if (!strcmp(arg, "error"))
		o->are_warnings_errors = true;
	else if (!strncmp(arg, "error=", 6))
		o->raised = append(r, o->raised, &o->n_raised, arg + 6);
	else if (!strncmp(arg, "no-", 3))
		o->silenced = append(r, o->silenced, &o->n_silenced, arg + 3);
	else
		options_usage("-W is -Wno-NAME, -Werror or -Werror=NAME, not -W", arg);
}

static void mode_option(struct reading *r, enum options_mode mode,
			const char *arg)
{
	bool is_again = r->has_mode && r->options.mode == mode;

	mode_set(r, mode);
	/* The last of two would be done, and nobody told of the first. */
	if (is_again && arg)
		options_usage("there is one --", modes[mode].name);
	r->options.argument = arg;
	if (mode == OPTIONS_EMIT)
		options_emit_set(&r->options, arg);
}

static void long_option(struct reading *r, int option, const char *arg)
{
	struct options *o = &r->options;

	switch (option) {
	case OPT_MAX_ERRORS:
		o->errors_max = options_number(arg);
		break;
	case OPT_PAYLOADS:
		if (strcmp(arg, "later"))
			options_usage("the only word for --payloads is later, not ",
			      arg);
		o->are_payloads_later = true;
		break;
	case OPT_FORMAT:
		o->format = options_format_of(arg);
		break;
	case OPT_COLOR:
		r->color = arg;
		break;
	case OPT_REPORT:
		o->reports = append(r, o->reports, &o->n_reports,
				    options_report_name(arg));
		break;
	default:
		if (option < OPT_MODE)
			fatal("try 'hvcc --help'");	/* getopt has told what */
		mode_option(r, (enum options_mode)(option - OPT_MODE), arg);
	}
}

static void one_option(struct reading *r, int option, const char *arg)
{
	struct options *o = &r->options;

	switch (option) {
	case 'o':
		if (o->output)
			options_usage("there is one -o", "");
		o->output = arg;
		break;
	case 'I':
		o->dirs = append(r, o->dirs, &o->n_dirs, arg);
		break;
	case 'D':
		define_add(r, arg);
		break;
	case 'M':
		r->has_m = true;
		break;
	case OPT_M_FILE:
		if (o->depends)
			options_usage("there is one -MF", "");
		o->depends = arg;
		break;
	case 'W':
		warning_set(r, arg);
		break;
	case 'v':
		o->is_verbose = true;
		break;
	default:
		long_option(r, option, arg);
	}
}

/* Modes and switches as one list, as getopt takes it. */
static const struct option *longs_make(struct arena *a)
{
	struct option *longs = arena_array(a, ARRAY_SIZE(modes) +
					   ARRAY_SIZE(switches) + 1,
					   sizeof(*longs));
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
		if (modes[i].name)
			longs[n++] = (struct option){ modes[i].name,
				modes[i].argument, NULL, OPT_MODE + (int)i };
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		longs[n++] = switches[i];
	return longs;
}

/* -MF is one option of two letters, as with C compilers; getopt has no such. */
static int next_option(int argc, char **argv, const struct option *longs,
		       const char **arg)
{
	int option = getopt_long(argc, argv, shorts, longs, NULL);

	*arg = optarg;
	if (option != 'M' || !optarg)
		return option;
	if (optarg[0] != 'F')
		options_usage("unknown option -M", optarg);
	*arg = optarg + 1;
	if (!**arg) {
		if (optind == argc)
			options_usage("-MF takes a file's name", "");
		*arg = argv[optind++];
	}
	return OPT_M_FILE;
}

/* A report goes with an image, or is all that is asked for. */
static void require_report(struct reading *r)
{
	const char *mode = modes[r->options.mode].name;

	if (!r->options.n_reports)
		return;
	if (r->has_mode)
		options_usage("--report goes with -o or alone, not with --", mode);
	for (size_t i = 0; r->options.output && i < r->options.n_reports; i++)
		if (!strcmp(r->options.output, r->options.reports[i]))
			options_usage("image and report are two files: ",
			      r->options.output);
	if (!r->options.output)
		mode_set(r, OPTIONS_REPORT);
}

/* -M alone is what is done; with -MF it is nothing of its own. */
static void require_depends(struct reading *r)
{
	if (!r->has_m || r->options.depends)
		return;
	if (r->has_mode)
		options_usage("-M prints the rule and does nothing else; beside"
		      " another output it is -MF FILE", "");
	mode_set(r, OPTIONS_DEPENDS);
}

static void inputs_take(struct reading *r, const struct mode *mode, size_t n,
			char **inputs)
{
	if (n < mode->n_inputs_min)
		options_usage(n ? "--diff compares two files, and there is only "
			: "no input file", n ? inputs[0] : "");
	if (n > mode->n_inputs_max && mode->n_inputs_max > 1)
		options_usage("--diff compares two files; include reads others: ",
		      inputs[mode->n_inputs_max]);
	if (n > mode->n_inputs_max && mode->n_inputs_max)
		options_usage("one input file only; include reads others: ",
		      inputs[mode->n_inputs_max]);
	if (mode->n_inputs_max && n)
		r->options.input = inputs[0];
	if (mode->n_inputs_max > 1)
		r->options.new_input = inputs[1];
}

/* -o has another meaning for -M: the name of the rule's target. */
static bool takes_stdout(const struct options *o, const struct mode *mode)
{
	return mode->prints && (!o->output || o->mode == OPTIONS_DEPENDS);
}

static void require_format(const struct options *o, const struct mode *mode)
{
	if (o->format != FORMAT_TEXT && o->mode == OPTIONS_DIFF)
		options_usage("--diff prints text, and takes no --format", "");
	if (o->format == FORMAT_TEXT || mode->n_inputs_max ||
	    (o->mode == OPTIONS_RULES && o->format == FORMAT_JSON))
		return;
	options_usage("--format goes with what reads a file, and json with --rules",
	      "");
}

static void require(struct reading *r, const struct mode *mode)
{
	const struct options *o = &r->options;

	if (mode->output == OUTPUT_MUST && !o->output)
		options_usage("-o says where the image goes; --check writes none", "");
	if (mode->output == OUTPUT_NONE && mode->n_inputs_max && o->output)
		options_usage("nothing is written here, so -o has no meaning: ",
		      o->output);
	if (o->are_payloads_later && !mode->may_lack_payloads &&
	    mode->n_inputs_max)
		options_usage("--payloads=later goes with --check, --emit, --diff and"
		      " with --report where no image is built", "");
	if (o->depends && (mode->has_no_rule || !o->input))
		options_usage("-MF goes with what reads one file of cells, not"
			      " with --", mode->name);
	require_format(o, mode);
	r->options.is_stdout_taken = takes_stdout(o, mode);
}

struct options options_read(struct arena *a, int argc, char **argv)
{
	struct reading r = { .arena = a, .color = "auto" };
	const struct option *longs = longs_make(a);
	const char *arg;
	int option;

	while ((option = next_option(argc, argv, longs, &arg)) != -1)
		one_option(&r, option, arg);
	r.options.has_colour = options_wants_colour(r.color);
	require_report(&r);
	require_depends(&r);

	const struct mode *mode = &modes[r.options.mode];

	inputs_take(&r, mode, (size_t)(argc - optind), argv + optind);
	require(&r, mode);
	return r.options;
}
