/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines that hvcc itself raises: one for each virtual console, one for each
 * end of a channel that can be rung, one for the root cell's events, two for
 * each virtio device, in front of it and behind it. They are real inputs of the
 * interrupt controller with nothing wired to them, so that one kind of delivery
 * does for devices and for these. The hypervisor's own IPIs take such lines too,
 * one for each CPU whose cell gets its interrupts directly: the SGIs of such a
 * CPU are all the cell's. Then the list of all lines of each cell.
 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "model/managed.h"
#include "place/placer.h"

/* One claim for each SPI of the board. */
struct pool {
	struct placer *p;
	bool *is_taken;
	uint32_t next;			/* all above are taken */
};

static void take(struct pool *pool, const struct line *l)
{
	if (l->kind == LINE_SPI && l->number < pool->p->model->board->n_spis)
		pool->is_taken[l->number] = true;
}

/* Where the text says which lines are free, no other is thought to be. */
static void take_all_but_free(struct pool *pool)
{
	const struct board *b = pool->p->model->board;

	for (uint32_t spi = 0; spi < b->n_spis; spi++) {
		bool is_free = !b->n_free_lines;

		for (size_t i = 0; i < b->n_free_lines; i++)
			is_free |= spi >= b->free_lines[i].first &&
				   spi <= b->free_lines[i].last;
		pool->is_taken[spi] |= !is_free;
	}
}

static struct pool pool_new(struct placer *p)
{
	const struct model *m = p->model;
	const struct board *b = m->board;
	struct pool pool = {
		.p = p,
		.is_taken = arena_array(p->arena, b->n_spis, sizeof(bool)),
		.next = b->n_spis,
	};

	for (size_t i = 0; i < b->n_devices; i++)
		for (size_t l = 0; l < b->devices[i].n_lines; l++)
			take(&pool, &b->devices[i].lines[l]);
	for (size_t i = 0; i < m->n_cells; i++)
		for (size_t l = 0; l < m->cells[i].n_lines; l++)
			take(&pool, &m->cells[i].lines[l].line);
	take_all_but_free(&pool);
	return pool;
}

static bool pool_draw(struct pool *pool, struct span at, const char *what,
		      const char *whose, uint32_t *out)
{
	const struct board *b = pool->p->model->board;

	while (pool->next) {
		pool->next--;
		if (!pool->is_taken[pool->next]) {
			*out = pool->next;
			return true;
		}
	}
	diag_error(pool->p->diag, &rule_place_full, at,
		   "no interrupt line is left for the %s of '%s'", what, whose);
	for (size_t i = 0; i < b->n_free_lines; i++)
		diag_note(pool->p->diag, b->free_lines[i].at,
			  "only spi %u..%u are said to be free",
			  b->free_lines[i].first, b->free_lines[i].last);
	if (!b->n_free_lines)
		diag_help(pool->p->diag, "say which are wired to nothing:"
			  " board { free lines spi A..B; }");
	return false;
}

static bool draw_consoles(struct pool *pool)
{
	struct placer *p = pool->p;

	for (size_t i = 0; i < p->model->n_cells; i++) {
		const struct cell *c = &p->model->cells[i];

		if (c->console != CONSOLE_VIRTUAL)
			continue;
		p->cells[i].has_console_line = true;
		if (!pool_draw(pool, c->console_at, "virtual console", c->name,
			       &p->cells[i].console_spi))
			return false;
	}
	return true;
}

static bool draw_doorbells(struct pool *pool)
{
	struct placer *p = pool->p;

	for (size_t i = 0; i < p->layout->n_ends; i++) {
		struct end_layout *e = &p->ends[i];
		bool is_rung = e->channel->has_doorbell &&
			       (!e->channel->is_one_way || e->end_i > 0);

		e->doorbell_spi = UINT32_MAX;
		if (is_rung && !pool_draw(pool, e->channel->at_doorbell,
					  "doorbell", e->channel->name,
					  &e->doorbell_spi))
			return false;
	}
	return true;
}

/* What happens to the cells that it manages is told to the root cell. */
static bool draw_events(struct pool *pool)
{
	struct placer *p = pool->p;
	const struct cell *root = p->model->root;

	if (!model_is_managed(p->model))
		return true;
	p->cells[root->index].has_event_line = true;
	return pool_draw(pool, root->at, "events", root->name,
			 &p->cells[root->index].event_spi);
}

static bool draw_virtios(struct pool *pool)
{
	struct placer *p = pool->p;

	for (size_t i = 0; i < p->model->n_virtios; i++) {
		const struct virtio *v = &p->model->virtios[i];

		if (!pool_draw(pool, v->at_front, "virtio device", v->name,
			       &p->virtios[i].front_spi) ||
		    !pool_draw(pool, v->at_back, "backend", v->name,
			       &p->virtios[i].back_spi))
			return false;
	}
	return true;
}

/* ---- IPIs ---------------------------------------------------------------- */

static size_t pool_left(const struct pool *pool)
{
	size_t n = 0;

	for (uint32_t spi = 0; spi < pool->next; spi++)
		n += !pool->is_taken[spi];
	return n;
}

/* What the text decides; all CPUs of a cell get their interrupts in one way. */
static enum delivery delivery_of(const struct board *b, const struct cell *c)
{
	if (c->interrupts == INTERRUPTS_VIRTUAL)
		return DELIVERY_ASKED;
	if (c->masks_by_priority)
		return DELIVERY_MASK;
	if (b->interrupts == INTERRUPTS_VIRTUAL)
		return DELIVERY_BOARD;
	return DELIVERY_DIRECT;
}

static bool draw_ipis(struct pool *pool, const struct cell *c)
{
	struct placer *p = pool->p;
	struct cell_layout *out = &p->cells[c->index];
	bool is_asked = c->interrupts == INTERRUPTS_DIRECT;

	out->delivery = delivery_of(p->model->board, c);
	if (out->delivery != DELIVERY_DIRECT)
		return true;
	if (!is_asked && pool_left(pool) < c->n_cpus) {
		out->delivery = DELIVERY_NO_LINES;
		return true;
	}
	for (size_t i = 0; i < c->n_cpus; i++)
		if (!pool_draw(pool, is_asked ? c->interrupts_at : c->at,
			       "direct interrupts", c->name,
			       &p->ipi_spis[c->cpus[i].index]))
			return false;
	return true;
}

/* First for those that the text says must have them. */
static bool draw_all_ipis(struct pool *pool)
{
	const struct model *m = pool->p->model;

	for (int is_asked = 1; is_asked >= 0; is_asked--)
		for (size_t i = 0; i < m->n_cells; i++)
			if ((m->cells[i].interrupts == INTERRUPTS_DIRECT) ==
			    is_asked && !draw_ipis(pool, &m->cells[i]))
				return false;
	return true;
}

/* ---- all lines of a cell ------------------------------------------------- */

struct list { struct arena *arena; struct line *lines; size_t n; };

static void add(struct list *l, struct line line)
{
	l->lines = arena_grow(l->arena, l->lines, l->n, sizeof(*l->lines));
	l->lines[l->n++] = line;
}

static void add_device(struct list *l, const struct device *d)
{
	for (size_t i = 0; i < d->n_lines; i++)
		add(l, d->lines[i]);
}

static int by_number(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind == LINE_PPI ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

/* `console &uart` is one of the devices, or stands alone. */
static void sort_once(struct list *l)
{
	size_t n = 0;

	if (!l->n)
		return;
	qsort(l->lines, l->n, sizeof(*l->lines), by_number);
	for (size_t i = 0; i < l->n; i++)
		if (!n || by_number(&l->lines[n - 1], &l->lines[i]))
			l->lines[n++] = l->lines[i];
	l->n = n;
}

static void add_timers(struct list *l, const struct board_timer *t)
{
	if (!t->is_present)
		return;
	add(l, (struct line){ LINE_PPI, t->virtual_ppi, LINE_LEVEL_LOW, t->at });
	add(l, (struct line){ LINE_PPI, t->physical_ppi, LINE_LEVEL_LOW,
			      t->at });
}

/* Each CPU's own, or of one cell: irq-two-owners. */
static void add_pmu(struct list *l, const struct board *b)
{
	for (size_t i = 0; i < b->n_devices; i++)
		if (b->devices[i].role == DEVICE_PMU)
			add_device(l, &b->devices[i]);
}

static void add_raised(struct list *l, uint32_t spi, struct span at)
{
	add(l, (struct line){ LINE_SPI, spi, LINE_EDGE_RISING, at });
}

static void add_virtios(struct list *l, const struct placer *p,
			const struct cell *c)
{
	for (size_t i = 0; i < p->model->n_virtios; i++) {
		const struct virtio_layout *v = &p->virtios[i];

		if (v->virtio->front == c)
			add_raised(l, v->front_spi, v->virtio->at_front);
		if (v->virtio->back == c)
			add_raised(l, v->back_spi, v->virtio->at_back);
	}
}

static void list_lines(struct placer *p, const struct cell *c)
{
	struct cell_layout *out = &p->cells[c->index];
	struct list l = { .arena = p->arena };

	add_timers(&l, &p->model->board->timer);
	if (c->has_pmu)
		add_pmu(&l, p->model->board);
	for (size_t i = 0; i < c->n_devices; i++)
		add_device(&l, c->devices[i].device);
	if (c->console == CONSOLE_DEVICE)
		add_device(&l, c->console_device);
	for (size_t i = 0; i < c->n_lines; i++)
		add(&l, c->lines[i].line);
	if (out->has_console_line)
		add_raised(&l, out->console_spi, c->console_at);
	if (out->has_event_line)
		add_raised(&l, out->event_spi, c->at);
	for (size_t i = 0; i < p->layout->n_ends; i++)
		if (p->ends[i].end->cell == c &&
		    p->ends[i].doorbell_spi != UINT32_MAX)
			add_raised(&l, p->ends[i].doorbell_spi,
				   p->ends[i].channel->at_doorbell);
	add_virtios(&l, p, c);
	sort_once(&l);
	out->lines = l.lines;
	out->n_lines = l.n;
}

bool lines_place(struct placer *p)
{
	struct pool pool = pool_new(p);

	if (!draw_consoles(&pool) || !draw_doorbells(&pool) ||
	    !draw_events(&pool) || !draw_virtios(&pool) ||
	    !draw_all_ipis(&pool))
		return false;
	for (size_t i = 0; i < p->model->n_cells; i++)
		list_lines(p, &p->model->cells[i]);
	return true;
}
