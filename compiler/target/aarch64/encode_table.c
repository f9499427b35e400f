/* SPDX-License-Identifier: BSD-2-Clause */
#include "target/aarch64/encode_table.h"

#include <assert.h>

#include "base/arena.h"

#define LEVEL_LAST 3u			/* pages */
#define LEVEL_BLOCK 1u			/* the first that has blocks: 1 GiB */

/* Descriptor types, bits 1:0. (DDI 0487 D8.3.1) */
#define DESCRIPTOR_BLOCK UINT64_C(1)
#define DESCRIPTOR_PAGE UINT64_C(3)

/* Bytes that one entry of a level translates. (DDI 0487 D8.2, 4 KiB granule) */
static uint64_t entry_size(unsigned int level)
{
	return GRANULE << (9 * (LEVEL_LAST - level));
}

static struct table *table_new(struct regime *t, unsigned int level,
				  uint64_t base, size_t n_entries)
{
	struct table *n = arena_alloc(t->arena, sizeof(*n));

	n->level = level;
	n->base = base;
	n->n_entries = n_entries;
	n->entries = arena_array(t->arena, n_entries, sizeof(*n->entries));
	for (size_t i = 0; i < n_entries; i++)
		n->entries[i].switch_i = NO_SWITCH;
	if (t->last)
		t->last->next = n;
	t->last = n;
	return n;
}

struct regime regime_new(struct arena *a, const char *what, unsigned int level,
			 size_t n_entries)
{
	struct regime t = { .arena = a, .what = what };

	t.root = table_new(&t, level, 0, n_entries);
	return t;
}

/*
 * A switch writes its own words only, and the words of the root all belong to
 * the root's: what switches alone is at least one level below.
 */
static bool may_be_leaf(const struct regime *t, const struct table *n,
			const struct run *r)
{
	uint64_t size = entry_size(n->level);

	if (n->level < LEVEL_BLOCK || r->size < size)
		return false;
	if (n == t->root && r->switch_i != NO_SWITCH)
		return false;
	return is_aligned(r->input, size) && is_aligned(r->output, size);
}

static void set_leaf(struct regime *t, struct table *n, struct entry *s,
		     const struct run *r)
{
	t->n_leaves[n->level]++;
	assert(s->kind == ENTRY_EMPTY);
	s->kind = ENTRY_LEAF;
	s->leaf = r->output | r->attributes |
		  (n->level == LEVEL_LAST ? DESCRIPTOR_PAGE : DESCRIPTOR_BLOCK);
	s->switch_i = r->switch_i;
	s->at = r->at;
}

static void map_in(struct regime *t, struct table *n, struct run r)
{
	uint64_t size = entry_size(n->level);

	while (r.size) {
		size_t i = (size_t)((r.input - n->base) / size);
		struct entry *s = &n->entries[i];
		uint64_t left = size - (r.input & (size - 1));
		uint64_t part = r.size < left ? r.size : left;

		assert(i < n->n_entries);
		if (may_be_leaf(t, n, &r)) {
			set_leaf(t, n, s, &r);
		} else {
			struct run inner = r;

			assert(s->kind != ENTRY_LEAF && n->level < LEVEL_LAST);
			if (s->kind == ENTRY_EMPTY) {
				s->kind = ENTRY_TABLE;
				s->table = table_new(t, n->level + 1,
						   n->base + i * size,
						   TABLE_WORDS);
				s->at = r.at;
			}
			inner.size = part;
			map_in(t, s->table, inner);
		}
		r.input += part;
		r.output += part;
		r.size -= part;
	}
}

void regime_map(struct regime *t, const struct run *run)
{
	assert(is_aligned(run->input | run->output | run->size, GRANULE));
	map_in(t, t->root, *run);
}

/* The one switch that all entries in use belong to, or NO_SWITCH. */
static uint32_t only_switch(const struct table *n)
{
	uint32_t only = NO_SWITCH;
	bool is_first = true;

	for (size_t i = 0; i < n->n_entries; i++) {
		const struct entry *s = &n->entries[i];

		if (s->kind == ENTRY_EMPTY)
			continue;
		if (!is_first && s->switch_i != only)
			return NO_SWITCH;
		only = s->switch_i;
		is_first = false;
	}
	return only;
}

static void hoist_entry(struct entry *s)
{
	uint32_t only = only_switch(s->table);

	if (only == NO_SWITCH)
		return;
	s->switch_i = only;
	for (size_t i = 0; i < s->table->n_entries; i++)
		s->table->entries[i].switch_i = NO_SWITCH;
}

static void hoist_in(const struct regime *t, struct table *n)
{
	for (size_t i = 0; i < n->n_entries; i++) {
		if (n->entries[i].kind != ENTRY_TABLE)
			continue;
		hoist_in(t, n->entries[i].table);
		if (n != t->root)
			hoist_entry(&n->entries[i]);
	}
}

void regime_hoist(struct regime *t)
{
	hoist_in(t, t->root);
	for (struct table *n = t->root; n; n = n->next)
		for (size_t i = 0; i < n->n_entries; i++)
			n->has_switch |= n->entries[i].switch_i != NO_SWITCH;
}
