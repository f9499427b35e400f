/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose the devices are, and what was waived for them. */
#include "base/arena.h"
#include "check/kept.h"
#include "report/survey_lists.h"

/* By index in board.devices: why `rest` left it out, or NULL. */
static const char **reasons(const struct survey *s)
{
	const struct model *m = s->model;
	const char **list = arena_array(s->arena, m->board->n_devices,
					sizeof(*list));

	for (size_t i = 0; i < m->n_left_out; i++)
		list[m->left_out[i].device - m->board->devices] =
			m->left_out[i].reason;
	return list;
}

static struct survey_device row_of(const struct survey *s,
				   const struct facts *f,
				   const struct device *d, const char *left_out)
{
	const struct grant *g = facts_owner(f, d);
	struct survey_device row = { .device = d, .at = d->at };

	if (g) {
		row.owner = SURVEY_CELL;
		row.cell = g->cell;
		row.is_from_rest = g->is_from_rest;
		row.is_console = g->cell->console_device == d;
		row.at = g->at;
		return row;
	}
	row.why = left_out ? left_out : kept_reason(s->model, d);
	if (d == s->model->hypervisor.console_device) {
		row.is_console = true;
		row.at = s->model->hypervisor.console_at;
	}
	if (row.is_console || d->role == DEVICE_INTERRUPT_CONTROLLER)
		row.owner = SURVEY_OF_HYPERVISOR;
	else if (!row.why)
		row.why = "no cell names it";
	return row;
}

void survey_devices(struct survey *s, const struct facts *f)
{
	const struct board *b = s->model->board;
	struct survey_device *rows = arena_array(s->arena, b->n_devices,
						 sizeof(*rows));
	const char **why = reasons(s);

	/* Clocks and the like have nothing that could be anybody's. */
	for (size_t i = 0; i < b->n_devices; i++)
		if (b->devices[i].n_regs || b->devices[i].n_lines)
			rows[s->n_devices++] =
				row_of(s, f, &b->devices[i], why[i]);
	s->devices = rows;
}

/* ---- waivers ---------------------------------------------------------------- */

struct waivers {
	struct survey *s;
	const struct facts *f;
	struct survey_waiver *list;
	size_t n;
};

static void add(struct waivers *w, struct survey_waiver row)
{
	w->list = arena_grow(w->s->arena, w->list, w->n, sizeof(*w->list));
	w->list[w->n++] = row;
}

static void add_shared(struct waivers *w, enum survey_waiver_kind kind,
		       const struct shared_device *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct grant *owner = facts_owner(w->f, list[i].device);

		add(w, (struct survey_waiver){
			kind, list[i].device->path, owner ? owner->cell : NULL,
			list[i].because, list[i].at });
	}
}

void survey_waivers(struct survey *s, const struct facts *f)
{
	struct waivers w = { .s = s, .f = f };
	const struct model *m = s->model;

	for (size_t i = 0; i < f->n_grants; i++)
		if (f->grants[i].dma_because)
			add(&w, (struct survey_waiver){
				SURVEY_DMA, f->grants[i].device->path,
				f->grants[i].cell, f->grants[i].dma_because,
				f->grants[i].at });
	add_shared(&w, SURVEY_PAGE, m->shared_pages, m->n_shared_pages);
	add_shared(&w, SURVEY_PROVIDER, m->shared_providers,
		   m->n_shared_providers);
	add_shared(&w, SURVEY_RESET, m->shared_resets, m->n_shared_resets);
	for (size_t i = 0; i < m->n_virtios; i++)
		if (m->virtios[i].share_because)
			add(&w, (struct survey_waiver){
				SURVEY_SHARE_RAM, m->virtios[i].name,
				m->virtios[i].front,
				m->virtios[i].share_because,
				m->virtios[i].at_view });
	s->waivers = w.list;
	s->n_waivers = w.n;
}
