/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eval.h - the value of every expression, and the one space of names.
 *
 * Goes through the whole expressions in reading order: a let is known behind
 * its definition and nowhere before. Private to the reading stage. Includes
 * ast, read.
 */
#ifndef READ_EVAL_H
#define READ_EVAL_H

#include "read/ast.h"
#include "read/read.h"

/* Gives every root of the ast its value; reports what has none. */
void eval_ast(const struct read *r, const struct ast *ast);

/* names.c: cells, channels, lets and regions whose name is taken already. */
void names_check(const struct read *r, const struct ast *ast);

#endif
