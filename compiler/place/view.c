/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each cell sees: its stage-2 mappings, and the switches that take parts
 * of it away while the machine runs. The pages that trap are in traps.c.
 */
#include "place/view.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hv_abi.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"

static uint32_t switch_add(struct placer *p, struct switch_layout s)
{
	size_t n = p->layout->n_switches++;

	p->switches = arena_grow(p->arena, p->switches, n,
				 sizeof(*p->switches));
	p->switches[n] = s;
	return (uint32_t)n;
}

void view_map(struct view *v, struct mapping m)
{
	v->mappings = arena_grow(v->p->arena, v->mappings, v->out->n_mappings,
				 sizeof(*v->mappings));
	v->mappings[v->out->n_mappings++] = m;
}

/* ---- memory -------------------------------------------------------------- */

static void map_regions(struct view *v)
{
	for (size_t r = 0; r < v->cell->n_regions; r++) {
		const struct placed_region *g =
			&v->p->regions[v->cell->index][r];

		for (size_t i = 0; i < g->n_runs; i++)
			view_map(v, (struct mapping){
				.kind = MAP_RAM,
				.ipa = ipa_of_run(g->region, g->runs[i]),
				.pa = g->runs[i].base,
				.access = g->region->access,
				.region = g->region,
				.switch_i = UINT32_MAX,
				.at = g->region->at,
			});
	}
}

/*
 * An end sees the channel where the text says, else at its physical address,
 * else, where the cell has something there, on free pages.
 */
static bool place_end(struct view *v, const struct channel_layout *c,
		      struct end_layout *e)
{
	struct pages *pages = &v->p->pages[v->cell->index];
	struct ipa_range seen = ipa_of_identity(c->memory);

	if (e->end->has_ipa) {
		e->memory = e->end->ipa;
		return true;
	}
	/* memory.c has already found it free. */
	if (e->memory.u)
		return true;
	if (!pages_find(pages, seen.size, GRANULE, seen.base, &e->memory)) {
		diag_error(v->p->diag, &rule_place_full, e->end->at,
			   "cell '%s' has no free run of %s in its addresses"
			   " for channel '%s'", v->cell->name,
			   space_size_text(v->p->arena, seen.size), c->channel->name);
		return false;
	}
	pages_hold(pages, (struct ipa_range){ e->memory, seen.size });
	return true;
}

static bool map_channels(struct view *v)
{
	struct placer *p = v->p;

	for (size_t i = 0; i < p->layout->n_ends; i++) {
		struct end_layout *e = &p->ends[i];
		const struct channel_layout *c = &p->channels[e->channel->index];

		if (e->end->cell != v->cell)
			continue;
		if (!place_end(v, c, e))
			return false;
		view_map(v, (struct mapping){
			.kind = MAP_CHANNEL,
			.ipa = { e->memory, c->memory.size },
			.pa = c->memory.base,
			.access = { .may_read = true,
				    .may_write = e->end->may_write,
				    .is_uncached = e->channel->is_uncached },
			.channel = e->channel,
			.switch_i = switch_add(p, (struct switch_layout){
				.kind = SWITCH_SHARED, .owner = v->cell,
				.subject = v->cell, .channel = e->channel,
				.is_on_at_boot = true }),
			.at = e->end->at,
		});
	}
	return true;
}

/* ---- load windows -------------------------------------------------------- */

/* The root cell has nothing else there: it sees all at the board's addresses. */
static void map_window(struct view *v, const struct cell *subject,
		       const struct placed_region *g, uint32_t switch_i)
{
	for (size_t i = 0; i < g->n_runs; i++)
		view_map(v, (struct mapping){
			.kind = MAP_WINDOW,
			.ipa = ipa_of_identity(g->runs[i]),
			.pa = g->runs[i].base,
			.access = { .may_read = true, .may_write = true,
				    .is_uncached =
					g->region->access.is_uncached },
			.subject = subject,
			.switch_i = switch_i,
			.at = span_is_nowhere(subject->managed.at) ?
				subject->at : subject->managed.at,
		});
}

static bool has_window(const struct view *v, const struct cell *subject)
{
	return subject->managed.may_load && subject != v->cell &&
	       v->cell == v->p->model->root;
}

/* No two windows meet: what is in them has one owner each. */
static void map_windows(struct view *v)
{
	const struct model *m = v->p->model;
	size_t first = v->out->n_mappings;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *subject = &m->cells[i];
		uint32_t switch_i;

		if (!has_window(v, subject))
			continue;
		switch_i = switch_add(v->p, (struct switch_layout){
			.kind = SWITCH_WINDOW, .owner = v->cell,
			.subject = subject });
		for (size_t r = 0; r < subject->n_regions; r++)
			map_window(v, subject, &v->p->regions[i][r], switch_i);
	}
	for (size_t i = first; i < v->out->n_mappings; i++)
		pages_hold(&v->p->pages[v->cell->index], v->mappings[i].ipa);
}

/* ---- devices ------------------------------------------------------------- */

/* Does it lie in a page that the text lets several cells have? */
static bool is_on_shared_page(const struct model *m, struct pa_range pages)
{
	for (size_t i = 0; i < m->n_shared_pages; i++) {
		const struct device *d = m->shared_pages[i].device;

		for (size_t k = 0; k < d->n_regs; k++)
			if (pa_overlap(pages, pages_around(d->regs[k].range)))
				return true;
	}
	return false;
}

static void map_device(struct view *v, const struct device *d, struct span at)
{
	for (size_t i = 0; i < d->n_regs; i++) {
		struct pa_range r = pages_around(d->regs[i].range);

		view_map(v, (struct mapping){
			.kind = MAP_DEVICE,
			.ipa = ipa_of_identity(r),
			.pa = r.base,
			.access = { .may_read = true, .may_write = true },
			.device = d,
			.is_shared = is_on_shared_page(v->p->model, r),
			.switch_i = UINT32_MAX,
			.at = at,
		});
	}
}

static void map_devices(struct view *v)
{
	for (size_t i = 0; i < v->cell->n_devices; i++)
		map_device(v, v->cell->devices[i].device,
			   v->cell->devices[i].at);
	if (v->cell->console == CONSOLE_DEVICE)
		map_device(v, v->cell->console_device, v->cell->console_at);
}

/* ---- in order ------------------------------------------------------------ */

static int mapping_by_ipa(const void *a, const void *b)
{
	const struct mapping *x = a, *y = b;

	if (x->ipa.base.u != y->ipa.base.u)
		return x->ipa.base.u < y->ipa.base.u ? -1 : 1;
	/* Only devices share a page, or one has it twice. */
	return x->device && y->device ?
		strcmp(x->device->path, y->device->path) : 0;
}

/* Devices that share pages become one mapping, named after the first. */
static void join_devices(struct view *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->out->n_mappings; i++) {
		struct mapping *last = n ? &v->mappings[n - 1] : NULL;
		const struct mapping *m = &v->mappings[i];
		uint64_t end = ipa_last(m->ipa).u;

		if (!last || last->kind != MAP_DEVICE ||
		    m->kind != MAP_DEVICE || !ipa_overlap(last->ipa, m->ipa))
			v->mappings[n++] = *m;
		else {
			last->is_shared |= m->is_shared;
			if (end > ipa_last(last->ipa).u)
				last->ipa.size = end - last->ipa.base.u + 1;
		}
	}
	v->out->n_mappings = n;
}

static bool place_cell(struct placer *p, const struct cell *cell)
{
	struct view v = { .p = p, .cell = cell,
			  .out = &p->cells[cell->index] };

	v.out->root_switch_i = switch_add(p, (struct switch_layout){
		.kind = SWITCH_ROOT, .owner = cell, .subject = cell,
		.is_on_at_boot = true });
	map_regions(&v);
	map_devices(&v);
	if (!map_channels(&v))
		return false;
	map_windows(&v);
	if (!view_virtios(&v) || !view_traps(&v))
		return false;
	if (v.out->n_mappings)
		qsort(v.mappings, v.out->n_mappings, sizeof(*v.mappings),
		      mapping_by_ipa);
	join_devices(&v);
	v.out->mappings = v.mappings;
	return true;
}

static void place_rings(struct placer *p)
{
	uint64_t at = p->layout->hypervisor.rings.base.u;

	for (size_t i = 0; i < p->model->n_cells; i++) {
		if (p->model->cells[i].console != CONSOLE_VIRTUAL)
			continue;
		p->cells[i].console_ring.u = at;
		at += HV_RING_SIZE;
	}
}

bool view_place(struct placer *p)
{
	bool is_placed = true;

	place_rings(p);
	for (size_t i = 0; i < p->model->n_cells; i++)
		is_placed &= place_cell(p, &p->model->cells[i]);
	p->layout->switches = p->switches;
	if (is_placed)
		virtios_views(p);
	return is_placed;
}
