/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/board_form.h"

#include <string.h>

#include "base/diag.h"
#include "base/rules.h"
#include "base/suggest.h"
#include "read/board.h"

static const char *form_says(enum form form)
{
	static const char *const says[] = {
		[FORM_FLAG] = "stands alone",
		[FORM_STRINGS] = "takes strings",
		[FORM_RANGE] = "takes SIZE at ADDRESS",
		[FORM_SIZE] = "takes a size",
		[FORM_LINES] = "takes lines, such as spi 33",
		[FORM_PPI] = "takes one line, such as ppi 11",
	};

	return says[form];
}

static bool has_form(const struct ast_stmt *s, enum form form)
{
	const struct expr *list = s->property.list;
	const struct ast_line *line = s->property.lines;

	switch (form) {
	case FORM_FLAG:
		return !list && !line;
	case FORM_STRINGS:
		return list && !s->property.at;
	case FORM_RANGE:
		return list && !list->next && s->property.at;
	case FORM_SIZE:
		return list && !list->next && !s->property.at;
	case FORM_LINES:
		return line;
	case FORM_PPI:
		return line && !line->next && !line->last &&
		       board_line_kind(line) == LINE_PPI;
	}
	return false;
}

const struct ast_stmt *form_find(const struct ast_stmt *s, const char *name)
{
	for (; s; s = s->next)
		if (!strcmp(s->property.name.text ? s->property.name.text : "",
			    name))
			return s;
	return NULL;
}

static void word_check(struct diag *d, const struct ast_block *block,
		       const struct ast_stmt *s, const struct word *words,
		       size_t n_words)
{
	const char *name = s->property.name.text;
	struct suggest guess = suggest_for(name ? name : "");

	for (size_t i = 0; name && i < n_words; i++) {
		const struct ast_stmt *before = form_find(block->first, name);

		suggest_offer(&guess, words[i].name);
		if (strcmp(words[i].name, name))
			continue;
		if (!has_form(s, words[i].form))
			diag_error(d, &rule_type_mismatch, s->at, "'%s' %s",
				   name, form_says(words[i].form));
		if (!words[i].is_list && before != s) {
			diag_error(d, &rule_attribute_twice, s->at,
				   "'%s' stands a second time", name);
			diag_note(d, before->at, "it stands here");
		}
		return;
	}
	diag_error(d, &rule_name_unknown, s->at, "'%s' is nothing that can be"
		   " said here", name ? name : "");
	if (guess.best)
		diag_help(d, "did you mean '%s'?", guess.best);
}

bool form_check(const struct read *r, const struct ast_block *block,
		const struct word *words, size_t n_words)
{
	size_t before = diag_errors(r->diag);

	for (const struct ast_stmt *s = block->first; s; s = s->next)
		word_check(r->diag, block, s, words, n_words);
	return diag_errors(r->diag) == before && !block->is_broken;
}
