/* SPDX-License-Identifier: BSD-2-Clause */
/* Policies: what the file promises of its cells. */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/suggest.h"
#include "read/resolve_parts.h"

struct policies { struct policy *list; size_t n; };

static void policy_add(struct resolve *r, struct policies *to,
		       const struct policy *p)
{
	to->list = arena_grow(r->read->arena, to->list, to->n,
			      sizeof(*to->list));
	to->list[to->n++] = *p;
}

/* ---- two cells ----------------------------------------------------------- */

static bool allow_read(struct resolve *r, const struct ast_stmt *s,
		       struct policy *p)
{
	p->a = cell_find(r, &s->allow.from);
	p->b = cell_find(r, &s->allow.to);
	p->is_both_ways = s->allow.is_both;
	p->via = channel_find(r, &s->allow.via);
	return p->a && p->b && p->via;
}

static bool deny_read(struct resolve *r, const struct ast_stmt *s,
		      struct policy *p)
{
	p->a = cell_find(r, &s->deny.from);
	p->b = cell_find(r, &s->deny.to);
	p->is_both_ways = s->deny.is_both;
	return p->a && p->b;
}

/* ---- only ---------------------------------------------------------------- */

static const struct channel *find_channel(const struct resolve *r,
					  const char *name)
{
	for (size_t i = 0; i < r->model->n_channels; i++)
		if (!strcmp(r->channels[i].name, name))
			return &r->channels[i];
	return NULL;
}

static const struct region *region_in(const struct cell *c, const char *name)
{
	for (size_t i = 0; i < c->n_regions; i++)
		if (!strcmp(c->regions[i].name, name))
			return &c->regions[i];
	return NULL;
}

static void thing_unknown(const struct resolve *r, const struct ast_word *name,
			  const struct cell *cell)
{
	struct suggest guess = suggest_for(name->text);
	struct diag *d = r->read->diag;

	/* It may be in a statement that was wrong. */
	if (r->ast->is_broken || cell->is_broken)
		return;
	for (size_t i = 0; i < r->model->n_channels; i++)
		suggest_offer(&guess, r->channels[i].name);
	for (size_t i = 0; i < cell->n_regions; i++)
		suggest_offer(&guess, cell->regions[i].name);
	diag_error(d, &rule_name_unknown, name->at, "there is no channel and no"
		   " memory '%s'", name->text);
	if (guess.best)
		diag_help(d, "did you mean '%s'?", guess.best);
}

/* The cell's own; else that of the only cell that has it. */
static const struct region *region_find(const struct resolve *r,
					const struct ast_word *name,
					const struct cell *cell)
{
	const struct region *found = region_in(cell, name->text);
	struct diag *d = r->read->diag;

	if (found)
		return found;
	for (size_t i = 0; i < r->model->n_cells; i++) {
		const struct region *other = region_in(&r->cells[i],
						       name->text);

		if (found && other) {
			diag_error(d, &rule_name_unknown, name->at, "'%s' has"
				   " no memory '%s', and other cells have"
				   " several", cell->name, name->text);
			diag_note(d, found->at, "'%s' has one here",
				  found->cell->name);
			diag_note(d, other->at, "'%s' has one here",
				  other->cell->name);
			return NULL;
		}
		if (other)
			found = other;
	}
	if (!found)
		thing_unknown(r, name, cell);
	return found;
}

static void only_read(struct resolve *r, const struct ast_stmt *s,
		      struct policies *to, struct policy *p)
{
	p->a = cell_find(r, &s->only.cell);
	if (s->only.device) {
		struct device_list found = board_find(r->read, &r->known,
						      s->only.device);

		for (size_t i = 0; p->a && i < found.n; i++) {
			p->device = found.devices[i];
			policy_add(r, to, p);
		}
		return;
	}
	if (!p->a)
		return;
	p->channel = find_channel(r, s->only.name.text);
	if (!p->channel)
		p->region = region_find(r, &s->only.name, p->a);
	if (p->channel || p->region)
		policy_add(r, to, p);
}

/* ---- all ----------------------------------------------------------------- */

static void policy_read(struct resolve *r, const struct ast_stmt *s,
			struct policies *to)
{
	struct policy p = { .at = s->at };
	bool is_good = false;

	if (s->kind == AST_ISOLATE) {
		p.kind = POLICY_ISOLATE;
		p.a = cell_find(r, &s->isolate.cell);
		is_good = p.a;
	} else if (s->kind == AST_CONFIDENTIAL) {
		p.kind = POLICY_CONFIDENTIAL;
		p.a = cell_find(r, &s->confidential.cell);
		is_good = p.a;
	} else if (s->kind == AST_ALLOW) {
		p.kind = POLICY_ALLOW;
		is_good = allow_read(r, s, &p);
	} else if (s->kind == AST_DENY) {
		p.kind = POLICY_DENY;
		is_good = deny_read(r, s, &p);
	} else {
		p.kind = POLICY_ONLY;
		only_read(r, s, to, &p);
	}
	if (is_good)
		policy_add(r, to, &p);
}

void resolve_policies(struct resolve *r)
{
	struct policies to = { 0 };

	for (const struct ast_stmt *s = r->ast->first; s; s = s->next) {
		if (s->kind != AST_POLICY)
			continue;
		for (const struct ast_stmt *p = s->policy.first; p;
		     p = p->next)
			policy_read(r, p, &to);
	}
	r->model->policies = to.list;
	r->model->n_policies = to.n;
}
