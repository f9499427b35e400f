/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "place/placer.h"
#include "target/target.h"

/*
 * Attempts before the guess is right. Each has a larger one, and moves only
 * what comes after the tables: three or four do.
 */
#define ROUNDS_MAX 64

static void list_ends(struct placer *p)
{
	const struct model *m = p->model;
	size_t n = 0;

	for (size_t i = 0; i < m->n_channels; i++)
		n += m->channels[i].n_ends;
	p->ends = arena_array(p->arena, n, sizeof(*p->ends));
	p->layout->ends = p->ends;
	p->layout->n_ends = n;
	n = 0;
	for (size_t i = 0; i < m->n_channels; i++) {
		const struct channel *c = &m->channels[i];

		p->channels[i].channel = c;
		p->channels[i].first_end = (uint32_t)n;
		for (uint32_t e = 0; e < c->n_ends; e++)
			p->ends[n++] = (struct end_layout){
				.channel = c, .end = &c->ends[e], .end_i = e };
	}
}

static void list_regions(struct placer *p, const struct cell *cell)
{
	struct placed_region *list = arena_array(p->arena, cell->n_regions,
						 sizeof(*list));

	for (size_t r = 0; r < cell->n_regions; r++) {
		list[r].region = &cell->regions[r];
		list[r].runs = arena_alloc(p->arena, sizeof(*list[r].runs));
		list[r].n_runs = 1;
	}
	p->regions[cell->index] = list;
}

static void list_controllers(struct placer *p)
{
	const struct board *b = p->model->board;
	struct pa_range *list = arena_array(p->arena, b->n_cpus, sizeof(*list));

	for (size_t i = 0; b->controller.is_present && i < b->n_cpus; i++)
		list[i] = controller_of_cpu(&b->controller, i);
	p->layout->cpu_controllers = list;
}

static void list_ipis(struct placer *p)
{
	size_t n_cpus = p->model->board->n_cpus;

	p->ipi_spis = arena_array(p->arena, n_cpus, sizeof(*p->ipi_spis));
	for (size_t i = 0; i < n_cpus; i++)
		p->ipi_spis[i] = UINT32_MAX;
	p->layout->ipi_spis = p->ipi_spis;
}

static struct placer placer_new(struct arena *a, const struct model *m,
				const struct runtime_object *runtime,
				struct diag *d, struct tables_guess guess)
{
	struct placer p = {
		.arena = a, .model = m, .diag = d, .guess = guess,
		.layout = arena_alloc(a, sizeof(struct layout)),
		.cells = arena_array(a, m->n_cells, sizeof(struct cell_layout)),
		.channels = arena_array(a, m->n_channels,
					sizeof(struct channel_layout)),
		.regions = arena_array(a, m->n_cells,
				       sizeof(struct placed_region *)),
		.pieces = arena_array(a, m->n_cells, sizeof(struct piece *)),
		.space = space_new(a, m->board),
		.pages = arena_array(a, m->n_cells, sizeof(struct pages)),
	};

	/* What runs already was loaded low, as boot loaders do. */
	p.space.is_from_top = m->root && m->root->boot.kind == BOOT_RUNNING;

	struct ranges *of_board = pages_of_board(a, m->board);

	p.layout->model = m;
	p.layout->runtime = runtime;
	p.layout->cells = p.cells;
	p.layout->channels = p.channels;
	for (size_t i = 0; i < m->n_cells; i++) {
		p.cells[i].cell = &m->cells[i];
		p.pages[i] = pages_new(a, m->board, of_board);
		list_regions(&p, &m->cells[i]);
	}
	list_ends(&p);
	virtios_list(&p);
	list_controllers(&p);
	list_ipis(&p);
	return p;
}

/* NULL: an error was reported. */
static struct layout *attempt(struct placer *p)
{
	pieces_list(p);
	pristine_plan(p);
	if (!memory_place(p) || !lines_place(p) || !view_place(p) ||
	    !images_place(p))
		return NULL;
	pristine_place(p);
	return p->layout;
}

static uint64_t granules(uint64_t size)
{
	return (size + GRANULE - 1) & ~(GRANULE - 1);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* What the tables of this layout need; never less than the guess it had. */
static struct tables_guess needs(const struct layout *l, struct tables_guess g)
{
	return (struct tables_guess){
		.rows_size = larger(g.rows_size, rows_size(l)),
		.pool_size = larger(g.pool_size,
				    granules(l->pool->n_words * 8)),
		.pool_align = larger(g.pool_align, l->pool->align),
	};
}

static bool is_same(struct tables_guess a, struct tables_guess b)
{
	return a.rows_size == b.rows_size && a.pool_size == b.pool_size &&
	       a.pool_align == b.pool_align;
}

static void tell(const struct layout *l, struct diag *d)
{
	const struct hypervisor_layout *h = &l->hypervisor;

	diag_say(d, "the hypervisor is at 0x%" PRIx64 "..0x%" PRIx64
		 ": %" PRIu64 " KiB of image, %" PRIu64 " KiB of it tables, %"
		 PRIu64 " KiB of stacks, %" PRIu64 " KiB of rings, %" PRIu64
		 " KiB of pristine payloads", h->all.base.u, pa_last(h->all).u,
		 h->image_size / KIB, h->tables.size / KIB,
		 h->cpu_areas.size / KIB, h->rings.size / KIB,
		 h->pristine.size / KIB);
}

static void tell_interrupts(const struct layout *l, struct diag *d)
{
	for (size_t i = 0; i < l->model->n_cells; i++)
		diag_say(d, "interrupts of '%s' are %s",
			 l->model->cells[i].name,
			 layout_delivery_text(l, &l->model->cells[i]));
}

static const struct layout *finish(struct arena *a, const struct layout *l,
				   struct diag *d)
{
	audit(l);
	tell(l, d);
	tell_interrupts(l, d);
	return running_agrees(a, l, d) ? l : NULL;
}

const struct layout *place(struct arena *arena, const struct model *model,
			   const struct runtime_object *runtime,
			   struct diag *diag)
{
	struct tables_guess guess = { GRANULE, GRANULE, GRANULE };

	for (int i = 0; i < ROUNDS_MAX; i++) {
		/* A guess that was wrong leaves nothing behind. */
		struct arena *own = arena_new();
		struct placer p = placer_new(own, model, runtime, diag, guess);
		struct layout *l = attempt(&p);

		if (l) {
			l->pool = model->target->build_tables(own, l);
			guess = needs(l, p.guess);
		}
		if (!l || is_same(guess, p.guess)) {
			arena_adopt(arena, own);
			return l ? finish(arena, l, diag) : NULL;
		}
		arena_free(own);
	}
	fprintf(stderr, "hvcc: internal fault: the tables' size has no end\n");
	abort();
}
