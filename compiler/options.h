/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options.h - the command line, as hvcc(1) says it.
 *
 * A command line that is wrong is no broken rule: one line on stderr, exit 2.
 * Includes base.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum options_mode {
	OPTIONS_BUILD,
	OPTIONS_CHECK,
	OPTIONS_EMIT,
	OPTIONS_DEPENDS,	/* -M alone */
	OPTIONS_VERIFY,
	OPTIONS_BOARD,
	OPTIONS_REPORT,		/* --report alone */
	OPTIONS_DIFF,
	OPTIONS_RULES,
	OPTIONS_EXPLAIN,
	OPTIONS_HELP,
	OPTIONS_VERSION
};

enum options_emit {
	EMIT_AST, EMIT_MODEL, EMIT_LAYOUT, EMIT_TABLES, EMIT_DTB, EMIT_LDSCRIPT,
	EMIT_HEADER, EMIT_FLOW, EMIT_RUNTIME_HASH, EMIT_ROOT_DTB
};

enum options_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_SARIF };

struct options {
	enum options_mode mode;
	enum options_emit emit;
	const char *emit_cell;		/* behind dtb: and header: */
	const char *input;
	const char *new_input;		/* of --diff, whose old one is input */
	const char *output;		/* -o, or NULL: standard output */
	const char *argument;		/* of the mode, as --verify IMAGE */
	const char *depends;		/* -MF, or NULL */
	const char *const *reports;	/* --report */
	size_t n_reports;
	const char *const *dirs;	/* -I */
	size_t n_dirs;
	const char *const *defines;	/* -D, "NAME=VALUE" */
	size_t n_defines;
	const char *const *silenced;	/* -Wno-NAME */
	size_t n_silenced;
	const char *const *raised;	/* -Werror=NAME */
	size_t n_raised;
	bool are_warnings_errors;	/* -Werror */
	size_t errors_max;		/* 0: all */
	enum options_format format;	/* of what is reported */
	bool is_stdout_taken;		/* by what was asked for */
	bool are_payloads_later;
	bool is_verbose;
	bool has_colour;
};

struct options options_read(struct arena *a, int argc, char **argv);

/* A report is a page; else it is text. */
bool options_is_html(const char *report);

extern const char options_help[];

#endif
