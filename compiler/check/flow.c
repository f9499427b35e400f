/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The edges. Counted first, found then: a list of what may be a million is not
 * grown.
 */
#include "check/flow.h"

#include "base/arena.h"

/* More cells, or ends of a channel, than any runtime holds: told elsewhere. */
#define CELLS_MAX 256
#define ENDS_MAX 64

/* A step that an `allow` names; of `<->` there are two. */
struct allowed {
	const struct channel *via;
	const struct cell *from, *to;
	const struct policy *policy;
};

struct graph {
	const struct facts *f;
	struct flow *list;		/* NULL while they are counted */
	size_t n;
	struct flow one_too_many;
	/* Sorted: by_step. One over no channel stands behind them. */
	const struct allowed *allowed;
	size_t n_allowed;
	/* By from * n_cells + to: the first `allow` over whatever channel. */
	const struct policy **pairs;
};

/* ---- what is allowed ----------------------------------------------------- */

static int by_step(const void *left, const void *right)
{
	const struct allowed *a = left, *b = right;

	if (a->via != b->via)
		return a->via->index < b->via->index ? -1 : 1;
	if (a->from != b->from)
		return a->from->index < b->from->index ? -1 : 1;
	if (a->to != b->to)
		return a->to->index < b->to->index ? -1 : 1;
	return (a->policy > b->policy) - (a->policy < b->policy);
}

static void find_allowed(struct graph *g)
{
	const struct model *m = g->f->model;
	struct allowed *list = arena_array(g->f->arena,
					   2 * m->n_policies + 1,
					   sizeof(*list));

	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];

		if (p->kind != POLICY_ALLOW)
			continue;
		list[g->n_allowed++] =
			(struct allowed){ p->via, p->a, p->b, p };
		if (p->is_both_ways)
			list[g->n_allowed++] =
				(struct allowed){ p->via, p->b, p->a, p };
	}
	list_sort(list, g->n_allowed, sizeof(*list), by_step);
	g->allowed = list;
	g->pairs = arena_array(g->f->arena, m->n_cells * m->n_cells,
			       sizeof(*g->pairs));
	for (size_t i = g->n_allowed; i > 0; i--) {
		const struct allowed *a = &list[i - 1];

		g->pairs[a->from->index * m->n_cells + a->to->index] =
			a->policy;
	}
}

static const struct policy *channel_allowed(const struct graph *g,
					    const struct flow *e)
{
	const struct allowed wanted = { e->channel, e->from, e->to, NULL };
	size_t low = 0, high = g->n_allowed;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_step(&g->allowed[middle], &wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (g->allowed[low].via != e->channel ||
	    g->allowed[low].from != e->from || g->allowed[low].to != e->to)
		return NULL;
	return g->allowed[low].policy;
}

/*
 * Load, console and crash add nothing to a direction that is allowed over some
 * channel; pages, providers and DMA reach beyond what anybody can name, and who
 * has a cell's RAM has its code, and whatever it may do. No policy speaks of
 * start and stop.
 */
static const struct policy *allowed_by(const struct graph *g,
				       const struct flow *e)
{
	switch (e->kind) {
	case FLOW_CHANNEL:
	case FLOW_DOORBELL:
	case FLOW_VIRTIO:
	case FLOW_NOTIFY:
		return e->channel ? channel_allowed(g, e) : NULL;
	case FLOW_LOAD:
	case FLOW_CONSOLE:
	case FLOW_CRASH:
		return g->pairs[e->from->index * g->f->model->n_cells +
				e->to->index];
	case FLOW_PAGE:
	case FLOW_PROVIDER:
	case FLOW_DMA:
	case FLOW_RAM:
	case FLOW_START:
	case FLOW_STOP:
		return NULL;
	}
	return NULL;
}

/* ---- edges --------------------------------------------------------------- */

static void edge_add(struct graph *g, struct flow e)
{
	if (e.from == e.to)
		return;
	if (g->list) {
		e.allowed_by = allowed_by(g, &e);
		g->list[g->n] = e;
	} else if (g->n == FLOW_EDGES_MAX) {
		g->one_too_many = e;
	}
	g->n++;
}

static void edges_both(struct graph *g, struct flow e)
{
	const struct cell *from = e.from;

	edge_add(g, e);
	e.from = e.to;
	e.to = from;
	edge_add(g, e);
}

static void channel_edges(struct graph *g, const struct channel *c,
			  enum flow_kind kind, struct span at)
{
	if (c->n_ends > ENDS_MAX)
		return;
	for (size_t i = 0; i < c->n_ends; i++)
		for (size_t k = 0; c->ends[i].may_write && k < c->n_ends; k++)
			edge_add(g, (struct flow){
				.kind = kind, .channel = c,
				.from = c->ends[i].cell, .to = c->ends[k].cell,
				.at = at,
			});
}

/* Pairs of one page come for each pair of registers: each device once. */
static void page_edges(struct graph *g)
{
	const struct facts *f = g->f;
	const struct device *one = NULL, *two = NULL;

	for (size_t i = 0; i < f->page_pairs.n; i++) {
		const struct page_claim *a =
			&f->pages[f->page_pairs.pairs[i].a];
		const struct page_claim *b =
			&f->pages[f->page_pairs.pairs[i].b];

		if (!a->grant || !b->grant ||
		    (a->device == one && b->device == two))
			continue;
		one = a->device;
		two = b->device;
		edges_both(g, (struct flow){
			.kind = FLOW_PAGE, .device = one,
			.from = a->grant->cell, .to = b->grant->cell,
			.at = a->grant->at,
		});
	}
}

static void driver_edges(struct graph *g, const struct grant *user,
			 const struct device *provider)
{
	for (const struct driver *d = facts_drivers(g->f, provider); d;
	     d = d->next)
		edges_both(g, (struct flow){
			.kind = FLOW_PROVIDER, .device = provider,
			.from = user->cell, .to = d->grant->cell,
			.at = user->at,
		});
}

/*
 * Whoever asks sets the clock's rate or gates it, which the owner's own devices
 * feel; whoever has it, or a page of it, does the same to those who ask.
 */
static void provider_edges(struct graph *g)
{
	const struct facts *f = g->f;
	const struct board *b = f->model->board;
	/* By provider: the last cell with an edge to it. Grants are in the
	 * order of cells. */
	const struct cell **told = arena_array(f->arena, b->n_devices,
					       sizeof(*told));

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *user = &f->grants[i];

		for (size_t k = 0; k < user->device->n_needs; k++) {
			const struct device_need *need =
				&user->device->needs[k];

			if (!need->provider || need->is_fixed ||
			    !facts_other_driver(f, need->provider,
						user->cell) ||
			    told[need->provider - b->devices] == user->cell)
				continue;
			told[need->provider - b->devices] = user->cell;
			driver_edges(g, user, need->provider);
		}
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

/*
 * Registers, configuration and requests go both ways, so whatever it shows is
 * one thing. Of what the cell behind sees the larger decides.
 */
static void virtio_edges(struct graph *g, bool is_signal)
{
	const struct model *m = g->f->model;

	for (size_t i = 0; i < m->n_virtios; i++) {
		const struct virtio *v = &m->virtios[i];

		if (!v->front || !v->back)
			continue;
		edges_both(g, (struct flow){
			.kind = is_signal ? FLOW_NOTIFY : v->share_because ?
				FLOW_RAM : FLOW_VIRTIO,
			.virtio = v, .channel = v->bounce,
			.from = v->front, .to = v->back,
			.at = is_signal || span_is_nowhere(v->at_view) ?
				v->at : v->at_view,
		});
	}
}

static void managed_edges(struct graph *g, enum flow_kind kind)
{
	const struct model *m = g->f->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct managed *by = &m->cells[i].managed;
		const struct flow e = {
			.kind = kind, .from = by->by, .to = &m->cells[i],
			.at = by->at,
		};

		if ((kind == FLOW_LOAD && by->may_load) ||
		    (kind == FLOW_START && by->may_start) ||
		    (kind == FLOW_STOP && by->may_stop))
			edge_add(g, e);
		if (kind == FLOW_CONSOLE && by->may_console)
			edges_both(g, e);
	}
}

/* What a crash keeps, memory and registers, the root cell reads. */
static void crash_edges(struct graph *g)
{
	const struct model *m = g->f->model;

	for (size_t i = 0; m->root && i < m->n_cells; i++)
		if (m->cells[i].on_crash.action == ON_KEEP)
			edge_add(g, (struct flow){
				.kind = FLOW_CRASH,
				.from = &m->cells[i], .to = m->root,
				.at = m->cells[i].on_crash.at,
			});
}

static void edges_all(struct graph *g)
{
	const struct model *m = g->f->model;

	g->n = 0;
	for (size_t i = 0; i < m->n_channels; i++)
		if (!m->channels[i].is_bounce)
			channel_edges(g, &m->channels[i], FLOW_CHANNEL,
				      m->channels[i].at);
	page_edges(g);
	provider_edges(g);
	dma_edges(g);
	virtio_edges(g, false);
	managed_edges(g, FLOW_LOAD);
	managed_edges(g, FLOW_CONSOLE);
	crash_edges(g);
	for (size_t i = 0; i < m->n_channels; i++)
		if (m->channels[i].has_doorbell)
			channel_edges(g, &m->channels[i], FLOW_DOORBELL,
				      m->channels[i].at_doorbell);
	virtio_edges(g, true);
	managed_edges(g, FLOW_START);
	managed_edges(g, FLOW_STOP);
}

struct flows *flows_find(const struct facts *f)
{
	struct flows *flows = arena_alloc(f->arena, sizeof(*flows));
	struct graph g = { .f = f };

	if (f->model->n_cells > CELLS_MAX) {
		flows->is_cut = true;
		return flows;
	}
	edges_all(&g);
	if (g.n > FLOW_EDGES_MAX) {
		struct flow *one_too_many = arena_alloc(f->arena,
							sizeof(*one_too_many));

		*one_too_many = g.one_too_many;
		flows->one_too_many = one_too_many;
		flows->is_cut = true;
		return flows;
	}
	find_allowed(&g);
	g.list = arena_array(f->arena, g.n + 1, sizeof(*g.list));
	edges_all(&g);
	flows->list = g.list;
	flows->n = g.n;
	return flows;
}
