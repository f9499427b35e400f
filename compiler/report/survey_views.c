/* SPDX-License-Identifier: BSD-2-Clause */
/* The cells' side: what each sees where, and what that costs. */
#include <stdlib.h>

#include "base/arena.h"
#include "report/survey_lists.h"

struct views {
	struct survey *s;
	struct survey_view *list;
	size_t n;
};

static struct survey_view *add(struct views *v, struct survey_view row)
{
	v->list = arena_grow(v->s->arena, v->list, v->n, sizeof(*v->list));
	v->list[v->n] = row;
	return &v->list[v->n++];
}

static bool is_registers(const struct survey *s, const struct mapping *m)
{
	return m->kind == MAP_VIEW &&
	       pa_contains(s->layout->virtios[m->virtio->index].registers,
			   (struct pa_range){ m->pa, m->ipa.size });
}

/* ---- why not in blocks ----------------------------------------------------- */

/*
 * A block needs both addresses equal modulo its size, and a whole one inside.
 * Devices are small by nature: nothing there could be mended.
 */
static const char *why_granules(const struct survey *s, const struct mapping *m,
				const struct leaf_counts *n)
{
	uint64_t ragged = (m->ipa.base.u | m->ipa.size) & (BLOCK - 1);

	if (!n->n_granules || m->kind == MAP_DEVICE || is_registers(s, m))
		return NULL;
	if ((m->ipa.base.u ^ m->pa.u) & (BLOCK - 1))
		return "the cell's address and the board's differ within 2 MiB";
	if (m->ipa.size < BLOCK)
		return "smaller than 2 MiB";
	if (!n->n_blocks && !n->n_large_blocks)
		return "no whole 2 MiB block lies inside";
	return ragged ? "begins or ends inside a 2 MiB block"
		      : "shares a 2 MiB block with other pages";
}

const char *survey_channel_what(const struct survey *s, const struct channel *c)
{
	return arena_printf(s->arena, c->is_bounce ?
			    "bounce memory of virtio %s" : "channel %s",
			    c->name);
}

/* ---- rows ------------------------------------------------------------------ */

/* The driver's half of the registers is only read, in front of it too; the backend's
 * is its own. */
static void add_view(struct views *v, struct survey_view *row,
		     const struct mapping *m)
{
	struct arena *a = v->s->arena;

	row->kind = is_registers(v->s, m) ? SURVEY_VIRTIO : SURVEY_VIEW;
	if (m->virtio->front == row->cell)
		row->what = arena_printf(a, "registers of virtio %s, read",
					 m->virtio->name);
	else if (row->kind == SURVEY_VIEW)
		row->what = arena_printf(a, "memory of %s, which virtio %s"
					 " shares", m->virtio->front->name,
					 m->virtio->name);
	else
		row->what = arena_printf(a, m->access.may_write ?
					 "what the backend of virtio %s says" :
					 "what the driver of virtio %s says",
					 m->virtio->name);
}

static void add_mapping(struct views *v, const struct cell_layout *c,
			const struct mapping *m, const struct leaf_counts *n)
{
	struct arena *a = v->s->arena;
	struct survey_view *row = add(v, (struct survey_view){
		.cell = c->cell, .range = m->ipa, .pa = m->pa,
		.access = m->access, .leaves = *n, .channel = m->channel,
		.why_granules = why_granules(v->s, m, n), .at = m->at,
	});

	switch (m->kind) {
	case MAP_RAM:
		row->kind = SURVEY_RAM;
		row->what = arena_printf(a, "memory %s", m->region->name);
		row->is_chosen = !m->region->has_pa;
		break;
	case MAP_CHANNEL:
		row->kind = SURVEY_CHANNEL;
		row->what = survey_channel_what(v->s, m->channel);
		row->is_chosen = !m->channel->has_pa;
		break;
	case MAP_DEVICE:
		row->kind = SURVEY_DEVICE;
		row->what = m->device->path;
		break;
	case MAP_WINDOW:
		row->kind = SURVEY_WINDOW;
		row->what = arena_printf(a, "memory of %s, while it is stopped",
					 m->subject->name);
		break;
	case MAP_VIEW:
		add_view(v, row, m);
		break;
	}
}

static const char *trap_what(const struct views *v, const struct trap *t)
{
	struct arena *a = v->s->arena;

	switch (t->kind) {
	case TRAP_CONSOLE:
		return "virtual console";
	case TRAP_DOORBELL:
		return arena_printf(a, "doorbell of channel %s",
				    v->s->layout->ends[t->arg].channel->name);
	case TRAP_VIRTIO:
		return arena_printf(a, "registers of virtio %s",
				    v->s->layout->virtios[t->arg].virtio->name);
	case TRAP_VIRTIO_RING:
		return arena_printf(a, "interrupts of virtio %s",
				    v->s->layout->virtios[t->arg].virtio->name);
	case TRAP_CONTROLLER:
		return "interrupt controller";
	case TRAP_CONTROLLER_CPU:
		return arena_printf(a, "interrupt controller of CPU %u", t->arg);
	}
	abort();
}

static int by_ipa(const void *a, const void *b)
{
	const struct survey_view *x = a, *y = b;

	if (x->cell != y->cell)
		return x->cell->index < y->cell->index ? -1 : 1;
	return x->range.base.u < y->range.base.u ? -1 :
	       x->range.base.u > y->range.base.u;
}

void survey_views(struct survey *s)
{
	struct views v = { .s = s };

	for (size_t i = 0; i < s->model->n_cells; i++) {
		const struct cell_layout *c = &s->layout->cells[i];
		const struct stage2_cost *cost = &s->layout->pool->costs[i];

		for (size_t k = 0; k < c->n_mappings; k++)
			add_mapping(&v, c, &c->mappings[k], &cost->mappings[k]);
		for (size_t k = 0; k < c->n_traps; k++)
			add(&v, (struct survey_view){
				.kind = SURVEY_TRAP, .cell = c->cell,
				.range = c->traps[k].ipa,
				.what = trap_what(&v, &c->traps[k]),
				.at = c->traps[k].at,
			});
	}
	if (v.n)
		qsort(v.list, v.n, sizeof(*v.list), by_ipa);
	s->views = v.list;
	s->n_views = v.n;
}

/* ---- costs ------------------------------------------------------------------ */

static void count(struct survey_cost *cost, const struct survey_view *v)
{
	cost->leaves.n_granules += v->leaves.n_granules;
	cost->leaves.n_blocks += v->leaves.n_blocks;
	cost->leaves.n_large_blocks += v->leaves.n_large_blocks;
	if (v->kind == SURVEY_TRAP) {
		cost->n_traps++;
		cost->trapped_size += v->range.size;
	}
	if (v->access.may_write && v->access.may_execute)
		cost->wx_size += v->range.size;
}

void survey_costs(struct survey *s)
{
	size_t n_cells = s->model->n_cells;
	struct survey_cost *costs = arena_array(s->arena, n_cells,
						sizeof(*costs));

	s->n_el2_tables = s->layout->pool->n_words / 512;
	for (size_t i = 0; i < n_cells; i++) {
		costs[i].cell = &s->model->cells[i];
		costs[i].n_tables = s->layout->pool->costs[i].n_tables;
		costs[i].delivery = layout_delivery_text(s->layout,
							 costs[i].cell);
		s->n_el2_tables -= costs[i].n_tables;
	}
	for (size_t i = 0; i < s->n_views; i++)
		count(&costs[s->views[i].cell->index], &s->views[i]);
	s->costs = costs;
}
