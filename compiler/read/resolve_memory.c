/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of cells and of the hypervisor. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/resolve_parts.h"

static struct access access_of(const struct ast_stmt *s)
{
	struct access a = {
		.may_read = true, .is_uncached = s->memory.is_uncached,
	};

	switch (s->memory.mode) {
	case MODE_NONE:
		a.may_write = a.may_execute = true;
		return a;
	case MODE_RO:
		return a;
	case MODE_RX:
		a.may_execute = true;
		return a;
	case MODE_RW:
		a.may_write = true;
		return a;
	}
	abort();
}

/* False after an error: then there is no region. */
static bool region_fill(struct resolve *r, const struct ast_stmt *s,
			const struct cell *c, struct region *g)
{
	const struct expr *size = s->memory.size, *at = s->memory.at,
			  *as = s->memory.as;
	bool is_good = true;

	*g = (struct region){
		.name = s->memory.name.text, .cell = c, .at = s->at,
		.is_rest = s->memory.is_rest, .access = access_of(s),
	};
	if (size) {
		g->at_size = size->at;
		is_good = size_read(r, size, arena_printf(r->read->arena,
				    "'%s.%s'", c->name, g->name), &g->size);
	}
	if (at) {
		g->at_pa = at->at;
		g->has_pa = read_number(r->read, at, "at", &g->pa.u);
		is_good &= g->has_pa;
	}
	if (as) {
		g->at_ipa = as->at;
		g->has_ipa = read_number(r->read, as, "as", &g->ipa.u);
		is_good &= g->has_ipa;
	}
	return is_good;
}

void resolve_memory(struct resolve *r, const struct ast_block *block,
		    struct cell *c)
{
	struct region *list = NULL;

	for (const struct ast_stmt *s = block->first; s; s = s->next) {
		struct region g;

		if (s->kind != AST_MEMORY || !region_fill(r, s, c, &g))
			continue;
		list = arena_grow(r->read->arena, list, c->n_regions,
				  sizeof(*list));
		list[c->n_regions++] = g;
	}
	c->regions = list;
}

static void hypervisor_memory(struct resolve *r, const struct ast_stmt *s)
{
	struct hypervisor *h = &r->model->hypervisor;

	if (s->memory.size)
		h->has_size = size_read(r, s->memory.size, "'hypervisor'",
					&h->size);
	if (s->memory.at)
		h->has_pa = read_number(r->read, s->memory.at, "at", &h->pa.u);
}

static void hypervisor_console(struct resolve *r, const struct ast_stmt *s)
{
	static const char *const words[] = { "none" };
	struct hypervisor *h = &r->model->hypervisor;

	h->console_at = s->at;
	if (!s->console.device) {
		word_find(r, &s->console.mode, "a console of the hypervisor",
			  words, ARRAY_SIZE(words));
		return;
	}

	struct device_list found = board_find(r->read, &r->known,
					      s->console.device);

	if (!found.n)
		return;
	h->console = CONSOLE_DEVICE;
	h->console_device = found.devices[0];
}

void resolve_hypervisor(struct resolve *r)
{
	static const struct block_rule rules[] = {
		{ AST_MEMORY, false, false },
		{ AST_CONSOLE, false, false },
	};
	const struct ast_stmt *first = NULL, *s;
	struct diag *d = r->read->diag;

	for (s = r->ast->first; s; s = s->next) {
		if (s->kind != AST_HYPERVISOR)
			continue;
		if (first) {
			diag_error(d, &rule_attribute_twice, s->at,
				   "there is a second 'hypervisor'");
			diag_note(d, first->at, "the first is here");
			continue;
		}
		first = s;
	}
	if (!first)
		return;
	r->model->hypervisor.at = first->at;
	block_check(r, "'hypervisor'", first->at, &first->hypervisor, rules,
		    ARRAY_SIZE(rules));
	s = block_find(&first->hypervisor, AST_MEMORY);
	if (s)
		hypervisor_memory(r, s);
	s = block_find(&first->hypervisor, AST_CONSOLE);
	if (s)
		hypervisor_console(r, s);
}
