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

/* The model's lists are still ours. */
static void waived_add(struct resolve *r, const struct ast_stmt *s,
		       const struct shared_device **list, size_t *n)
{
	const char *because = waiver_reason(r, &s->shared.waiver);

	for (const struct ast_device *d = s->shared.devices; d; d = d->next) {
		struct device_list found = board_find(r->read, &r->known, d);

		for (size_t i = 0; i < found.n; i++) {
			struct shared_device *all = arena_grow(r->read->arena,
				(void *)(uintptr_t)*list, *n, sizeof(*all));

			all[(*n)++] = (struct shared_device){
				found.devices[i], because, d->at };
			*list = all;
		}
	}
}

void resolve_shared(struct resolve *r, const struct ast_stmt *s)
{
	static const char *const words[] = { "page", "provider", "reset" };
	struct model *m = r->model;

	if (s->kind == AST_FIRMWARE) {
		not_built_yet(r, s->at, "firmware calls");
		return;
	}

	size_t i = word_find(r, &s->shared.what, "something to share", words,
			     ARRAY_SIZE(words));

	if (i == 0)
		waived_add(r, s, &m->shared_pages, &m->n_shared_pages);
	else if (i == 1)
		waived_add(r, s, &m->shared_providers, &m->n_shared_providers);
	else if (i == 2)
		waived_add(r, s, &m->shared_resets, &m->n_shared_resets);
}
