/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/flow.h"

#include "base/arena.h"

/* The policies that allow a channel, as a list. */
struct allowance {
	const struct policy *policy;
	const struct allowance *next;
};

struct graph {
	const struct facts *f;
	const struct allowance **by_channel;
	struct flow *list;
	size_t n;
};

static void find_allowances(struct graph *g)
{
	const struct model *m = g->f->model;

	g->by_channel = arena_array(g->f->arena, m->n_channels,
				    sizeof(*g->by_channel));
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];
		struct allowance *a;

		if (p->kind != POLICY_ALLOW)
			continue;
		a = arena_alloc(g->f->arena, sizeof(*a));
		*a = (struct allowance){ p, g->by_channel[p->via->index] };
		g->by_channel[p->via->index] = a;
	}
}

/* Never true of `isolate`, which has no second cell. */
static bool has_direction(const struct policy *p, const struct flow *e)
{
	return (p->a == e->from && p->b == e->to) ||
	       (p->is_both_ways && p->a == e->to && p->b == e->from);
}

/*
 * Load and console add nothing to a direction that is allowed over some
 * channel; pages and DMA reach beyond what anybody can name.
 */
static bool is_allowed(const struct graph *g, const struct flow *e)
{
	const struct model *m = g->f->model;

	switch (e->kind) {
	case FLOW_CHANNEL:
		for (const struct allowance *a =
		     g->by_channel[e->channel->index]; a; a = a->next)
			if (has_direction(a->policy, e))
				return true;
		return false;
	case FLOW_LOAD:
	case FLOW_CONSOLE:
		for (size_t i = 0; i < m->n_policies; i++)
			if (has_direction(&m->policies[i], e))
				return true;
		return false;
	case FLOW_PAGE:
	case FLOW_DMA:
		return false;
	}
	return false;
}

static void edge_add(struct graph *g, struct flow e)
{
	if (e.from == e.to || is_allowed(g, &e))
		return;
	g->list = arena_grow(g->f->arena, g->list, g->n, sizeof(*g->list));
	g->list[g->n++] = e;
}

static void edges_both(struct graph *g, struct flow e)
{
	const struct cell *from = e.from;

	edge_add(g, e);
	e.from = e.to;
	e.to = from;
	edge_add(g, e);
}

static void channel_edges(struct graph *g, const struct channel *c)
{
	for (size_t i = 0; i < c->n_ends; i++)
		for (size_t k = 0; c->ends[i].may_write && k < c->n_ends; k++)
			edge_add(g, (struct flow){
				.kind = FLOW_CHANNEL, .channel = c,
				.from = c->ends[i].cell, .to = c->ends[k].cell,
				.at = c->at,
			});
}

static void page_edges(struct graph *g)
{
	const struct facts *f = g->f;

	for (size_t i = 0; i < f->page_pairs.n; i++) {
		const struct page_claim *a =
			&f->pages[f->page_pairs.pairs[i].a];
		const struct page_claim *b =
			&f->pages[f->page_pairs.pairs[i].b];

		if (a->grant && b->grant)
			edges_both(g, (struct flow){
				.kind = FLOW_PAGE, .device = a->device,
				.from = a->grant->cell, .to = b->grant->cell,
				.at = a->grant->at,
			});
	}
}

/* A device without protection reads and writes what it is told to. */
static void dma_edges(struct graph *g)
{
	const struct model *m = g->f->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct grant *dma = g->f->dma[i];

		for (size_t k = 0; dma && k < m->n_cells; k++)
			edges_both(g, (struct flow){
				.kind = FLOW_DMA, .device = dma->device,
				.from = &m->cells[i], .to = &m->cells[k],
				.at = dma->at,
			});
	}
}

static void managed_edges(struct graph *g, const struct cell *c)
{
	struct flow e = {
		.from = c->managed.by, .to = c, .at = c->managed.at,
	};

	if (!c->managed.by)
		return;
	if (c->managed.may_load) {
		e.kind = FLOW_LOAD;
		edge_add(g, e);
	}
	if (c->managed.may_console) {
		e.kind = FLOW_CONSOLE;
		edges_both(g, e);
	}
}

struct flows flow_forbidden(const struct facts *f)
{
	struct graph g = { .f = f };
	const struct model *m = f->model;

	find_allowances(&g);
	for (size_t i = 0; i < m->n_channels; i++)
		channel_edges(&g, &m->channels[i]);
	page_edges(&g);
	dma_edges(&g);
	for (size_t i = 0; i < m->n_cells; i++)
		managed_edges(&g, &m->cells[i]);
	return (struct flows){ g.list, g.n };
}

const char *flow_text(const struct facts *f, const struct flow *e)
{
	switch (e->kind) {
	case FLOW_CHANNEL:
		return arena_printf(f->arena, "over channel '%s'",
				    e->channel->name);
	case FLOW_PAGE:
		return arena_printf(f->arena, "over the page of '%s'",
				    e->device->path);
	case FLOW_DMA:
		return arena_printf(f->arena, "by unprotected DMA of '%s'",
				    e->device->path);
	case FLOW_LOAD:
		return "by 'load', which lets it write the payload";
	case FLOW_CONSOLE:
		return "by 'console', which lets it read what is printed";
	}
	return "";
}
