/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * c_text.h - what a user wrote, inside C that nobody can break out of.
 *
 * Includes base.
 */
#ifndef EMIT_C_TEXT_H
#define EMIT_C_TEXT_H

#include <stdio.h>

#include "base/source.h"

/* In quotes, with escapes; trigraphs and what is not ASCII too. */
void c_string(FILE *out, const char *s);

/* A comment that names the file, without its folders, and the line of a span;
 * then the end of the line. */
void c_from(FILE *out, const struct source *s, struct span at);

/* The text of a comment: what could end it is replaced. */
void c_comment(FILE *out, const char *text);

/* NAME for macros: capitals, digits, and '_' for anything else. */
void c_capitals(FILE *out, const char *name);

#endif
