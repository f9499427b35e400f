/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diag_excerpt.h - draws one message and its line of the source.
 *
 * The half of diag that knows what a terminal is: tabs, UTF-8, colour, lines
 * too long to show, and bytes that must not reach a terminal. Only diag.c uses
 * it. Includes source.
 */
#ifndef BASE_DIAG_EXCERPT_H
#define BASE_DIAG_EXCERPT_H

#include <stdbool.h>
#include <stdio.h>

#include "base/source.h"

enum excerpt_tone { EXCERPT_ERROR, EXCERPT_WARNING, EXCERPT_NOTE };

struct excerpt_style {
	FILE *out;
	bool has_colour;
};

/* code is the rule's, or NULL for a note. */
void excerpt_print(const struct excerpt_style *style, const struct source *s,
		   enum excerpt_tone tone, const char *code, struct span at,
		   const char *text);
void excerpt_help(const struct excerpt_style *style, const char *text);
/* One line of our own: "hvcc: text". */
void excerpt_say(FILE *out, const char *text);

#endif
