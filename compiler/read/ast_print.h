/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ast_print.h - for --emit=ast: what was read, as text of the same language.
 *
 * Includes, lets and expressions are gone, their values stand in their places;
 * read again, the output prints as itself. Includes ast.
 */
#ifndef READ_AST_PRINT_H
#define READ_AST_PRINT_H

#include <stdio.h>

#include "read/ast.h"

void ast_print(FILE *out, const struct ast *ast);

#endif
