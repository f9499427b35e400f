/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The page-table pool: the tables of every cell and of EL2, as words.
 *
 * Granules that hold words of switches come first, and EL2 can write only
 * those; the roots are the first of all, because concatenated tables are
 * aligned to the size of them together (DDI 0487 D8.2.2).
 */
#include "target/aarch64/encode.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "target/aarch64/encode_regime.h"
#include "target/aarch64/encode_table.h"

#define DESCRIPTOR_TABLE UINT64_C(3)	/* bits 1:0 (DDI 0487 D8.3.1) */

struct builder {
	struct arena *arena;
	const struct layout *layout;
	struct page_pool *pool;
	struct regime *cells;		/* by cell */
	struct regime el2;
	uint64_t *words;
	struct span *at;
	struct pool_granule *granules;
	struct switch_words *switches;
	struct switch_word **lists;	/* by switch: its words, writable */
};

/* ---- order --------------------------------------------------------------- */

static void number(struct builder *b, struct table *n)
{
	n->index = b->pool->n_words;
	b->pool->n_words += n->n_entries;
}

static void number_cells(struct builder *b, bool has_switch)
{
	for (size_t i = 0; i < b->layout->model->n_cells; i++)
		for (struct table *n = b->cells[i].root->next; n; n = n->next)
			if (n->has_switch == has_switch)
				number(b, n);
}

/*
 * EL2's tables say which granules can be written, and so are made when the
 * switched ones are counted.
 */
static void number_all(struct builder *b)
{
	for (size_t i = 0; i < b->layout->model->n_cells; i++)
		number(b, b->cells[i].root);
	number_cells(b, true);
	b->pool->n_switched = b->pool->n_words;
	number_cells(b, false);
	b->el2 = encode_el2(b->arena, b->layout,
			    b->pool->n_switched * sizeof(uint64_t));
	for (struct table *n = b->el2.root; n; n = n->next)
		number(b, n);
}

/* ---- words --------------------------------------------------------------- */

static uint64_t address_of(const struct layout *l, size_t index)
{
	return l->hypervisor.tables.base.u + l->hypervisor.pool_offset +
	       index * sizeof(uint64_t);
}

static uint64_t descriptor(const struct builder *b, const struct entry *s)
{
	switch (s->kind) {
	case ENTRY_EMPTY:
		break;
	case ENTRY_LEAF:
		return s->leaf;
	case ENTRY_TABLE:
		return address_of(b->layout, s->table->index) | DESCRIPTOR_TABLE;
	}
	return 0;
}

static void switch_word(struct builder *b, uint32_t switch_i, size_t index,
			uint64_t on)
{
	struct switch_words *s = &b->switches[switch_i];

	b->lists[switch_i] = arena_grow(b->arena, b->lists[switch_i],
					s->n_words, sizeof(struct switch_word));
	b->lists[switch_i][s->n_words++] = (struct switch_word){ index, on };
	s->words = b->lists[switch_i];
	if (!b->layout->switches[switch_i].is_on_at_boot)
		b->words[index] = 0;
}

static void write_table(struct builder *b, const struct table *n)
{
	for (size_t i = 0; i < n->n_entries; i++) {
		const struct entry *s = &n->entries[i];
		size_t index = n->index + i;

		if (s->kind == ENTRY_EMPTY)
			continue;
		b->words[index] = descriptor(b, s);
		b->at[index] = s->at;
		if (s->switch_i != NO_SWITCH)
			switch_word(b, s->switch_i, index, b->words[index]);
	}
}

static void note_table(struct builder *b, const struct regime *t,
		      const struct table *n)
{
	for (size_t i = 0; i < n->n_entries; i += TABLE_WORDS)
		b->granules[(n->index + i) / TABLE_WORDS].what =
			arena_printf(b->arena, "%s, level %u, from 0x%" PRIx64,
				     t->what, n->level,
				     n->base + i * (GRANULE <<
						    (9 * (3 - n->level))));
}

static void write_regime(struct builder *b, const struct regime *t)
{
	for (const struct table *n = t->root; n; n = n->next) {
		write_table(b, n);
		note_table(b, t, n);
	}
}

/* Every word of a cell's root, so that nothing is left when it is off. */
static void write_root_switch(struct builder *b, size_t cell_i)
{
	const struct table *root = b->cells[cell_i].root;

	for (size_t i = 0; i < root->n_entries; i++)
		if (root->entries[i].kind != ENTRY_EMPTY)
			switch_word(b, b->layout->cells[cell_i].root_switch_i,
				    root->index + i,
				    descriptor(b, &root->entries[i]));
}

static void write_all(struct builder *b)
{
	size_t n = b->pool->n_words;

	b->words = arena_array(b->arena, n, sizeof(*b->words));
	b->at = arena_array(b->arena, n, sizeof(*b->at));
	b->granules = arena_array(b->arena, n / TABLE_WORDS,
				  sizeof(*b->granules));
	for (size_t i = 0; i < b->layout->model->n_cells; i++) {
		write_regime(b, &b->cells[i]);
		write_root_switch(b, i);
	}
	write_regime(b, &b->el2);
}

const struct page_pool *encode_tables(struct arena *arena,
				      const struct layout *layout)
{
	size_t n_cells = layout->model->n_cells;
	struct builder b = {
		.arena = arena, .layout = layout,
		.pool = arena_alloc(arena, sizeof(struct page_pool)),
		.cells = arena_array(arena, n_cells, sizeof(struct regime)),
		.switches = arena_array(arena, layout->n_switches,
					sizeof(struct switch_words)),
		.lists = arena_array(arena, layout->n_switches,
				     sizeof(struct switch_word *)),
	};
	uint64_t *roots = arena_array(arena, n_cells, sizeof(*roots));
	struct stage2_cost *costs = arena_array(arena, n_cells, sizeof(*costs));

	for (size_t i = 0; i < n_cells; i++) {
		b.cells[i] = encode_stage2(arena, layout, &layout->cells[i],
					   &costs[i]);
		regime_hoist(&b.cells[i]);
	}
	number_all(&b);
	write_all(&b);
	for (size_t i = 0; i < n_cells; i++)
		roots[i] = b.cells[i].root->index;
	b.pool->words = b.words;
	b.pool->at = b.at;
	b.pool->granules = b.granules;
	b.pool->switches = b.switches;
	b.pool->cell_roots = roots;
	b.pool->costs = costs;
	b.pool->el2_root = b.el2.root->index;
	b.pool->align = n_cells ? b.cells[0].root->n_entries * sizeof(uint64_t)
				: GRANULE;
	return b.pool;
}

uint64_t encode_vttbr_el2(const struct layout *l, const struct cell *cell)
{
	/* VMID, bits 63:48; none uses 0. BADDR, bits 47:1. */
	return (uint64_t)(cell->index + 1) << 48 |
	       address_of(l, (size_t)l->pool->cell_roots[cell->index]);
}

uint64_t encode_ttbr0_el2(const struct layout *l)
{
	return address_of(l, (size_t)l->pool->el2_root);
}
