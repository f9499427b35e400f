/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/facts_find.h"

#include "base/arena.h"

static void grant_add(struct facts *f, struct grant **list, size_t *n,
		      struct grant g)
{
	*list = arena_grow(f->arena, *list, *n, sizeof(**list));
	(*list)[(*n)++] = g;
}

/* `console &uart` brings the device, unless `devices` names it as well. */
static bool has_own_console(const struct cell *c)
{
	if (!c->console_device)
		return false;
	for (size_t i = 0; i < c->n_devices; i++)
		if (c->devices[i].device == c->console_device)
			return false;
	return true;
}

static bool is_by_board(const struct grant *g)
{
	return g && g->device->can_dma;
}

/* Whoever says `unprotected dma` of a device knows more than its tree does. */
void facts_find_grants(struct facts *f)
{
	const struct model *m = f->model;
	const struct grant **owners = arena_array(f->arena,
						  m->board->n_devices,
						  sizeof(*owners));
	const struct grant **dma = arena_array(f->arena, m->n_cells,
					       sizeof(*dma));
	struct grant *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		for (size_t k = 0; k < c->n_devices; k++)
			grant_add(f, &list, &n, (struct grant){
				c->devices[k].device, c,
				c->devices[k].dma_because,
				c->devices[k].is_from_rest, c->devices[k].at,
			});
		if (has_own_console(c))
			grant_add(f, &list, &n, (struct grant){
				.device = c->console_device, .cell = c,
				.at = c->console_at,
			});
	}
	/* Behind all of them one of no cell, which is not counted. */
	grant_add(f, &list, &n, (struct grant){ 0 });
	n--;
	for (size_t i = n; i > 0; i--) {
		const struct grant *g = &list[i - 1];

		owners[g->device - m->board->devices] = g;
		if (g->device->can_dma || (g->dma_because &&
		    !is_by_board(dma[g->cell->index])))
			dma[g->cell->index] = g;
	}
	f->grants = list;
	f->n_grants = n;
	f->owners = owners;
	f->dma = dma;
}

/* At the end: the owner, who comes first, is the one to be told of. */
static void driver_add(struct facts *f, const struct device *v,
		       const struct grant *g)
{
	const struct driver **at = &f->drivers[v - f->model->board->devices];
	struct driver *new;

	for (; *at; at = (const struct driver **)&(*at)->next)
		if ((*at)->grant->cell == g->cell)
			return;
	new = arena_alloc(f->arena, sizeof(*new));
	new->grant = g;
	*at = new;
}

static void find_drivers(struct facts *f)
{
	const struct board *b = f->model->board;

	f->drivers = arena_array(f->arena, b->n_devices, sizeof(*f->drivers));
	for (size_t i = 0; i < b->n_devices; i++)
		if (f->owners[i])
			driver_add(f, &b->devices[i], f->owners[i]);
	for (size_t i = 0; i < f->page_pairs.n; i++) {
		const struct page_claim *one =
			&f->pages[f->page_pairs.pairs[i].a];
		const struct page_claim *two =
			&f->pages[f->page_pairs.pairs[i].b];

		if (one->grant)
			driver_add(f, two->device, one->grant);
		if (two->grant)
			driver_add(f, one->device, two->grant);
	}
}

void facts_find_pages(struct facts *f)
{
	const struct board *b = f->model->board;
	bool *is_shared = arena_array(f->arena, b->n_devices,
				      sizeof(*is_shared));
	bool *is_provider = arena_array(f->arena, b->n_devices,
					sizeof(*is_provider));
	struct page_claim *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *v = &b->devices[i];

		for (size_t k = 0; k < v->n_regs; k++) {
			list = arena_grow(f->arena, list, n, sizeof(*list));
			list[n++] = (struct page_claim){
				v, &v->regs[k], facts_owner(f, v),
				granules_of(v->regs[k].range),
			};
		}
	}

	struct sweep_item *items = arena_array(f->arena, n, sizeof(*items));

	for (size_t i = 0; i < n; i++)
		items[i] = (struct sweep_item){
			list[i].pages.base.u, pa_last(list[i].pages).u,
			list[i].grant ? 1 + list[i].grant->cell->index : 0,
		};
	for (size_t i = 0; i < f->model->n_shared_pages; i++)
		is_shared[f->model->shared_pages[i].device - b->devices] = true;
	for (size_t i = 0; i < f->model->n_shared_providers; i++)
		is_provider[f->model->shared_providers[i].device -
			    b->devices] = true;
	f->is_page_shared = is_shared;
	f->is_provider_shared = is_provider;
	f->pages = list;
	f->n_pages = n;
	f->page_pairs = sweep(f->arena, items, n);
	find_drivers(f);
}
