/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the rest cannot have because of its neighbours.
 *
 * A device that is taken away takes others with it: those in its pages, those
 * whose interrupts end at it, and so on; what another cell has also takes those
 * that need it. All are edges of a graph, and what is reached from a device that
 * the cell does not have is taken away, each once.
 *
 * For pages the edges need not be all pairs. With registers sorted by their
 * first granule, each is joined with the one before it that reaches furthest,
 * if that one reaches its first granule: two devices that share a granule are
 * then joined through devices that share granules.
 */
#include "read/resolve_rest.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/units.h"
#include "model/references.h"

enum edge_kind {
	EDGE_PAGE,		/* a page in common */
	EDGE_PARENT,		/* its interrupts end there */
	EDGE_NEED,		/* it needs what must not be another cell's */
};

struct edge {
	size_t to;
	enum edge_kind kind;
	struct edge *next;
};

struct graph {
	struct rest *rest;
	struct edge **edges;	/* of each device */
	size_t *queue;		/* devices that the cell does not have */
	size_t n_queue;
};

/* Granules that registers touch. */
struct pages { uint64_t first, last; size_t device; };

static size_t index_of(const struct graph *g, const struct device *d)
{
	return (size_t)(d - g->rest->board->devices);
}

static void edge_add(struct graph *g, size_t from, size_t to,
		     enum edge_kind kind)
{
	struct edge *e = arena_alloc(g->rest->r->read->arena, sizeof(*e));

	*e = (struct edge){ to, kind, g->edges[from] };
	g->edges[from] = e;
}

static bool is_waived(const struct graph *g, const struct device *d)
{
	const struct model *m = g->rest->r->model;

	for (size_t i = 0; i < m->n_shared_pages; i++)
		if (m->shared_pages[i].device == d)
			return true;
	return false;
}

static int pages_order(const void *a, const void *b)
{
	const struct pages *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return x->device < y->device ? -1 : x->device > y->device;
}

static size_t pages_list(const struct graph *g, struct pages **out)
{
	const struct board *b = g->rest->board;
	struct pages *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *d = &b->devices[i];

		if (is_waived(g, d))
			continue;
		for (size_t k = 0; k < d->n_regs; k++) {
			list = arena_grow(g->rest->r->read->arena, list, n,
					  sizeof(*list));
			list[n++] = (struct pages){
				d->regs[k].range.base.u / GRANULE,
				pa_last(d->regs[k].range).u / GRANULE, i };
		}
	}
	if (n)
		qsort(list, n, sizeof(*list), pages_order);
	*out = list;
	return n;
}

static void pages_join(struct graph *g)
{
	struct pages *list;
	size_t n = pages_list(g, &list), furthest = 0;

	for (size_t i = 1; i < n; i++) {
		if (list[furthest].last >= list[i].first &&
		    list[furthest].device != list[i].device) {
			edge_add(g, list[furthest].device, list[i].device,
				 EDGE_PAGE);
			edge_add(g, list[i].device, list[furthest].device,
				 EDGE_PAGE);
		}
		if (list[i].last > list[furthest].last)
			furthest = i;
	}
}

/* What `shared provider` names may be any cell's. */
static void needs_join(struct graph *g)
{
	const struct board *b = g->rest->board;

	const bool *is_shared = g->rest->is_provider_shared;

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *d = &b->devices[i];

		for (size_t k = 0; k < d->n_needs; k++) {
			const struct device_need *n = &d->needs[k];
			bool is_own_line = n->kind == NEED_INTERRUPT &&
					   n->by == d->path;

			if (reference_binds(n) && (is_own_line ||
			    !is_shared[index_of(g, n->provider)]))
				edge_add(g, index_of(g, n->provider), i,
					 is_own_line ? EDGE_PARENT : EDGE_NEED);
		}
	}
}

static void take_away(struct graph *g, const struct edge *e,
		      const struct device *because)
{
	static const char *const reasons[] = {
		[EDGE_PAGE] = "it is in one 4 KiB page with '%s'",
		[EDGE_PARENT] = "its interrupts end at '%s', which the cell"
			" does not have",
		[EDGE_NEED] = "it needs '%s', which is not the cell's, and no"
			" 'shared provider' names that",
	};
	struct rest *t = g->rest;

	if (t->holders[e->to] != HELD_AS_REST)
		return;
	/* What nobody has nobody can take away. */
	if (e->kind == EDGE_NEED &&
	    t->holders[index_of(g, because)] != HELD_BY_OTHER)
		return;
	t->holders[e->to] = HELD_BY_NOBODY;
	t->reasons[e->to] = arena_printf(t->r->read->arena, reasons[e->kind],
					 because->path);
	g->queue[g->n_queue++] = e->to;
}

void resolve_spread(struct rest *t)
{
	struct arena *a = t->r->read->arena;
	size_t n = t->board->n_devices;
	struct graph g = { .rest = t };

	g.edges = arena_array(a, n, sizeof(struct edge *));
	g.queue = arena_array(a, n, sizeof(*g.queue));
	pages_join(&g);
	needs_join(&g);
	for (size_t i = 0; i < n; i++)
		if (t->holders[i] == HELD_BY_NOBODY ||
		    t->holders[i] == HELD_BY_OTHER)
			g.queue[g.n_queue++] = i;
	for (size_t i = 0; i < g.n_queue; i++)
		for (const struct edge *e = g.edges[g.queue[i]]; e;
		     e = e->next)
			take_away(&g, e, &t->board->devices[g.queue[i]]);
}
