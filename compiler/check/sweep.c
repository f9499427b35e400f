/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/sweep.h"

#include <stdlib.h>

#include "base/arena.h"

/*
 * Both far above what a board that exists can reach, and low enough that a
 * file written to keep us busy fails within a second.
 */
#define PAIRS_MAX 100000
#define VISITS_MAX 20000000

struct entry {
	struct sweep_item item;
	size_t index;
};

struct walk {
	struct arena *arena;
	struct entry *entries;
	size_t *open;		/* entries that may reach the next one */
	size_t n_open;
	size_t n_visits;
	struct sweep_pair *pairs;
	size_t n_pairs;
};

void list_sort(void *list, size_t n, size_t size,
	       int (*compare)(const void *left, const void *right))
{
	if (n)
		qsort(list, n, size, compare);
}

static int by_first(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	int by = (a->item.first > b->item.first) -
		 (a->item.first < b->item.first);

	return 2 * by + (a->index > b->index) - (a->index < b->index);
}

static void pair_add(struct walk *w, size_t i, size_t j)
{
	w->pairs = arena_grow(w->arena, w->pairs, w->n_pairs,
			      sizeof(*w->pairs));
	w->pairs[w->n_pairs++] = (struct sweep_pair){
		.a = i < j ? i : j,
		.b = i < j ? j : i,
	};
}

/* Pairs entry i with all that reach it; forgets those that ended before. */
static void entry_meet(struct walk *w, size_t i)
{
	const struct entry *e = &w->entries[i];
	size_t kept = 0;

	for (size_t k = 0; k < w->n_open; k++) {
		const struct entry *o = &w->entries[w->open[k]];

		w->n_visits++;
		if (o->item.last < e->item.first)
			continue;
		w->open[kept++] = w->open[k];
		if (o->item.group != e->item.group)
			pair_add(w, o->index, e->index);
	}
	w->open[kept++] = i;
	w->n_open = kept;
}

struct sweep_pairs sweep(struct arena *arena, const struct sweep_item *items,
			 size_t n)
{
	struct walk w = {
		.arena = arena,
		.entries = arena_array(arena, n, sizeof(*w.entries)),
		.open = arena_array(arena, n, sizeof(*w.open)),
	};
	size_t i;

	for (i = 0; i < n; i++)
		w.entries[i] = (struct entry){ items[i], i };
	list_sort(w.entries, n, sizeof(*w.entries), by_first);
	for (i = 0; i < n; i++) {
		if (w.n_pairs > PAIRS_MAX || w.n_visits > VISITS_MAX)
			break;
		entry_meet(&w, i);
	}
	return (struct sweep_pairs){ w.pairs, w.n_pairs, i < n };
}
