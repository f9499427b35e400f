/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `devices rest`: everything of the board that nothing else names and no rule
 * forbids.
 *
 * At first every device with registers or lines that nobody names is a
 * candidate. Reasons of its own take some away; then resolve_spread takes away
 * what cannot be had without them. Each reason is kept for the report.
 */
#include "read/resolve_rest.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/units.h"
#include "model/references.h"
#include "read/resolve_parts.h"

/* ---- who has what ------------------------------------------------------- */

static void hold(struct rest *t, const struct device *d, enum holder by)
{
	if (d)
		t->holders[d - t->board->devices] = by;
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

/* Why no cell is ever given such a device; NULL: it may be. */
static const char *reason_of_role(const struct device *d)
{
	switch (d->role) {
	case DEVICE_PLAIN:
	case DEVICE_UART:
	case DEVICE_HOST_BRIDGE:
		return NULL;
	case DEVICE_INTERRUPT_CONTROLLER:
		return "the hypervisor drives the interrupt controller";
	case DEVICE_MSI_CONTROLLER:
		return "message interrupts are not given to cells";
	case DEVICE_IOMMU:
		return "an iommu is never given";
	case DEVICE_FIRMWARE_CONFIG:
		return "its DMA register reaches all memory";
	case DEVICE_TIMER:
		return "every cell has its own timers";
	case DEVICE_PMU:
		return "`pmu` gives it";
	}
	abort();
}

/* Who has an SPI that the rest cannot have. */
static void lines_find(struct rest *t)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		for (size_t k = 0; c != t->cell && k < c->n_lines; k++)
			if (c->lines[k].line.kind == LINE_SPI)
				t->spis[c->lines[k].line.number].is_stated =
					true;
	}
	for (size_t i = 0; i < t->board->n_devices; i++) {
		const struct device *d = &t->board->devices[i];

		if (t->holders[i] != HELD_BY_OTHER && !reason_of_role(d))
			continue;
		for (size_t k = 0; k < d->n_lines; k++)
			if (d->lines[k].kind == LINE_SPI)
				t->spis[d->lines[k].number].device = d;
	}
}

static int by_base(const void *left, const void *right)
{
	const struct reserved *a = left, *b = right;

	return (a->base > b->base) - (a->base < b->base);
}

static void reserved_find(struct rest *t)
{
	const struct board *b = t->board;

	t->reserved = arena_array(t->r->read->arena, b->n_reserved,
				  sizeof(*t->reserved));
	for (size_t i = 0; i < b->n_reserved; i++)
		t->reserved[i] = (struct reserved){
			b->reserved[i].range.base.u, &b->reserved[i] };
	if (b->n_reserved)
		qsort(t->reserved, b->n_reserved, sizeof(*t->reserved),
		      by_base);
	for (size_t i = 1; i < b->n_reserved; i++) {
		struct reserved *v = &t->reserved[i];

		if (pa_last(v[-1].furthest->range).u >
		    pa_last(v->furthest->range).u)
			v->furthest = v[-1].furthest;
	}
}

/* ---- reasons of a device's own ------------------------------------------ */

static const char *reason_of_line(const struct rest *t, const struct line *l)
{
	struct arena *a = t->r->read->arena;

	if (l->kind == LINE_PPI)
		return "its lines are private to each cpu";
	if (l->number >= t->board->n_spis)
		return arena_printf(a, "the board does not implement spi %"
				    PRIu32, l->number);
	if (t->spis[l->number].is_stated)
		return "another cell states its line";
	if (t->spis[l->number].device)
		return arena_printf(a, "it has a line in common with '%s'",
				    t->spis[l->number].device->path);
	return NULL;
}

/* What is reserved of the granules that hold the range, or NULL. */
static const struct board_memory *reserved_at(const struct rest *t,
					      struct pa_range range)
{
	uint64_t last = pa_last(range).u | (GRANULE - 1);
	size_t low = 0, high = t->board->n_reserved;
	const struct board_memory *found;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (t->reserved[middle].base <= last)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	found = t->reserved[low - 1].furthest;
	return pa_last(found->range).u >= (range.base.u & ~(GRANULE - 1)) ?
		found : NULL;
}

static const char *reason_of_regs(const struct rest *t, const struct device *d)
{
	uint64_t end = UINT64_C(1) << t->board->address_bits;
	struct arena *a = t->r->read->arena;

	for (size_t i = 0; i < d->n_regs; i++) {
		const struct board_memory *reserved =
			reserved_at(t, d->regs[i].range);

		if (pa_last(d->regs[i].range).u >= end)
			return arena_printf(a, "its registers lie beyond %"
				PRIu32 " address bits", t->board->address_bits);
		if (reserved)
			return arena_printf(a, "its registers lie in reserved"
				" memory '%s'", reserved->name);
	}
	return NULL;
}

static bool is_excepted(const struct rest *t, const struct device *d)
{
	for (size_t i = 0; i < t->r->n_excepted; i++)
		if (t->r->excepted[i] == d)
			return true;
	return false;
}

static bool is_reset_shared(const struct rest *t, const struct device *d)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < m->n_shared_resets; i++)
		if (m->shared_resets[i].device == d)
			return true;
	return false;
}

/* NULL: it names no IOMMU and no MSI controller, or such as are there. */
static const char *reason_of_stream(const struct rest *t,
				    const struct device *d)
{
	for (size_t k = 0; k < d->n_needs; k++)
		if (d->needs[k].is_dangling &&
		    (d->needs[k].kind == NEED_STREAM ||
		     d->needs[k].kind == NEED_MSI))
			return arena_printf(t->r->read->arena,
				"its '%s' names no node",
				d->needs[k].property);
	return NULL;
}

static const char *reason_of(const struct rest *t, const struct device *d)
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
	if (!reason && d->is_watchdog && !t->cell->is_root &&
	    !is_reset_shared(t, d))
		reason = "it can reset the machine, and this is not the root"
			 " cell";
	if (!reason)
		reason = reason_of_stream(t, d);
	for (size_t i = 0; !reason && i < d->n_lines; i++)
		reason = reason_of_line(t, &d->lines[i]);
	return reason ? reason : reason_of_regs(t, d);
}

/* Whoever drives it drives the device of another cell. */
static void spare_needs(struct rest *t, const struct cell *c,
			const struct device *d)
{
	for (size_t k = 0; d && k < d->n_needs; k++) {
		const struct device_need *n = &d->needs[k];
		size_t i = n->provider ? (size_t)(n->provider -
						  t->board->devices) : 0;

		if (!reference_binds(n) || t->holders[i] != HELD_AS_REST ||
		    t->is_provider_shared[i])
			continue;
		t->holders[i] = HELD_BY_NOBODY;
		t->reasons[i] = arena_printf(t->r->read->arena, "'%s' of '%s'"
			" needs it, and no 'shared provider' names it",
			d->path, c->name);
	}
}

static void spare(struct rest *t)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		if (c == t->cell)
			continue;
		for (size_t k = 0; k < c->n_devices; k++)
			spare_needs(t, c, c->devices[k].device);
		spare_needs(t, c, c->console_device);
	}
}

static void sift(struct rest *t)
{
	for (size_t i = 0; i < t->board->n_devices; i++) {
		if (t->holders[i] != HELD_AS_REST)
			continue;
		t->reasons[i] = reason_of(t, &t->board->devices[i]);
		if (t->reasons[i])
			t->holders[i] = HELD_BY_NOBODY;
	}
}

/* ------------------------------------------------------------------------- */

static void tell(const struct rest *t)
{
	const struct model *m = t->r->model;

	for (size_t i = 0; i < m->n_left_out; i++)
		diag_say(t->r->read->diag, "left '%s' out of the rest: %s",
			 m->left_out[i].device->path, m->left_out[i].reason);
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
	struct arena *a = r->read->arena;
	struct rest t = { .r = r, .board = r->known.board };
	size_t n = t.board->n_devices;

	/* A second cell that wants the rest gets nothing: the checks say so. */
	for (size_t i = r->model->n_cells; i-- > 0;)
		if (r->cells[i].takes_rest_devices)
			t.cell = &r->cells[i];
	if (!t.cell)
		return;
	t.holders = arena_array(a, n, sizeof(*t.holders));
	t.reasons = arena_array(a, n, sizeof(*t.reasons));
	t.spis = arena_array(a, BOARD_SPIS_MAX, sizeof(*t.spis));
	t.is_provider_shared = arena_array(a, n, sizeof(bool));
	for (size_t i = 0; i < r->model->n_shared_providers; i++)
		t.is_provider_shared[r->model->shared_providers[i].device -
				     t.board->devices] = true;
	holders_find(&t);
	lines_find(&t);
	reserved_find(&t);
	sift(&t);
	spare(&t);
	resolve_spread(&t);
	publish(&t);
	tell(&t);
}
