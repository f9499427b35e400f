/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * format.h - what diag reports, as a document that a machine reads.
 *
 * One document, always whole and valid: text of the input that is not UTF-8, or
 * that would hide or reorder what a person sees, is replaced by U+FFFD. Nothing
 * of the machine or the time is in it, so the same input gives the same bytes.
 * Includes base.
 */
#ifndef FORMAT_FORMAT_H
#define FORMAT_FORMAT_H

#include <stdio.h>

#include "base/diag_record.h"

struct format_rule {
	const struct rule *rule;
	const char *level;	/* "error", "warning" or "note" */
	const char *because;	/* of a rule that no file can break; or NULL */
	/* What --explain says, in words and with its examples; or NULL. */
	const char *help, *help_markdown;
};

struct format {
	const struct source *source;
	struct diag_batch batch;
	const struct format_rule *rules;
	size_t n_rules;
	const char *version;	/* of hvcc */
	const char *input;	/* the main file */
	const char *library;	/* folder whose place is no user's matter */
	int exit_code;
};

void format_json(FILE *out, const struct format *f);
void format_sarif(FILE *out, const struct format *f);
/* --rules; batch, source and input are not looked at. */
void format_rules_json(FILE *out, const struct format *f);

#endif
