/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board_form.h - the blocks of board { } whose statements are plain words to
 * the grammar: which words a block takes, and in what form. Includes ast, read.
 */
#ifndef READ_BOARD_FORM_H
#define READ_BOARD_FORM_H

#include "read/ast.h"
#include "read/read.h"

enum form {
	FORM_FLAG, FORM_STRINGS, FORM_RANGE, FORM_SIZE, FORM_LINES, FORM_PPI
};

struct word {
	const char *name;
	enum form form;
	bool is_list;		/* may stand more than once */
};

/* False after errors: then nothing of the block is used. */
bool form_check(const struct read *r, const struct ast_block *block,
		const struct word *words, size_t n_words);
/* The next property from s on that is this word; NULL: there is none. */
const struct ast_stmt *form_find(const struct ast_stmt *s, const char *name);

#endif
