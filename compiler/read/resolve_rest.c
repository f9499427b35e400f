/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `devices rest`: everything of the board that nothing else names and no rule
 * forbids.
 *
 * At first every device with registers or lines that nobody names is a
 * candidate. One reason after another takes devices away, and each is
 * remembered for the report. A device that was taken away can be the reason for
 * another (a neighbour in its page), so the last reasons are asked again until
 * nothing changes; every round takes one away at least, so there is an end.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/units.h"
#include "read/resolve_parts.h"

enum holder {
	HELD_BY_NOBODY,
	HELD_BY_OTHER,		/* another cell, or the hypervisor */
	HELD_BY_CELL,		/* the cell of the rest names it itself */
	HELD_AS_REST,		/* a candidate */
};

struct rest {
	struct resolve *r;
	struct cell *cell;
	const struct board *board;
	enum holder *holders;	/* parallel to board.devices */
	const char **reasons;	/* the same; NULL: none */
};

static size_t index_of(const struct rest *t, const struct device *d)
{
	return (size_t)(d - t->board->devices);
}

/* ---- who has what ------------------------------------------------------- */

static void hold(struct rest *t, const struct device *d, enum holder by)
{
	if (d)
		t->holders[index_of(t, d)] = by;
}

static void holders_find(struct rest *t)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < t->board->n_devices; i++) {
		const struct device *d = &t->board->devices[i];

		/* Clocks and the like have nothing that could be given. */
		if (d->n_regs || d->n_lines)
			t->holders[i] = HELD_AS_REST;
	}
	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];
		enum holder by = c == t->cell ? HELD_BY_CELL : HELD_BY_OTHER;

		for (size_t k = 0; k < c->n_devices; k++)
			hold(t, c->devices[k].device, by);
		hold(t, c->console_device, by);
	}
	hold(t, m->hypervisor.console_device, HELD_BY_OTHER);
}

/* ---- reasons of a device's own ------------------------------------------ */

static const char *reason_of_role(const struct device *d)
{
	static const char *const reasons[] = {
		[DEVICE_PLAIN] = NULL,
		[DEVICE_UART] = NULL,
		[DEVICE_INTERRUPT_CONTROLLER] =
			"the hypervisor drives the interrupt controller",
		[DEVICE_MSI_CONTROLLER] =
			"message interrupts are not given to cells",
		[DEVICE_IOMMU] = "an iommu is never given",
		[DEVICE_FIRMWARE_CONFIG] =
			"its DMA register reaches all memory",
		[DEVICE_TIMER] = "every cell has its own timers",
		[DEVICE_PMU] = "a cell has its CPUs' own by pmu;",
		[DEVICE_HOST_BRIDGE] = NULL,
	};

	return reasons[d->role];
}

static const char *reason_of_lines(const struct rest *t,
				   const struct device *d)
{
	for (size_t i = 0; i < d->n_lines; i++) {
		const struct line *l = &d->lines[i];

		if (l->kind == LINE_PPI)
			return "its lines are private to each cpu";
		if (l->number >= t->board->n_spis)
			return arena_printf(t->r->read->arena, "the board does"
				" not implement spi %" PRIu32, l->number);
	}
	return NULL;
}

static const char *reason_of_regs(const struct rest *t, const struct device *d)
{
	uint64_t end = UINT64_C(1) << t->board->address_bits;

	for (size_t i = 0; i < d->n_regs; i++)
		if (pa_last(d->regs[i].range).u >= end)
			return arena_printf(t->r->read->arena, "its registers"
				" lie beyond %" PRIu32 " address bits",
				t->board->address_bits);
	return NULL;
}

static bool is_excepted(const struct rest *t, const struct device *d)
{
	for (size_t i = 0; i < t->r->n_excepted; i++)
		if (t->r->excepted[i] == d)
			return true;
	return false;
}

static const char *reason_of_own(const struct rest *t, const struct device *d)
{
	const char *reason = reason_of_role(d);

	if (!reason && is_excepted(t, d))
		reason = "the statement excepts it";
	if (!reason && d->is_disabled)
		reason = "the devicetree disables it";
	if (!reason && d->can_dma && !t->cell->rest_dma_because)
		reason = arena_printf(t->r->read->arena,
			"it can do DMA (%s), and rest does not carry"
			" `unprotected dma`", d->dma_reason);
	if (!reason)
		reason = reason_of_lines(t, d);
	return reason ? reason : reason_of_regs(t, d);
}

/* ---- reasons of a neighbour --------------------------------------------- */

static bool is_ours(const struct rest *t, size_t i)
{
	return t->holders[i] == HELD_AS_REST || t->holders[i] == HELD_BY_CELL;
}

static bool is_page_waived(const struct rest *t, const struct device *d)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < m->n_shared_pages; i++)
		if (m->shared_pages[i].device == d)
			return true;
	return false;
}

/* The first to the last granule that the registers touch. */
static bool do_share_page(struct pa_range a, struct pa_range b)
{
	return a.base.u / GRANULE <= pa_last(b).u / GRANULE &&
	       b.base.u / GRANULE <= pa_last(a).u / GRANULE;
}

static bool do_devices_share(const struct device *a, const struct device *b)
{
	for (size_t i = 0; i < a->n_regs; i++)
		for (size_t k = 0; k < b->n_regs; k++)
			if (do_share_page(a->regs[i].range, b->regs[k].range))
				return true;
	return false;
}

static bool do_lines_meet(const struct device *a, const struct device *b)
{
	for (size_t i = 0; i < a->n_lines; i++)
		for (size_t k = 0; k < b->n_lines; k++)
			if (a->lines[i].kind == b->lines[k].kind &&
			    a->lines[i].number == b->lines[k].number)
				return true;
	return false;
}

/* Another cell states a line of the device by `lines`. */
static bool is_line_stated(const struct rest *t, const struct device *d)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		for (size_t k = 0; c != t->cell && k < c->n_lines; k++)
			for (size_t n = 0; n < d->n_lines; n++)
				if (c->lines[k].line.kind == d->lines[n].kind &&
				    c->lines[k].line.number ==
				    d->lines[n].number)
					return true;
	}
	return false;
}

static const char *reason_of_neighbour(const struct rest *t,
				       const struct device *d)
{
	struct arena *a = t->r->read->arena;

	if (d->foreign_parent && !is_ours(t, index_of(t, d->foreign_parent)))
		return arena_printf(a, "its interrupts end at '%s', which the"
				    " cell does not have",
				    d->foreign_parent->path);
	if (is_line_stated(t, d))
		return "another cell states its line";
	for (size_t i = 0; i < t->board->n_devices; i++) {
		const struct device *other = &t->board->devices[i];

		if (is_ours(t, i))
			continue;
		if (t->holders[i] == HELD_BY_OTHER && do_lines_meet(d, other))
			return arena_printf(a, "it has a line in common with"
					    " '%s'", other->path);
		if (do_devices_share(d, other) && !is_page_waived(t, d) &&
		    !is_page_waived(t, other))
			return arena_printf(a, "it is in one 4 KiB page with"
					    " '%s'", other->path);
	}
	return NULL;
}

/* ------------------------------------------------------------------------- */

/* True when a device was taken away. */
static bool sift(struct rest *t, const char *(*reason_of)(const struct rest *t,
						const struct device *d))
{
	bool is_changed = false;

	for (size_t i = 0; i < t->board->n_devices; i++) {
		if (t->holders[i] != HELD_AS_REST)
			continue;
		t->reasons[i] = reason_of(t, &t->board->devices[i]);
		if (!t->reasons[i])
			continue;
		t->holders[i] = HELD_BY_NOBODY;
		is_changed = true;
	}
	return is_changed;
}

static void publish(struct rest *t)
{
	struct arena *a = t->r->read->arena;
	size_t n = t->cell->n_devices;
	struct device_use *uses = arena_array(a, n + t->board->n_devices,
					      sizeof(*uses));
	struct left_out *left = arena_array(a, t->board->n_devices,
					    sizeof(*left));
	size_t n_left = 0;

	for (size_t i = 0; i < n; i++)
		uses[i] = t->cell->devices[i];
	for (size_t i = 0; i < t->board->n_devices; i++) {
		const struct device *d = &t->board->devices[i];

		if (t->holders[i] == HELD_AS_REST)
			uses[n++] = (struct device_use){
				.device = d, .is_from_rest = true,
				.dma_because = d->can_dma
					? t->cell->rest_dma_because : NULL,
				.at = t->cell->rest_devices_at };
		else if (t->reasons[i])
			left[n_left++] = (struct left_out){ d, t->reasons[i] };
	}
	t->cell->devices = uses;
	t->cell->n_devices = n;
	t->r->model->left_out = left;
	t->r->model->n_left_out = n_left;
}

void resolve_rest(struct resolve *r)
{
	struct rest t = { .r = r, .board = r->known.board };

	/* A second cell that wants the rest gets nothing: the checks say so. */
	for (size_t i = r->model->n_cells; i-- > 0;)
		if (r->cells[i].takes_rest_devices)
			t.cell = &r->cells[i];
	if (!t.cell)
		return;
	t.holders = arena_array(r->read->arena, t.board->n_devices,
				sizeof(*t.holders));
	t.reasons = arena_array(r->read->arena, t.board->n_devices,
				sizeof(*t.reasons));
	holders_find(&t);
	sift(&t, reason_of_own);
	while (sift(&t, reason_of_neighbour))
		;
	publish(&t);
}
