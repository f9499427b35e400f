/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pages that stage 2 leaves out on purpose, or shows to read only: the hypervisor
 * answers there.
 */
#include "place/view.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"

static void trap(struct view *v, struct trap t)
{
	v->traps = arena_grow(v->p->arena, v->traps, v->out->n_traps,
			      sizeof(*v->traps));
	v->traps[v->out->n_traps++] = t;
}

static void trap_controller(struct view *v)
{
	const struct interrupt_controller *c =
		&v->p->model->board->controller;

	if (!c->is_present)
		return;
	trap(v, (struct trap){ TRAP_CONTROLLER, ipa_of_identity(c->distributor),
			       UINT32_MAX, c->at });
	for (size_t i = 0; i < v->cell->n_cpus; i++) {
		uint32_t cpu_i = v->cell->cpus[i].index;

		trap(v, (struct trap){ TRAP_CONTROLLER_CPU,
			ipa_of_identity(v->p->layout->cpu_controllers[cpu_i]),
			cpu_i, v->cell->cpus[i].at });
	}
}

static bool trap_page(struct view *v, enum trap_kind kind, ipa_t from,
		      uint32_t arg, struct span at, ipa_t *out)
{
	struct pages *pages = &v->p->pages[v->cell->index];
	struct ipa_range page = { from, GRANULE };

	if ((!from.u || !pages_are_free(pages, page)) &&
	    !pages_find(pages, GRANULE, GRANULE, from, &page.base)) {
		diag_error(v->p->diag, &rule_place_full, at,
			   "cell '%s' has no free page in its addresses",
			   v->cell->name);
		return false;
	}
	pages_hold(pages, page);
	trap(v, (struct trap){ kind, page, arg, at });
	*out = page.base;
	return true;
}

/*
 * The page at which the board has its console: the hypervisor's UART, which no
 * cell gets, or the board's first. Command lines with earlycon, and firmware
 * that knows one address only, find the virtual one there.
 */
static ipa_t console_page(const struct model *m)
{
	const struct device *uart = m->hypervisor.console_device;

	for (size_t i = 0; !uart && i < m->board->n_devices; i++)
		if (m->board->devices[i].role == DEVICE_UART &&
		    m->board->devices[i].n_regs)
			uart = &m->board->devices[i];
	if (!uart || !uart->n_regs)
		return (ipa_t){ 0 };
	return ipa_of_identity(pages_around(uart->regs[0].range)).base;
}

static bool trap_console(struct view *v)
{
	const struct cell *c = v->cell;

	if (c->console == CONSOLE_DEVICE && c->console_device->n_regs)
		v->out->console_ipa = ipa_of_identity(
			c->console_device->regs[0].range).base;
	return c->console != CONSOLE_VIRTUAL ||
	       trap_page(v, TRAP_CONSOLE, console_page(v->p->model),
			 UINT32_MAX, c->console_at, &v->out->console_ipa);
}

/* Who may ring whom: one-way, the writer rings all; else everybody does. */
static uint64_t may_ring(const struct channel *c, uint32_t end_i)
{
	uint64_t all = c->n_ends < 64 ? (UINT64_C(1) << c->n_ends) - 1
				      : UINT64_MAX;

	if (!c->has_doorbell || (c->is_one_way && end_i > 0))
		return 0;
	return all & ~(UINT64_C(1) << end_i);
}

static bool trap_doorbells(struct view *v)
{
	struct placer *p = v->p;

	for (size_t i = 0; i < p->layout->n_ends; i++) {
		struct end_layout *e = &p->ends[i];

		if (e->end->cell != v->cell)
			continue;
		e->may_ring = may_ring(e->channel, e->end_i);
		if (e->may_ring &&
		    !trap_page(v, TRAP_DOORBELL, console_page(p->model),
			       (uint32_t)i, e->channel->at_doorbell,
			       &e->doorbell))
			return false;
	}
	return true;
}

static bool trap_virtios(struct view *v)
{
	struct placer *p = v->p;
	ipa_t from = console_page(p->model);

	for (uint32_t i = 0; i < p->model->n_virtios; i++) {
		const struct virtio *d = &p->model->virtios[i];

		if (d->front == v->cell) {
			if (!trap_page(v, TRAP_VIRTIO, from, i, d->at_front,
				       &p->virtios[i].window))
				return false;
			view_window(v, &p->virtios[i]);
		}
		if (d->back == v->cell &&
		    !trap_page(v, TRAP_VIRTIO_RING, from, i, d->at_back,
			       &p->virtios[i].back_ring))
			return false;
	}
	return true;
}

static int trap_by_ipa(const void *a, const void *b)
{
	const struct trap *x = a, *y = b;

	if (x->ipa.base.u != y->ipa.base.u)
		return x->ipa.base.u < y->ipa.base.u ? -1 : 1;
	return 0;
}

/* ---- from a granule to its row -------------------------------------------- */

static size_t count_granules(const struct cell_layout *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_traps; i++)
		n += (size_t)(c->traps[i].ipa.size / GRANULE);
	return n;
}

static uint64_t *list_granules(struct arena *a, const struct cell_layout *c,
			       size_t n)
{
	uint64_t *list = arena_array(a, n, sizeof(*list));

	n = 0;
	for (size_t i = 0; i < c->n_traps; i++)
		for (uint64_t k = 0; k < c->traps[i].ipa.size; k += GRANULE)
			list[n++] = (c->traps[i].ipa.base.u + k) / GRANULE;
	return list;
}

static const uint16_t *slot_rows(struct arena *a, const struct cell_layout *c,
				 struct slots hash)
{
	uint16_t *rows = arena_array(a, slots_count(hash), sizeof(*rows));

	for (size_t i = 0; i < c->n_traps; i++)
		for (uint64_t k = 0; k < c->traps[i].ipa.size; k += GRANULE)
			rows[slots_at(hash, (c->traps[i].ipa.base.u + k) /
				      GRANULE)] = (uint16_t)(i + 1);
	return rows;
}

/* Pages of one cell are not 2^44 bytes apart, nor are there so many. */
static bool hash_traps(struct view *v)
{
	struct arena *a = v->p->arena;
	struct cell_layout *c = v->out;
	size_t n = count_granules(c);

	if (!n)
		return true;
	if (c->n_traps >= UINT16_MAX ||
	    !slots_find(a, list_granules(a, c, n), n, &c->trap_slots.hash)) {
		diag_error(v->p->diag, &rule_place_full, v->cell->at,
			   "cell '%s' has %zu trapped pages, and no table finds"
			   " them all at once", v->cell->name, n);
		return false;
	}
	c->trap_slots.rows = slot_rows(a, c, c->trap_slots.hash);
	return true;
}

bool view_traps(struct view *v)
{
	trap_controller(v);
	if (!trap_console(v) || !trap_doorbells(v) || !trap_virtios(v))
		return false;
	if (v->out->n_traps)
		qsort(v->traps, v->out->n_traps, sizeof(*v->traps),
		      trap_by_ipa);
	v->out->traps = v->traps;
	return hash_traps(v);
}
