/* SPDX-License-Identifier: BSD-2-Clause */
#include "check/facts_find.h"

#include <stdlib.h>

#include "base/arena.h"

struct order { struct line_claim claim; size_t index; };

struct orders { struct order *list; size_t n; };

static int by_number(const void *left, const void *right)
{
	const struct order *a = left, *b = right;
	const struct line_claim *x = &a->claim, *y = &b->claim;

	return 4 * order(x->line->number, y->line->number) +
	       2 * order(x->cell->index, y->cell->index) +
	       order(a->index, b->index);
}

static void line_add(struct facts *f, struct orders *o,
		     struct line_claim claim)
{
	if (claim.line->kind != LINE_SPI)
		return;
	o->list = arena_grow(f->arena, o->list, o->n, sizeof(*o->list));
	o->list[o->n] = (struct order){ claim, o->n };
	o->n++;
}

static void lines_of_cell(struct facts *f, struct orders *o,
			  const struct cell *c)
{
	for (size_t i = 0; i < c->n_lines; i++)
		line_add(f, o, (struct line_claim){
			&c->lines[i].line, c, NULL, NULL,
			c->lines[i].line.at,
		});
}

/* On some boards the monitors have a line of the board for each CPU. */
static void lines_of_pmu(struct facts *f, struct orders *o,
			 const struct cell *c, const struct device *v)
{
	if (!c->has_pmu || v->role != DEVICE_PMU)
		return;
	for (size_t i = 0; i < v->n_lines; i++)
		line_add(f, o, (struct line_claim){
			&v->lines[i], c, NULL, v, c->pmu_at,
		});
}

void facts_find_lines(struct facts *f)
{
	struct orders o = { 0 };

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];

		for (size_t k = 0; k < g->device->n_lines; k++)
			line_add(f, &o, (struct line_claim){
				&g->device->lines[k], g->cell, g, g->device,
				g->at,
			});
	}
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < f->model->board->n_devices; k++)
			lines_of_pmu(f, &o, c, &f->model->board->devices[k]);
		lines_of_cell(f, &o, c);
	}
	list_sort(o.list, o.n, sizeof(*o.list), by_number);

	struct line_claim *sorted = arena_array(f->arena, o.n,
						sizeof(*sorted));

	for (size_t i = 0; i < o.n; i++)
		sorted[i] = o.list[i].claim;
	f->lines = sorted;
	f->n_lines = o.n;
}

static int by_mention(const void *left, const void *right)
{
	const struct mention *a = left, *b = right;

	return 2 * order(a->number, b->number) + (a->device > b->device) -
	       (a->device < b->device);
}

void facts_find_mentions(struct facts *f)
{
	const struct board *b = f->model->board;
	struct mention *list = NULL;
	size_t n = 0;

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *v = &b->devices[i];

		for (size_t k = 0; k < v->n_lines; k++) {
			if (v->lines[k].kind != LINE_SPI)
				continue;
			list = arena_grow(f->arena, list, n, sizeof(*list));
			list[n++] = (struct mention){ v->lines[k].number, v };
		}
	}
	list_sort(list, n, sizeof(*list), by_mention);
	/* Who reads on from a mention ends at one of no device. */
	list = arena_grow(f->arena, list, n, sizeof(*list));
	list[n] = (struct mention){ .number = UINT32_MAX };
	f->mentions = list;
	f->n_mentions = n;
}

const struct mention *facts_mention(const struct facts *f, uint32_t first,
				    uint32_t last)
{
	size_t low = 0, high = f->n_mentions;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->mentions[middle].number < first)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == f->n_mentions || f->mentions[low].number > last)
		return NULL;
	return &f->mentions[low];
}

static int by_first(const void *left, const void *right)
{
	const struct line_range *a = left, *b = right;

	return order(a->first, b->first);
}

void facts_find_free_lines(struct facts *f)
{
	const struct board *b = f->model->board;
	struct line_range *list = arena_array(f->arena, b->n_free_lines,
					      sizeof(*list));
	size_t n = b->n_free_lines > 0;

	for (size_t i = 0; i < b->n_free_lines; i++)
		list[i] = b->free_lines[i];
	qsort(list, b->n_free_lines, sizeof(*list), by_first);
	for (size_t i = 1; i < b->n_free_lines; i++) {
		if (list[n - 1].last < list[i].first)
			list[n++] = list[i];
		else if (list[n - 1].last < list[i].last)
			list[n - 1].last = list[i].last;
	}
	f->free_lines = list;
	f->n_free_lines = n;
}

bool facts_is_free(const struct facts *f, uint32_t spi)
{
	size_t low = 0, high = f->n_free_lines;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->free_lines[middle].last < spi)
			low = middle + 1;
		else
			high = middle;
	}
	return low < f->n_free_lines && f->free_lines[low].first <= spi;
}
