/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels, and what is shared with a reason. */
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/resolve_parts.h"

/* ---- channels ----------------------------------------------------------- */

static void end_add(struct resolve *r, struct channel *ch,
		    struct channel_end **list, const struct ast_end *e,
		    bool may_write)
{
	struct channel_end end = {
		.cell = cell_find(r, &e->cell), .may_write = may_write,
		.at = e->cell.at,
	};

	if (e->as)
		end.has_ipa = read_number(r->read, e->as, "as", &end.ipa.u);
	if (!end.cell) {
		ch->is_broken = true;
		return;
	}
	*list = arena_grow(r->read->arena, *list, ch->n_ends, sizeof(**list));
	(*list)[ch->n_ends++] = end;
}

static void ends_read(struct resolve *r, const struct ast_block *block,
		      struct channel *ch)
{
	const struct ast_stmt *between = block_find(block, AST_BETWEEN);
	const struct ast_stmt *from = block_find(block, AST_FROM);
	struct channel_end *list = NULL;
	struct diag *d = r->read->diag;

	if (between && from) {
		diag_error(d, &rule_attribute_twice, from->at,
			   "'%s' has its ends already", ch->name);
		diag_note(d, between->at, "they are here");
	} else if (!between && !from && !block->is_broken) {
		diag_error(d, &rule_attribute_missing, ch->at,
			   "'%s' has neither between nor from", ch->name);
	}
	if (between) {
		for (const struct ast_end *e = between->between.ends; e;
		     e = e->next)
			end_add(r, ch, &list, e, true);
	} else if (from) {
		ch->is_one_way = true;
		end_add(r, ch, &list, &from->from.writer, true);
		for (const struct ast_end *e = from->from.readers; e;
		     e = e->next)
			end_add(r, ch, &list, e, false);
	}
	ch->ends = list;
	/* Without either, what is missing has been said. */
	ch->is_broken |= !between && !from;
}

void resolve_channel(struct resolve *r, const struct ast_stmt *s,
		     struct channel *ch)
{
	static const struct block_rule rules[] = {
		{ AST_BETWEEN, false, false },
		{ AST_FROM, false, false },
		{ AST_MEMORY, false, true },
		{ AST_DOORBELL, false, false },
	};
	const struct ast_block *block = &s->channel.block;
	const char *who = arena_printf(r->read->arena, "'%s'", ch->name);
	const struct ast_stmt *part;

	block_check(r, who, ch->at, block, rules, ARRAY_SIZE(rules));
	ends_read(r, block, ch);
	part = block_find(block, AST_DOORBELL);
	if (part) {
		ch->has_doorbell = true;
		ch->at_doorbell = part->at;
	}
	part = block_find(block, AST_MEMORY);
	if (!part)
		return;
	ch->at_size = part->memory.size->at;
	ch->is_uncached = part->memory.is_uncached;
	if (!size_read(r, part->memory.size, who, &ch->size))
		ch->size = 0;
	if (!part->memory.at)
		return;
	ch->at_pa = part->memory.at->at;
	ch->has_pa = read_number(r->read, part->memory.at, "at", &ch->pa.u);
}

/* ---- waivers ------------------------------------------------------------ */

/* One device that a waiver names; the model's lists are still ours. */
struct waived { const struct device *device; const char *because; struct span at; };

static void page_add(struct resolve *r, const struct waived *w)
{
	struct model *m = r->model;
	struct shared_page *list = arena_grow(r->read->arena,
		(void *)(uintptr_t)m->shared_pages, m->n_shared_pages,
		sizeof(*list));

	list[m->n_shared_pages++] = (struct shared_page){
		w->device, w->because, w->at };
	m->shared_pages = list;
}

static void provider_add(struct resolve *r, const struct waived *w)
{
	struct model *m = r->model;
	struct shared_provider *list = arena_grow(r->read->arena,
		(void *)(uintptr_t)m->shared_providers, m->n_shared_providers,
		sizeof(*list));

	list[m->n_shared_providers++] = (struct shared_provider){
		w->device, w->because, w->at };
	m->shared_providers = list;
}

static void reset_add(struct resolve *r, const struct waived *w)
{
	struct model *m = r->model;
	struct shared_reset *list = arena_grow(r->read->arena,
		(void *)(uintptr_t)m->shared_resets, m->n_shared_resets,
		sizeof(*list));

	list[m->n_shared_resets++] = (struct shared_reset){
		w->device, w->because, w->at };
	m->shared_resets = list;
}

static void waived_add(struct resolve *r, const struct ast_stmt *s,
		       void (*add)(struct resolve *r, const struct waived *w))
{
	const char *because = waiver_reason(r, &s->shared.waiver);

	for (const struct ast_device *d = s->shared.devices; d; d = d->next) {
		struct device_list found = board_find(r->read, &r->known, d);

		for (size_t i = 0; i < found.n; i++)
			add(r, &(struct waived){ found.devices[i], because,
						 d->at });
	}
}

void resolve_shared(struct resolve *r, const struct ast_stmt *s)
{
	static const char *const words[] = { "page", "provider", "reset" };

	if (s->kind == AST_FIRMWARE) {
		not_built_yet(r, s->at, "firmware calls");
		return;
	}

	size_t i = word_find(r, &s->shared.what, "something to share", words,
			     ARRAY_SIZE(words));

	if (i == 0)
		waived_add(r, s, page_add);
	else if (i == 1)
		waived_add(r, s, provider_add);
	else if (i == 2)
		waived_add(r, s, reset_add);
}
