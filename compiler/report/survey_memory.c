/* SPDX-License-Identifier: BSD-2-Clause */
/* The board's side: each run of physical memory that somebody has. */
#include <stdlib.h>

#include "base/arena.h"
#include "report/survey_lists.h"

struct memories {
	struct survey *s;
	struct survey_memory *list;
	size_t n;
};

static void add(struct memories *m, struct survey_memory row)
{
	if (!row.range.size)
		return;
	m->list = arena_grow(m->s->arena, m->list, m->n, sizeof(*m->list));
	m->list[m->n++] = row;
}

/* ---- owners --------------------------------------------------------------- */

static void add_cell(struct memories *m, const struct cell_layout *c)
{
	struct arena *a = m->s->arena;

	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *g = &c->mappings[i];
		struct survey_memory row = {
			.range = { g->pa, g->ipa.size }, .cell = c->cell,
			.at = g->at,
		};

		/* Channels have a row of their own; windows, their subject's. */
		switch (g->kind) {
		case MAP_RAM:
			row.kind = SURVEY_RAM;
			row.region = g->region;
			row.what = arena_printf(a, "memory %s",
						g->region->name);
			row.is_chosen = !g->region->has_pa;
			add(m, row);
			break;
		case MAP_DEVICE:
			row.kind = SURVEY_DEVICE;
			row.what = g->device->path;
			add(m, row);
			break;
		case MAP_CHANNEL:
		case MAP_WINDOW:
		case MAP_VIEW:
			break;
		}
	}
}

static void add_channels(struct memories *m)
{
	const struct layout *l = m->s->layout;

	for (size_t i = 0; i < l->model->n_channels; i++) {
		const struct channel *c = l->channels[i].channel;

		add(m, (struct survey_memory){
			.kind = SURVEY_CHANNEL, .channel = c,
			.range = l->channels[i].memory,
			.what = survey_channel_what(m->s, c),
			.is_chosen = !c->has_pa, .at = c->at,
		});
	}
}

static void add_virtios(struct memories *m)
{
	const struct layout *l = m->s->layout;

	for (size_t i = 0; i < l->model->n_virtios; i++)
		add(m, (struct survey_memory){
			.kind = SURVEY_VIRTIO, .range = l->virtios[i].registers,
			.what = arena_printf(m->s->arena, "registers of virtio"
					     " %s", l->virtios[i].virtio->name),
			.is_chosen = true, .at = l->virtios[i].virtio->at,
		});
}

static void add_hypervisor(struct memories *m)
{
	const struct model *model = m->s->model;

	for (size_t i = 0; i < SURVEY_PARTS; i++)
		add(m, (struct survey_memory){
			.kind = SURVEY_HYPERVISOR,
			.range = m->s->parts[i].range,
			.what = m->s->parts[i].name,
			.is_chosen = !model->hypervisor.has_pa,
			.at = model->hypervisor.at,
		});
}

static void add_own(struct memories *m, struct pa_range range, const char *what,
		    struct span at)
{
	add(m, (struct survey_memory){
		.kind = SURVEY_DEVICE, .range = range, .what = what, .at = at,
	});
}

/* Registers that the hypervisor drives itself: controller and UART. */
static void add_own_devices(struct memories *m, const struct facts *f)
{
	const struct interrupt_controller *c =
		&m->s->model->board->controller;

	if (c->is_present)
		add_own(m, c->distributor, "interrupt controller", c->at);
	for (size_t i = 0; c->is_present && i < c->n_redistributors; i++)
		add_own(m, c->redistributors[i],
			"interrupt controller of the CPUs", c->at);
	for (size_t i = 0; i < f->n_pages; i++) {
		const struct device *d = f->pages[i].device;

		if (d == m->s->model->hypervisor.console_device)
			add_own(m, f->pages[i].pages, d->path, d->at);
	}
}

static void add_reserved(struct memories *m)
{
	const struct board *b = m->s->model->board;

	for (size_t i = 0; i < b->n_reserved; i++)
		add(m, (struct survey_memory){
			.kind = SURVEY_RESERVED, .range = b->reserved[i].range,
			.what = b->reserved[i].name ? b->reserved[i].name
						    : "/memreserve/",
			.at = b->reserved[i].at,
		});
}

/* ---- what is left ---------------------------------------------------------- */

static int by_base(const void *a, const void *b)
{
	const struct survey_memory *x = a, *y = b;

	if (x->range.base.u != y->range.base.u)
		return x->range.base.u < y->range.base.u ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->range.size != y->range.size)
		return x->range.size < y->range.size ? -1 : 1;
	return x->at.begin < y->at.begin ? -1 : x->at.begin > y->at.begin;
}

static void sort(struct memories *m)
{
	if (m->n)
		qsort(m->list, m->n, sizeof(*m->list), by_base);
}

static bool has_rest(const struct model *m)
{
	for (size_t i = 0; i < m->n_cells; i++)
		for (size_t k = 0; k < m->cells[i].n_regions; k++)
			if (m->cells[i].regions[k].is_rest)
				return true;
	return false;
}

/* The first n rows are sorted and what somebody has. */
static void add_free_of(struct memories *m, const struct board_memory *ram,
			size_t n)
{
	const char *why = has_rest(m->s->model) ?
		"left out of the rest: no whole granule, a device has"
		" registers there, or its cell has something else at that"
		" address" :
		"no cell takes it";
	uint64_t at = ram->range.base.u, last = pa_last(ram->range).u;

	for (size_t i = 0; i < n && at <= last; i++) {
		struct pa_range r = m->list[i].range;

		if (pa_last(r).u < at || r.base.u > last)
			continue;
		if (r.base.u > at)
			add(m, (struct survey_memory){
				.kind = SURVEY_FREE, .what = why,
				.range = { { at }, r.base.u - at },
				.at = ram->at,
			});
		if (pa_last(r).u >= last)
			return;
		at = pa_last(r).u + 1;
	}
	add(m, (struct survey_memory){
		.kind = SURVEY_FREE, .what = why,
		.range = { { at }, last - at + 1 }, .at = ram->at,
	});
}

void survey_memory(struct survey *s, const struct facts *f)
{
	const struct board *b = s->model->board;
	const struct hypervisor_layout *h = &s->layout->hypervisor;
	const struct survey_part parts[] = {
		{ "head", h->head }, { "text", h->text },
		{ "rodata", h->rodata }, { "data", h->data_bss },
		{ "tables", h->tables }, { "stacks", h->cpu_areas },
		{ "rings", h->rings }, { "pristine payloads", h->pristine },
	};
	struct memories m = { .s = s };
	uint64_t end = h->all.base.u;
	size_t n = 0;

	for (; n < ARRAY_SIZE(parts); n++) {
		s->parts[n] = parts[n];
		end += parts[n].range.size;
	}
	s->parts[n] = (struct survey_part){ "unused", {
		{ end }, h->all.size - (end - h->all.base.u) } };
	for (size_t i = 0; i < s->model->n_cells; i++)
		add_cell(&m, &s->layout->cells[i]);
	add_channels(&m);
	add_virtios(&m);
	add_hypervisor(&m);
	add_own_devices(&m, f);
	add_reserved(&m);
	sort(&m);
	n = m.n;
	for (size_t i = 0; i < b->n_memory; i++)
		add_free_of(&m, &b->memory[i], n);
	sort(&m);
	s->memory = m.list;
	s->n_memory = m.n;
}
