/* SPDX-License-Identifier: BSD-2-Clause */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/units.h"

#define DEFINE_SIZE_MAX 4096

enum { OPT_CHECK = 256, OPT_EMIT, OPT_VERIFY, OPT_RULES, OPT_HELP, OPT_VERSION,
       OPT_MAX_ERRORS, OPT_PAYLOADS, OPT_COLOR, OPT_SILENCE, OPT_M_FILE };

const char options_help[] =
	"usage: hvcc [options] FILE.cells -o IMAGE\n"
	"       hvcc --check [options] FILE.cells\n"
	"       hvcc --emit=WHAT[:CELL] [options] FILE.cells [-o OUTPUT]\n"
	"       hvcc --verify IMAGE [options] FILE.cells\n"
	"\n"
	"  -o FILE               write the image to FILE, and FILE's name with\n"
	"                        .elf for the debugger\n"
	"  --check               prove the configuration, write nothing\n"
	"  --emit=WHAT           print ast, model, layout, tables, ldscript,\n"
	"                        dtb:CELL or header:CELL\n"
	"  --verify IMAGE        compare a finished image with FILE.cells\n"
	"  --payloads=later      with --check and --emit: payload files may be\n"
	"                        missing, and the rules that read them are skipped\n"
	"  -I DIR                look for files there too\n"
	"  -D NAME=VALUE         replace the value of a let\n"
	"  -M                    print a Makefile rule of the files read, only\n"
	"  -MF FILE              write that rule to FILE beside the other output\n"
	"  -v                    say what was found, assumed and chosen\n"
	"  --max-errors=N        print at most N errors\n"
	"  --silence=RULE        do not print a warning of this name\n"
	"  --color=WHEN          auto, always or never\n"
	"  --rules               list every rule\n"
	"  --help, --version\n"
	"\n"
	"exit status: 0 done, 1 the input breaks a rule, 2 a file, tool or disk\n"
	"failed, 3 the image does not match the model\n";

static const struct option longs[] = {
	{ "check", no_argument, NULL, OPT_CHECK },
	{ "emit", required_argument, NULL, OPT_EMIT },
	{ "verify", required_argument, NULL, OPT_VERIFY },
	{ "rules", no_argument, NULL, OPT_RULES },
	{ "help", no_argument, NULL, OPT_HELP },
	{ "version", no_argument, NULL, OPT_VERSION },
	{ "max-errors", required_argument, NULL, OPT_MAX_ERRORS },
	{ "payloads", required_argument, NULL, OPT_PAYLOADS },
	{ "color", required_argument, NULL, OPT_COLOR },
	{ "silence", required_argument, NULL, OPT_SILENCE },
	{ NULL, 0, NULL, 0 }
};

static const struct {
	const char *name;
	enum options_emit what;
	bool has_cell;
} emits[] = {
	{ "ast", EMIT_AST, false },
	{ "model", EMIT_MODEL, false },
	{ "layout", EMIT_LAYOUT, false },
	{ "tables", EMIT_TABLES, false },
	{ "dtb", EMIT_DTB, true },
	{ "ldscript", EMIT_LDSCRIPT, false },
	{ "header", EMIT_HEADER, true },
	/* for the build of hvcc itself, so not in the help */
	{ "runtime-hash", EMIT_RUNTIME_HASH, false },
};

/* Lists grow while options are read. */
struct reading {
	struct arena *arena;
	struct options options;
	bool has_mode, has_m;
	const char *color;
};

_Noreturn static void usage(const char *what, const char *arg)
{
	fatal("%s%s\ntry 'hvcc --help'", what, arg);
}

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
	if (r->has_mode && r->options.mode != mode)
		usage("--check, --emit and --verify exclude each other", "");
	r->has_mode = true;
	r->options.mode = mode;
}

static void emit_set(struct reading *r, const char *arg)
{
	const char *colon = strchr(arg, ':');
	size_t size = colon ? (size_t)(colon - arg) : strlen(arg);

	for (size_t i = 0; i < ARRAY_SIZE(emits); i++) {
		if (strlen(emits[i].name) != size ||
		    strncmp(emits[i].name, arg, size))
			continue;
		if (emits[i].has_cell && (!colon || !colon[1]))
			usage("a cell's name stands behind it:"
			      " --emit=NAME:CELL, not --emit=", arg);
		if (!emits[i].has_cell && colon)
			usage("no cell's name stands behind it: --emit=", arg);
		mode_set(r, OPTIONS_EMIT);
		r->options.emit = emits[i].what;
		r->options.emit_cell = colon ? colon + 1 : NULL;
		return;
	}
	usage("nothing is known as --emit=", arg);
}

static size_t number_of(const char *arg)
{
	char *end;

	errno = 0;

	unsigned long n = strtoul(arg, &end, 10);

	if (errno || *end || arg[0] < '0' || arg[0] > '9')
		usage("--max-errors takes a number, not ", arg);
	return n;
}

static void define_add(struct reading *r, const char *arg)
{
	const char *equals = strchr(arg, '=');

	if (!equals || equals == arg)
		usage("-D takes NAME=VALUE, not ", arg);
	if (strlen(arg) > DEFINE_SIZE_MAX)
		usage("this -D is too long", "");
	r->options.defines = append(r, r->options.defines,
				    &r->options.n_defines, arg);
}

static void long_option(struct reading *r, int option, const char *arg)
{
	struct options *o = &r->options;

	switch (option) {
	case OPT_CHECK:
		mode_set(r, OPTIONS_CHECK);
		break;
	case OPT_EMIT:
		emit_set(r, arg);
		break;
	case OPT_VERIFY:
		mode_set(r, OPTIONS_VERIFY);
		o->image = arg;
		break;
	case OPT_RULES:
		mode_set(r, OPTIONS_RULES);
		break;
	case OPT_HELP:
		mode_set(r, OPTIONS_HELP);
		break;
	case OPT_VERSION:
		mode_set(r, OPTIONS_VERSION);
		break;
	case OPT_MAX_ERRORS:
		o->errors_max = number_of(arg);
		break;
	case OPT_PAYLOADS:
		if (strcmp(arg, "later"))
			usage("the only word for --payloads is later, not ",
			      arg);
		o->are_payloads_later = true;
		break;
	case OPT_COLOR:
		r->color = arg;
		break;
	case OPT_SILENCE:
		o->silenced = append(r, o->silenced, &o->n_silenced, arg);
		break;
	default:
		fatal("try 'hvcc --help'");	/* getopt has told what */
	}
}

static void one_option(struct reading *r, int option, const char *arg)
{
	struct options *o = &r->options;

	switch (option) {
	case 'o':
		if (o->output)
			usage("there is one -o", "");
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
		o->depends = arg;
		break;
	case 'v':
		o->is_verbose = true;
		break;
	default:
		long_option(r, option, arg);
	}
}

/* -MF is one option of two letters, as with C compilers; getopt has no such. */
static int next_option(int argc, char **argv, const char **arg)
{
	int option = getopt_long(argc, argv, "o:I:D:M::v", longs, NULL);

	*arg = optarg;
	if (option != 'M' || !optarg)
		return option;
	if (optarg[0] != 'F')
		usage("unknown option -M", optarg);
	*arg = optarg + 1;
	if (!**arg) {
		if (optind == argc)
			usage("-MF takes a file's name", "");
		*arg = argv[optind++];
	}
	return OPT_M_FILE;
}

static bool wants_colour(const char *when)
{
	const char *terminal = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");

	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never"))
		return false;
	if (strcmp(when, "auto"))
		usage("--color is auto, always or never, not ", when);
	return isatty(STDERR_FILENO) && !(no_colour && *no_colour) &&
	       terminal && strcmp(terminal, "dumb");
}

static void require(struct reading *r, int argc, char **argv)
{
	struct options *o = &r->options;

	if (r->has_m && !o->depends && !r->has_mode)
		mode_set(r, OPTIONS_DEPENDS);
	else if (r->has_m && !o->depends)
		usage("-M prints the rule and does nothing else; beside"
		      " another output it is -MF FILE", "");
	if (o->mode == OPTIONS_RULES || o->mode == OPTIONS_HELP ||
	    o->mode == OPTIONS_VERSION)
		return;
	if (optind == argc)
		usage("no input file", "");
	if (optind + 1 < argc)
		usage("one input file only; include reads others: ",
		      argv[optind + 1]);
	o->input = argv[optind];
	if (o->mode == OPTIONS_BUILD && !o->output)
		usage("-o says where the image goes; --check writes none", "");
	if ((o->mode == OPTIONS_CHECK || o->mode == OPTIONS_VERIFY) && o->output)
		usage("nothing is written here, so -o has no meaning: ",
		      o->output);
	if (o->are_payloads_later && o->mode != OPTIONS_CHECK &&
	    o->mode != OPTIONS_EMIT)
		usage("--payloads=later goes with --check and --emit", "");
}

struct options options_read(struct arena *a, int argc, char **argv)
{
	struct reading r = { .arena = a, .color = "auto" };
	const char *arg;
	int option;

	while ((option = next_option(argc, argv, &arg)) != -1)
		one_option(&r, option, arg);
	r.options.has_colour = wants_colour(r.color);
	require(&r, argc, argv);
	return r.options;
}
