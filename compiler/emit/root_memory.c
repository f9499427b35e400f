/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit/root_memory.h"

#include <stdlib.h>

#include "base/arena.h"

/* Addresses: from `first` on, one more or one fewer of a kind covers it. */
struct edge { uint64_t at; int ram, taken; };

struct edges { struct arena *arena; struct edge *list; size_t n; };

static void add(struct edges *e, struct pa_range r, int ram, int taken)
{
	e->list = arena_grow(e->arena, e->list, e->n, sizeof(*e->list));
	e->list[e->n++] = (struct edge){ r.base.u, ram, taken };
	/* What ends with the last address has no end. */
	if (pa_last(r).u == UINT64_MAX)
		return;
	e->list = arena_grow(e->arena, e->list, e->n, sizeof(*e->list));
	e->list[e->n++] = (struct edge){ pa_last(r).u + 1, -ram, -taken };
}

static int by_address(const void *left, const void *right)
{
	const struct edge *a = left, *b = right;

	return (a->at > b->at) - (a->at < b->at);
}

/* Only what a kernel may use for anything: as place/running.c asks. */
static bool is_usable(const struct mapping *m)
{
	return m->kind == MAP_RAM && m->access.may_write &&
	       m->access.may_execute && !m->access.is_uncached;
}

static struct edges edges_of(struct arena *a, const struct layout *l)
{
	const struct board *b = l->model->board;
	const struct cell_layout *c = &l->cells[l->model->root->index];
	struct edges e = { .arena = a };

	for (size_t i = 0; i < b->n_memory; i++)
		add(&e, b->memory[i].range, 1, 0);
	/* One that is disabled Linux would not look at. */
	for (size_t i = 0; i < b->n_reserved; i++)
		if (b->reserved[i].is_node && !b->reserved[i].is_disabled)
			add(&e, b->reserved[i].range, 0, 1);
	for (size_t i = 0; i < c->n_mappings; i++)
		if (is_usable(&c->mappings[i]))
			add(&e, (struct pa_range){ c->mappings[i].pa,
				c->mappings[i].ipa.size }, 0, 1);
	qsort(e.list, e.n, sizeof(*e.list), by_address);
	return e;
}

static void keep(struct arena *a, struct root_memory *out,
		 struct pa_range **list, uint64_t first, uint64_t last)
{
	struct pa_range *before = out->n ? &(*list)[out->n - 1] : NULL;

	if (before && pa_last(*before).u + 1 == first) {
		before->size += last - first + 1;
		return;
	}
	*list = arena_grow(a, *list, out->n, sizeof(**list));
	(*list)[out->n++] = (struct pa_range){ { first }, last - first + 1 };
}

struct root_memory root_memory(struct arena *a, const struct layout *l)
{
	const struct edges e = edges_of(a, l);
	struct root_memory out = { NULL, 0 };
	struct pa_range *list = NULL;
	int ram = 0, taken = 0;

	for (size_t i = 0; i < e.n; i++) {
		uint64_t first = e.list[i].at;
		bool is_last = i + 1 == e.n;

		ram += e.list[i].ram;
		taken += e.list[i].taken;
		if (ram > 0 && !taken && (is_last || e.list[i + 1].at > first))
			keep(a, &out, &list, first,
			     is_last ? UINT64_MAX : e.list[i + 1].at - 1);
	}
	out.list = list;
	return out;
}
