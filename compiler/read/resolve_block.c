/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/suggest.h"
#include "base/units.h"
#include "read/resolve_parts.h"

const struct ast_stmt *block_find(const struct ast_block *block,
				  enum ast_kind kind)
{
	for (const struct ast_stmt *s = block->first; s; s = s->next)
		if (s->kind == kind)
			return s;
	return NULL;
}

static const struct block_rule *rule_of(const struct block_rule *rules,
					size_t n_rules, enum ast_kind kind)
{
	for (size_t i = 0; i < n_rules; i++)
		if (rules[i].kind == kind)
			return &rules[i];
	return NULL;
}

static void missing_tell(const struct resolve *r, const char *who,
			 struct span at, const struct ast_block *block,
			 const struct block_rule *rules, size_t n_rules)
{
	const char *list = NULL;

	for (size_t i = 0; i < n_rules; i++) {
		const char *name = ast_kind_name(rules[i].kind);

		if (rules[i].is_wanted && !block_find(block, rules[i].kind))
			list = list ? arena_printf(r->read->arena, "%s, no %s",
						   list, name) : name;
	}
	if (list)
		diag_error(r->read->diag, &rule_attribute_missing, at,
			   "%s has no %s", who, list);
}

void block_check(const struct resolve *r, const char *who, struct span at,
		 const struct ast_block *block, const struct block_rule *rules,
		 size_t n_rules)
{
	struct diag *d = r->read->diag;

	for (const struct ast_stmt *s = block->first; s; s = s->next) {
		const struct block_rule *rule = rule_of(rules, n_rules,
							s->kind);
		const struct ast_stmt *first = block_find(block, s->kind);
		const char *name = ast_kind_name(s->kind);

		if (!rule) {
			diag_error(d, &rule_type_mismatch, s->at,
				   "%s takes no %s", who, name);
		} else if (!rule->is_list && first != s) {
			diag_error(d, &rule_attribute_twice, s->at,
				   "%s has a second '%s'", who, name);
			diag_note(d, first->at, "the first is here");
		}
	}
	/* What is missing may be in a statement that was wrong. */
	if (!block->is_broken)
		missing_tell(r, who, at, block, rules, n_rules);
}

size_t word_find(const struct resolve *r, const struct ast_word *word,
		 const char *what, const char *const *words, size_t n_words)
{
	struct diag *d = r->read->diag;
	struct suggest guess = suggest_for(word->text);
	const char *list = NULL;

	for (size_t i = 0; i < n_words; i++) {
		if (!strcmp(words[i], word->text))
			return i;
		suggest_offer(&guess, words[i]);
		list = list ? arena_printf(r->read->arena, "%s, %s", list,
					   words[i]) : words[i];
	}
	diag_error(d, &rule_name_unknown, word->at, "'%s' is not %s",
		   word->text, what);
	if (guess.best)
		diag_help(d, "did you mean '%s'?", guess.best);
	else
		diag_help(d, "there is %s", list);
	return n_words;
}

const struct cell *cell_find(const struct resolve *r,
			     const struct ast_word *name)
{
	struct diag *d = r->read->diag;
	struct suggest guess = suggest_for(name->text);

	for (size_t i = 0; i < r->model->n_cells; i++)
		if (!strcmp(r->cells[i].name, name->text))
			return &r->cells[i];
	/* It may be in a statement that was wrong. */
	if (r->ast->is_broken)
		return NULL;
	for (size_t i = 0; i < r->model->n_cells; i++)
		suggest_offer(&guess, r->cells[i].name);
	diag_error(d, &rule_name_unknown, name->at, "there is no cell '%s'",
		   name->text);
	if (guess.best)
		diag_help(d, "did you mean '%s'?", guess.best);
	return NULL;
}

/* Who has a cell's RAM has all that it may do, which is nothing to allow. */
static bool is_sharer(const struct resolve *r, const struct ast_word *name)
{
	const struct model *m = r->model;
	struct diag *d = r->read->diag;

	for (size_t i = 0; i < m->n_virtios; i++) {
		const struct virtio *v = &m->virtios[i];

		if (v->bounce || strcmp(v->name, name->text))
			continue;
		/* What it shows may be in a statement that was wrong. */
		if (v->share_because)
			diag_error(d, &rule_type_mismatch, name->at, "via takes"
				   " a channel or a virtio device with"
				   " 'bounce', and '%s' shares all RAM of its"
				   " cell", v->name);
		return true;
	}
	return false;
}

const struct channel *channel_find(const struct resolve *r,
				   const struct ast_word *name)
{
	struct diag *d = r->read->diag;
	struct suggest guess = suggest_for(name->text);

	for (size_t i = 0; i < r->model->n_channels; i++)
		if (!strcmp(r->channels[i].name, name->text))
			return &r->channels[i];
	if (r->ast->is_broken || is_sharer(r, name))
		return NULL;
	for (size_t i = 0; i < r->model->n_channels; i++)
		suggest_offer(&guess, r->channels[i].name);
	diag_error(d, &rule_name_unknown, name->at,
		   "there is no channel '%s'", name->text);
	if (guess.best)
		diag_help(d, "did you mean '%s'?", guess.best);
	return NULL;
}

void not_built_yet(const struct resolve *r, struct span at, const char *what)
{
	diag_error(r->read->diag, &rule_not_built_yet, at,
		   "'%s' is a part of the language that this hvcc does not"
		   " have yet", what);
}

static bool is_blank(const char *s)
{
	return !s[strspn(s, " \t\r\n")];
}

const char *waiver_reason(const struct resolve *r,
			  const struct ast_waiver *waiver)
{
	const char *reason = NULL;
	struct diag *d = r->read->diag;

	if (span_is_nowhere(waiver->at))
		return NULL;
	if (waiver->because) {
		if (waiver->because->value.kind == VALUE_BAD)
			return "";
		reason = read_string(r->read, waiver->because, "because");
		if (!reason)
			return "";
	}
	if (reason && !is_blank(reason))
		return reason;
	diag_error(d, &rule_reason_missing, waiver->at,
		   "what weakens isolation says why");
	diag_help(d, "add because \"...\" with the reason, for the one who"
		  " reviews this");
	/* The waiver was meant: the checks need not ask for it. */
	return "";
}

bool size_read(const struct resolve *r, const struct expr *e, const char *what,
	       uint64_t *out)
{
	if (!read_size(r->read, e, what, out))
		return false;
	if (*out)
		return true;
	diag_error(r->read->diag, &rule_value_range, e->at,
		   "%s has no bytes", what);
	return false;
}
