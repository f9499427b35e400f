/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/flow_writers.h"

#include "base/arena.h"

struct writers {
	const struct facts *f;
	struct verdict *verdict;
	struct flow_writer *list;
};

static void writer_add(struct writers *w, const struct cell *cell,
		       const char *how, struct span at)
{
	struct verdict *v = w->verdict;

	v->is_written = true;
	if (cell == v->policy->a)
		return;
	w->list = arena_grow(w->f->arena, w->list, v->n_writers,
			     sizeof(*w->list));
	w->list[v->n_writers++] = (struct flow_writer){ cell, how, at };
}

static void region_writers(struct writers *w, const struct region *r)
{
	const struct managed *m = &r->cell->managed;

	if (r->access.may_write)
		writer_add(w, r->cell, "as its own memory", r->at);
	if (m->may_load)
		writer_add(w, m->by, "by 'load'",
			   span_is_nowhere(m->at) ? r->cell->at : m->at);
}

/* Who sees a cell's RAM writes what the cell itself may write. */
static void sharing_writers(struct writers *w, const struct region *r)
{
	const struct model *m = w->f->model;

	for (size_t i = 0; i < m->n_virtios; i++) {
		const struct virtio *v = &m->virtios[i];

		if (v->share_because && v->back && v->front == r->cell &&
		    r->access.may_write)
			writer_add(w, v->back,
				   arena_printf(w->f->arena, "as virtio device"
						" '%s' shares it", v->name),
				   v->at_view);
	}
}

static void channel_writers(struct writers *w, const struct channel *c)
{
	for (size_t i = 0; i < c->n_ends; i++)
		if (c->ends[i].may_write)
			writer_add(w, c->ends[i].cell, "at its end",
				   c->ends[i].at);
}

static void page_writer(struct writers *w, const struct page_claim *own,
			const struct page_claim *other)
{
	if (own->device == w->verdict->policy->device && other->grant)
		writer_add(w, other->grant->cell,
			   arena_printf(w->f->arena, "over the page of '%s'",
					other->device->path),
			   other->grant->at);
}

static void device_writers(struct writers *w, const struct device *v)
{
	const struct facts *f = w->f;
	const struct grant *owner = facts_owner(f, v);

	if (owner)
		writer_add(w, owner->cell, "as its own device", owner->at);
	for (size_t i = 0; i < f->page_pairs.n; i++) {
		const struct page_claim *a =
			&f->pages[f->page_pairs.pairs[i].a];
		const struct page_claim *b =
			&f->pages[f->page_pairs.pairs[i].b];

		page_writer(w, a, b);
		page_writer(w, b, a);
	}
}

/* Memory and registers alike. */
static void dma_writers(struct writers *w)
{
	for (size_t i = 0; i < w->f->model->n_cells; i++) {
		const struct grant *g = w->f->dma[i];

		if (g)
			writer_add(w, g->cell,
				   arena_printf(w->f->arena, "by unprotected"
						" DMA of '%s'",
						g->device->path), g->at);
	}
}

void flow_find_writers(const struct facts *f, struct verdict *v)
{
	const struct policy *p = v->policy;
	struct writers w = { .f = f, .verdict = v };

	if (p->region) {
		region_writers(&w, p->region);
		sharing_writers(&w, p->region);
	}
	if (p->channel)
		channel_writers(&w, p->channel);
	if (p->device)
		device_writers(&w, p->device);
	dma_writers(&w);
	v->writers = w.list;
}
