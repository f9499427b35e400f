/* SPDX-License-Identifier: BSD-2-Clause */
#include "options_value.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/units.h"

_Noreturn void options_usage(const char *what, const char *arg)
{
	fatal("%s%s\ntry 'hvcc --help'", what, arg);
}

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
	{ "flow", EMIT_FLOW, false },
	{ "root-dtb", EMIT_ROOT_DTB, false },
	/* for the build of hvcc itself, so not in the help */
	{ "runtime-hash", EMIT_RUNTIME_HASH, false },
};

void options_emit_set(struct options *o, const char *arg)
{
	const char *colon = strchr(arg, ':');
	size_t size = colon ? (size_t)(colon - arg) : strlen(arg);

	for (size_t i = 0; i < ARRAY_SIZE(emits); i++) {
		if (strlen(emits[i].name) != size ||
		    strncmp(emits[i].name, arg, size))
			continue;
		if (emits[i].has_cell && (!colon || !colon[1]))
			options_usage("a cell's name stands behind it:"
			      " --emit=NAME:CELL, not --emit=", arg);
		if (!emits[i].has_cell && colon)
			options_usage("no cell's name stands behind it: --emit=", arg);
		o->emit = emits[i].what;
		o->emit_cell = colon ? colon + 1 : NULL;
		return;
	}
	options_usage("nothing is known as --emit=", arg);
}

size_t options_number(const char *arg)
{
	char *end;

	errno = 0;

	unsigned long n = strtoul(arg, &end, 10);

	if (errno || *end || arg[0] < '0' || arg[0] > '9')
		options_usage("--max-errors takes a number, not ", arg);
	return n;
}

static bool has_suffix(const char *text, const char *suffix)
{
	size_t n = strlen(text), n_suffix = strlen(suffix);

	return n > n_suffix && !strcmp(text + n - n_suffix, suffix);
}

bool options_is_html(const char *report)
{
	return has_suffix(report, ".html");
}

const char *options_report_name(const char *arg)
{
	if (!options_is_html(arg) && !has_suffix(arg, ".txt"))
		options_usage("a report's name ends in .html or .txt, unlike ",
			      arg);
	return arg;
}

enum options_format options_format_of(const char *arg)
{
	static const char *const names[] = {
		[FORMAT_TEXT] = "text", [FORMAT_JSON] = "json",
		[FORMAT_SARIF] = "sarif",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(names[i], arg))
			return (enum options_format)i;
	options_usage("--format is text, json or sarif, not ", arg);
}

bool options_wants_colour(const char *when)
{
	const char *terminal = getenv("TERM");
	const char *no_colour = getenv("NO_COLOR");

	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never"))
		return false;
	if (strcmp(when, "auto"))
		options_usage("--color is auto, always or never, not ", when);
	return isatty(STDERR_FILENO) && !(no_colour && *no_colour) &&
	       terminal && strcmp(terminal, "dumb");
}
