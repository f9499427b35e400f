/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ast_print_part.h - for ast_print.c: what stands in statements, each behind a
 * blank. What is not there prints nothing. Includes ast.
 */
#ifndef READ_AST_PRINT_PART_H
#define READ_AST_PRINT_PART_H

#include <stdio.h>

#include "read/ast.h"

/* In quotes, without a blank. */
void ast_print_string(FILE *out, const char *s);
void ast_print_value(FILE *out, const struct expr *e);
/* The word or value behind what comes before it. */
void ast_print_word(FILE *out, const char *before, struct ast_word word);
void ast_print_option(FILE *out, const char *before, const struct expr *e);
/* Lists, with commas. */
void ast_print_values(FILE *out, const struct expr *e);
void ast_print_ranges(FILE *out, const struct ast_range *r);
void ast_print_devices(FILE *out, const struct ast_device *d);
void ast_print_lines(FILE *out, const struct ast_line *l);
void ast_print_ends(FILE *out, const struct ast_end *e);
void ast_print_waiver(FILE *out, const char *what, const struct ast_waiver *w);

#endif
