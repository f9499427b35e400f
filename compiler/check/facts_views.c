/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/facts_find.h"

#include "base/arena.h"

struct view_list {
	struct view *list;
	size_t n, first;		/* first of the cell at hand */
	struct sweep_pair *pairs;
	size_t n_pairs;
	bool is_cut;
};

static void view_add(struct facts *f, struct view_list *v, struct view view)
{
	v->list = arena_grow(f->arena, v->list, v->n, sizeof(*v->list));
	v->list[v->n++] = view;
}

static void views_emulated(struct facts *f, struct view_list *v,
			   const struct cell *cell)
{
	const struct interrupt_controller *c = &f->model->board->controller;

	if (!c->is_present)
		return;
	view_add(f, v, (struct view){
		VIEW_EMULATED, { { c->distributor.base.u },
		c->distributor.size }, cell, true,
		"distributor", c->at,
	});
	for (size_t i = 0; i < c->n_redistributors; i++)
		view_add(f, v, (struct view){
			VIEW_EMULATED, { { c->redistributors[i].base.u },
			c->redistributors[i].size }, cell, true,
			"redistributors", c->at,
		});
}

static void views_device(struct facts *f, struct view_list *v,
			 const struct grant *g)
{
	for (size_t i = 0; i < g->device->n_regs; i++) {
		struct pa_range p = granules_of(g->device->regs[i].range);

		view_add(f, v, (struct view){
			VIEW_DEVICE, { { p.base.u }, p.size }, g->cell, true,
			g->device->path, g->at,
		});
	}
}

static void views_regions(struct facts *f, struct view_list *v,
			  const struct cell *cell)
{
	for (size_t i = 0; i < cell->n_regions; i++) {
		const struct region *r = &cell->regions[i];
		struct ipa_range ipa;

		if (region_ipa(r, &ipa))
			view_add(f, v, (struct view){
				VIEW_REGION, ipa, cell,
				r->has_pa && r->pa.u == ipa.base.u,
				region_name(f->arena, r), r->at,
			});
	}
}

static bool end_ipa(const struct channel *c, const struct channel_end *e,
		    struct ipa_range *out)
{
	if (e->has_ipa)
		return ipa_range_make(e->ipa.u, c->size, out);
	return c->has_pa && ipa_range_make(c->pa.u, c->size, out);
}

/* The ends of channels in one pass, not one for each cell. */
struct end_list { const struct channel_end *end; const struct channel *channel;
		  struct end_list *next; };

static struct end_list **ends_by_cell(struct facts *f)
{
	const struct model *m = f->model;
	struct end_list **heads = arena_array(f->arena, m->n_cells,
					      sizeof(*heads));

	for (size_t i = m->n_channels; i > 0; i--) {
		const struct channel *c = &m->channels[i - 1];

		for (size_t k = c->n_ends; k > 0; k--) {
			const struct channel_end *e = &c->ends[k - 1];
			struct end_list *l = arena_alloc(f->arena, sizeof(*l));

			*l = (struct end_list){ e, c, heads[e->cell->index] };
			heads[e->cell->index] = l;
		}
	}
	return heads;
}

static void views_ends(struct facts *f, struct view_list *v,
		       const struct cell *cell, const struct end_list *ends)
{
	for (; ends; ends = ends->next) {
		struct ipa_range ipa;

		if (end_ipa(ends->channel, ends->end, &ipa))
			view_add(f, v, (struct view){
				VIEW_CHANNEL, ipa, cell,
				ends->channel->has_pa &&
					ends->channel->pa.u == ipa.base.u,
				ends->channel->name, ends->end->at,
			});
	}
}

static uint32_t view_group(const struct view *v, size_t i)
{
	switch (v->kind) {
	case VIEW_DEVICE:
		return GROUP_DEVICE;
	case VIEW_EMULATED:
		return GROUP_EMULATED;
	case VIEW_REGION:
	case VIEW_CHANNEL:
		break;
	}
	return GROUP_ALONE + (uint32_t)i;
}

static void views_pair(struct facts *f, struct view_list *v)
{
	size_t n = v->n - v->first;
	struct sweep_item *items = arena_array(f->arena, n, sizeof(*items));

	for (size_t i = 0; i < n; i++) {
		const struct view *view = &v->list[v->first + i];

		items[i] = (struct sweep_item){
			view->range.base.u, ipa_last(view->range).u,
			view_group(view, i),
		};
	}

	struct sweep_pairs found = sweep(f->arena, items, n);

	for (size_t i = 0; i < found.n; i++) {
		v->pairs = arena_grow(f->arena, v->pairs, v->n_pairs,
				      sizeof(*v->pairs));
		v->pairs[v->n_pairs++] = (struct sweep_pair){
			found.pairs[i].a + v->first,
			found.pairs[i].b + v->first,
		};
	}
	v->is_cut |= found.is_cut;
	v->first = v->n;
}

void facts_find_views(struct facts *f)
{
	struct view_list v = { 0 };
	struct end_list **ends = ends_by_cell(f);
	size_t grant_i = 0;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *cell = &f->model->cells[i];

		views_emulated(f, &v, cell);
		/* The grants are in the order of the cells. */
		for (; f->grants[grant_i].cell == cell; grant_i++)
			views_device(f, &v, &f->grants[grant_i]);
		views_regions(f, &v, cell);
		views_ends(f, &v, cell, ends[i]);
		views_pair(f, &v);
	}
	f->views = v.list;
	f->n_views = v.n;
	f->view_pairs = (struct sweep_pairs){ v.pairs, v.n_pairs, v.is_cut };
}
