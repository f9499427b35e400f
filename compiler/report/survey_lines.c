/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose the interrupt lines are. Place says which lines a cell has; here each
 * is given the name of what brings it. What remains of the board's devices is
 * the hypervisor's or nobody's.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "report/survey_lists.h"
#include "target/target.h"

struct rows {
	struct survey *s;
	struct survey_line *list;
	size_t n;
};

static void add(struct rows *r, struct survey_line row)
{
	const struct target *t = r->s->model->target;

	row.id = t->line_id(row.line.kind, row.line.number);
	r->list = arena_grow(r->s->arena, r->list, r->n, sizeof(*r->list));
	r->list[r->n++] = row;
}

static int by_kind(const struct survey_line *a, const struct survey_line *b)
{
	if (a->line.kind != b->line.kind)
		return a->line.kind == LINE_PPI ? -1 : 1;
	return (a->line.number > b->line.number) -
	       (a->line.number < b->line.number);
}

/* Owners first, cells in their order; of one owner, the order of the text. */
static int by_number(const void *left, const void *right)
{
	const struct survey_line *a = left, *b = right;
	int by = by_kind(a, b);
	uint32_t x = a->cell ? a->cell->index : UINT32_MAX - a->owner;
	uint32_t y = b->cell ? b->cell->index : UINT32_MAX - b->owner;

	if (by)
		return by;
	if (x != y)
		return x < y ? -1 : 1;
	return (a->at.begin > b->at.begin) - (a->at.begin < b->at.begin);
}

static bool has_line(const struct cell_layout *c, const struct line *l)
{
	size_t low = 0, high = c->n_lines;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		struct survey_line a = { .line = c->lines[mid] };
		struct survey_line b = { .line = *l };
		int by = by_kind(&a, &b);

		if (!by)
			return true;
		if (by < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* ---- what a cell has ------------------------------------------------------- */

static void add_of_cell(struct rows *r, const struct cell_layout *c,
			struct line line, const char *what, bool is_chosen)
{
	if (has_line(c, &line))
		add(r, (struct survey_line){
			.line = line, .owner = SURVEY_CELL, .cell = c->cell,
			.what = what, .is_chosen = is_chosen, .at = line.at });
}

static void add_device(struct rows *r, const struct cell_layout *c,
		       const struct device *d, struct span at)
{
	for (size_t i = 0; i < d->n_lines; i++) {
		struct line line = d->lines[i];

		line.at = at;
		add_of_cell(r, c, line, d->path, false);
	}
}

static void add_raised(struct rows *r, const struct cell_layout *c)
{
	const struct layout *l = r->s->layout;

	if (c->has_console_line)
		add_of_cell(r, c, (struct line){ LINE_SPI, c->console_spi,
			LINE_EDGE_RISING, c->cell->console_at },
			"virtual console", true);
	if (c->has_event_line)
		add_of_cell(r, c, (struct line){ LINE_SPI, c->event_spi,
			LINE_EDGE_RISING, c->cell->at }, "events", true);
	for (size_t i = 0; i < l->n_ends; i++) {
		const struct end_layout *e = &l->ends[i];

		if (e->end->cell == c->cell && e->doorbell_spi != UINT32_MAX)
			add_of_cell(r, c, (struct line){ LINE_SPI,
				e->doorbell_spi, LINE_EDGE_RISING,
				e->channel->at_doorbell },
				arena_printf(r->s->arena,
					     "doorbell of channel %s",
					     e->channel->name), true);
	}
}

/* A device raises one line in front, and its driver one behind. */
static void add_virtios(struct rows *r, const struct cell_layout *c)
{
	const struct layout *l = r->s->layout;

	for (size_t i = 0; i < l->model->n_virtios; i++) {
		const struct virtio_layout *v = &l->virtios[i];
		bool is_front = v->virtio->front == c->cell;

		if (!is_front && v->virtio->back != c->cell)
			continue;
		add_of_cell(r, c, (struct line){ LINE_SPI,
			is_front ? v->front_spi : v->back_spi,
			LINE_EDGE_RISING, v->virtio->at },
			arena_printf(r->s->arena, is_front ? "virtio %s" :
				     "driver of virtio %s", v->virtio->name),
			true);
	}
}

static void add_cell(struct rows *r, const struct cell_layout *c)
{
	const struct board *b = r->s->model->board;
	const struct board_timer *t = &b->timer;

	if (t->is_present) {
		add_of_cell(r, c, (struct line){ LINE_PPI, t->virtual_ppi,
			LINE_LEVEL_HIGH, t->at }, "virtual timer", false);
		add_of_cell(r, c, (struct line){ LINE_PPI, t->physical_ppi,
			LINE_LEVEL_HIGH, t->at }, "physical timer", false);
	}
	for (size_t i = 0; c->cell->has_pmu && i < b->n_devices; i++)
		if (b->devices[i].role == DEVICE_PMU)
			add_device(r, c, &b->devices[i], c->cell->at);
	for (size_t i = 0; i < c->cell->n_devices; i++)
		add_device(r, c, c->cell->devices[i].device,
			   c->cell->devices[i].at);
	for (size_t i = 0; i < c->cell->n_lines; i++)
		add_of_cell(r, c, c->cell->lines[i].line,
			    "stated by `lines`", false);
	add_raised(r, c);
	add_virtios(r, c);
}

/* `console &uart` may be one of the devices too, or stand alone. */
static void add_consoles(struct rows *r)
{
	for (size_t i = 0; i < r->s->model->n_cells; i++) {
		const struct cell *c = &r->s->model->cells[i];
		bool is_listed = false;

		if (c->console != CONSOLE_DEVICE)
			continue;
		for (size_t k = 0; k < c->n_devices; k++)
			is_listed |= c->devices[k].device == c->console_device;
		if (!is_listed)
			add_device(r, &r->s->layout->cells[i],
				   c->console_device, c->console_at);
	}
}

/* ---- what no cell has ------------------------------------------------------ */

static void add_others(struct rows *r, const struct facts *f)
{
	const struct model *m = r->s->model;

	for (size_t i = 0; i < m->board->n_devices; i++) {
		const struct device *d = &m->board->devices[i];
		bool is_hypervisors = d == m->hypervisor.console_device ||
			d->role == DEVICE_INTERRUPT_CONTROLLER;

		/* Timers and PMU are the cells': each has its own. */
		if (facts_owner(f, d) || d->role == DEVICE_TIMER ||
		    d->role == DEVICE_PMU)
			continue;
		for (size_t k = 0; k < d->n_lines; k++)
			add(r, (struct survey_line){
				.line = d->lines[k], .what = d->path,
				.owner = is_hypervisors ? SURVEY_OF_HYPERVISOR
							: SURVEY_NOBODY,
				.at = d->at });
	}
}

static void add_ipis(struct rows *r)
{
	const struct layout *l = r->s->layout;

	for (size_t i = 0; i < r->s->model->board->n_cpus; i++)
		if (l->ipi_spis[i] != UINT32_MAX)
			add(r, (struct survey_line){
				.line = { LINE_SPI, l->ipi_spis[i],
					  LINE_EDGE_RISING,
					  r->s->model->board->cpus[i].at },
				.owner = SURVEY_OF_HYPERVISOR,
				.what = arena_printf(r->s->arena,
						     "IPI to CPU %zu", i),
				.is_chosen = true,
				.at = r->s->model->board->cpus[i].at });
}

void survey_lines(struct survey *s, const struct facts *f)
{
	struct rows r = { .s = s };

	for (size_t i = 0; i < s->model->n_cells; i++)
		add_cell(&r, &s->layout->cells[i]);
	add_consoles(&r);
	add_others(&r, f);
	add_ipis(&r);
	if (r.n)
		qsort(r.list, r.n, sizeof(*r.list), by_number);
	s->lines = r.list;
	s->n_lines = r.n;
}
