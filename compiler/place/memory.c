/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who gets which RAM. First what the text fixed, then what it left to us, the
 * largest first; then the hypervisor, whose size changes with every payload:
 * so that a new kernel moves no cell. What is left at the end is `rest`.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "place/placer.h"

/* A region, a channel or a device's registers, without an address yet. */
struct open {
	const struct region *region;	/* or */
	const struct channel *channel;	/* or */
	const struct virtio *virtio;
	struct pa_range *out;
	uint64_t size;
	size_t order;			/* in the text */
};

static const char *region_name(const struct placer *p, const struct region *r)
{
	return arena_printf(p->arena, "'%s.%s'", r->cell->name, r->name);
}

static const char *channel_name(const struct placer *p, const struct channel *c)
{
	return arena_printf(p->arena, c->is_bounce ? "bounce memory of '%s'" :
			    "channel '%s'", c->name);
}

static const char *open_name(const struct placer *p, const struct open *o)
{
	if (o->region)
		return region_name(p, o->region);
	if (o->channel)
		return channel_name(p, o->channel);
	return arena_printf(p->arena, "registers of '%s'", o->virtio->name);
}

static struct span open_at(const struct open *o)
{
	if (o->region)
		return o->region->at;
	return o->channel ? o->channel->at : o->virtio->at;
}

/* ---- what the text fixed ------------------------------------------------- */

static void hold_fixed(struct placer *p)
{
	const struct model *m = p->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *cell = &m->cells[i];

		for (size_t r = 0; r < cell->n_regions; r++) {
			const struct region *region = &cell->regions[r];
			struct placed_region *placed = &p->regions[i][r];

			if (region->is_rest || !region->has_pa)
				continue;
			*placed->runs = (struct pa_range){ region->pa,
							   region->size };
			space_hold(&p->space, *placed->runs,
				   region_name(p, region), region->at);
		}
	}
	for (size_t i = 0; i < m->n_channels; i++) {
		const struct channel *c = &m->channels[i];

		if (!c->has_pa)
			continue;
		p->channels[i].memory = (struct pa_range){ c->pa, c->size };
		space_hold(&p->space, p->channels[i].memory,
			   channel_name(p, c), c->at);
	}
}

/* Nodes of RAM that touch are one, as they are where nothing is stated. */
static bool is_in_ram(const struct board *b, struct pa_range r)
{
	size_t i = 0;

	while (r.size && i < b->n_memory) {
		struct pa_range ram = b->memory[i++].range;
		uint64_t n;

		if (!pa_contains(ram, (struct pa_range){ r.base, 1 }))
			continue;
		n = pa_common(ram, r);
		r.base.u += n;
		r.size -= n;
		i = 0;
	}
	return !r.size;
}

static bool hold_hypervisor(struct placer *p, pa_t base)
{
	const struct hypervisor *h = &p->model->hypervisor;
	struct pa_range all = { base, h->has_size ? h->size
						  : hypervisor_size(p) };
	const struct holding *other = space_holder(&p->space, all);

	if (!is_aligned(base.u, BLOCK)) {
		diag_error(p->diag, &rule_place_full, h->at,
			   "the hypervisor at 0x%" PRIx64
			   " is not on a 2 MiB boundary", base.u);
		return false;
	}
	if (other) {
		diag_error(p->diag, &rule_place_full, h->at,
			   "the hypervisor needs 0x%" PRIx64 "..0x%" PRIx64
			   ", and %s is there", base.u, pa_last(all).u,
			   other->name);
		diag_note(p->diag, other->at, "%s is here", other->name);
		return false;
	}
	if (!is_in_ram(p->model->board, all)) {
		diag_error(p->diag, &rule_place_full, h->at,
			   "the hypervisor needs 0x%" PRIx64 "..0x%" PRIx64
			   ", and the board has no RAM there", base.u,
			   pa_last(all).u);
		return false;
	}
	space_hold(&p->space, all, "the hypervisor", h->at);
	hypervisor_place(p, base);
	return true;
}

/* ---- what it left to us -------------------------------------------------- */

/* Sets of RAM that may be free, but that a cell sees as something else. */
static struct ranges **avoid_of(const struct placer *p, const struct open *o,
				size_t *n)
{
	size_t n_ends = o->channel ? o->channel->n_ends : 0;
	struct ranges **sets = arena_array(p->arena, n_ends + 1, sizeof(*sets));

	*n = 0;
	if (o->region && !o->region->has_ipa)
		sets[(*n)++] = &p->pages[o->region->cell->index].apart;
	if (o->virtio)
		sets[(*n)++] = &p->pages[o->virtio->back->index].apart;
	for (size_t e = 0; e < n_ends; e++)
		if (!o->channel->ends[e].has_ipa)
			sets[(*n)++] = &p->pages[
				o->channel->ends[e].cell->index].apart;
	return sets;
}

/*
 * Block mappings need base and ipa to be equal modulo the block. Where no such
 * place is left, pages do as well.
 */
static bool find(struct placer *p, const struct open *o, pa_t *out)
{
	struct want w = {
		.size = o->size,
		.align = o->size < BLOCK ? GRANULE : BLOCK,
		.offset = o->region && o->region->has_ipa ? o->region->ipa.u : 0,
	};

	w.avoid = avoid_of(p, o, &w.n_avoid);
	if (space_find(&p->space, &w, out))
		return true;
	w.align = GRANULE;
	if (space_find(&p->space, &w, out))
		return true;
	/* What is shared can be seen elsewhere: view.c finds free pages. */
	w.n_avoid = o->region ? w.n_avoid : 0;
	return space_find(&p->space, &w, out);
}

static void see_registers(struct placer *p, const struct open *o)
{
	struct pages *pages = &p->pages[o->virtio->back->index];
	struct ipa_range seen = ipa_of_identity(*o->out);

	if (!pages_are_free(pages, seen))
		return;
	pages_hold_identity(pages, *o->out);
	p->virtios[o->virtio->index].back_registers = seen.base;
}

static void see_placed(struct placer *p, const struct open *o)
{
	if (o->virtio) {
		see_registers(p, o);
		return;
	}
	if (o->region) {
		if (!o->region->has_ipa)
			pages_hold_identity(&p->pages[
				o->region->cell->index], *o->out);
		return;
	}
	for (size_t e = 0; e < o->channel->n_ends; e++) {
		const struct channel_end *end = &o->channel->ends[e];
		struct pages *pages = &p->pages[end->cell->index];
		struct ipa_range seen = ipa_of_identity(*o->out);
		uint32_t first = p->channels[o->channel->index].first_end;

		if (end->has_ipa || !pages_are_free(pages, seen))
			continue;
		pages_hold_identity(pages, *o->out);
		p->ends[first + e].memory = seen.base;
	}
}

static bool place_open(struct placer *p, const struct open *o)
{
	const char *name = open_name(p, o);
	struct span at = open_at(o);

	if (!find(p, o, &o->out->base)) {
		diag_error(p->diag, &rule_place_full, at,
			   "there is no free run of %s for %s",
			   space_size_text(p->arena, o->size), name);
		space_tell(&p->space, p->diag);
		return false;
	}
	o->out->size = o->size;
	space_hold(&p->space, *o->out, name, at);
	see_placed(p, o);
	return true;
}

static int largest_first(const void *a, const void *b)
{
	const struct open *x = a, *y = b;

	if (x->size != y->size)
		return x->size > y->size ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void open_add(struct placer *p, struct open **list, size_t *n,
		     struct open o)
{
	*list = arena_grow(p->arena, *list, *n, sizeof(**list));
	o.order = *n;
	(*list)[(*n)++] = o;
}

static void open_virtios(struct placer *p, struct open **list, size_t *n)
{
	for (size_t i = 0; i < p->model->n_virtios; i++)
		open_add(p, list, n, (struct open){
			.virtio = &p->model->virtios[i],
			.size = 2 * GRANULE,
			.out = &p->virtios[i].registers });
}

static bool place_all_open(struct placer *p)
{
	struct open *list = NULL;
	size_t n = 0;
	bool is_placed = true;

	for (size_t i = 0; i < p->model->n_cells; i++)
		for (size_t r = 0; r < p->model->cells[i].n_regions; r++) {
			const struct region *g = &p->model->cells[i].regions[r];

			if (!g->is_rest && !g->has_pa)
				open_add(p, &list, &n, (struct open){
					.region = g, .size = g->size,
					.out = p->regions[i][r].runs });
		}
	for (size_t i = 0; i < p->model->n_channels; i++) {
		const struct channel *c = &p->model->channels[i];

		if (!c->has_pa)
			open_add(p, &list, &n, (struct open){
				.channel = c, .size = c->size,
				.out = &p->channels[i].memory });
		else
			see_placed(p, &(struct open){
				.channel = c,
				.out = &p->channels[i].memory });
	}
	open_virtios(p, &list, &n);
	if (n)
		qsort(list, n, sizeof(*list), largest_first);
	for (size_t i = 0; i < n; i++)
		is_placed &= place_open(p, &list[i]);
	return is_placed;
}

static bool place_hypervisor(struct placer *p)
{
	const struct hypervisor *h = &p->model->hypervisor;
	struct want w = { .size = h->has_size ? h->size : hypervisor_size(p),
			  .align = BLOCK };
	pa_t base;

	if (space_find(&p->space, &w, &base))
		return hold_hypervisor(p, base);
	diag_error(p->diag, &rule_place_full,
		   span_is_nowhere(h->at) ? p->model->at : h->at,
		   "there is no free run of %s for the hypervisor",
		   space_size_text(p->arena, w.size));
	space_tell(&p->space, p->diag);
	return false;
}

static bool place_rest(struct placer *p, const struct cell *cell, size_t r)
{
	struct placed_region *placed = &p->regions[cell->index][r];

	placed->runs = space_free(&p->space, &p->pages[cell->index].apart,
				  &placed->n_runs);
	if (!placed->n_runs) {
		diag_error(p->diag, &rule_place_full, placed->region->at,
			   "nothing is left for %s",
			   region_name(p, placed->region));
		space_tell(&p->space, p->diag);
		return false;
	}
	for (size_t i = 0; i < placed->n_runs; i++) {
		space_hold(&p->space, placed->runs[i],
			   region_name(p, placed->region), placed->region->at);
		pages_hold_identity(&p->pages[cell->index], placed->runs[i]);
	}
	return true;
}

static bool place_all_rest(struct placer *p)
{
	for (size_t i = 0; i < p->model->n_cells; i++)
		for (size_t r = 0; r < p->model->cells[i].n_regions; r++)
			if (p->model->cells[i].regions[r].is_rest &&
			    !place_rest(p, &p->model->cells[i], r))
				return false;
	return true;
}

bool memory_place(struct placer *p)
{
	const struct hypervisor *h = &p->model->hypervisor;

	see_fixed(p);
	hold_fixed(p);
	if (!hypervisor_fits(p))
		return false;
	if (h->has_pa && !hold_hypervisor(p, h->pa))
		return false;
	if (!place_all_open(p))
		return false;
	return (h->has_pa || place_hypervisor(p)) && place_all_rest(p);
}
