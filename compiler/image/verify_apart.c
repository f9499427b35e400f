/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the walks found, against what must hold whatever the layout says: no
 * cell reaches the hypervisor's memory, the interrupt controller or another
 * device that is never given, and two cells reach the same memory only where
 * the text says so.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "image/verify.h"

const char *verify_run_text(struct arena *a, const struct run *r)
{
	static const char *const memory[] = {
		[RUN_NORMAL] = "write-back", [RUN_UNCACHED] = "uncached",
		[RUN_DEVICE] = "device" };

	return arena_printf(a, "0x%" PRIx64 "..0x%" PRIx64 " at 0x%" PRIx64
			    " %c%c%c %s", r->input, r->input + r->size - 1,
			    r->output, r->may_read ? 'r' : '-',
			    r->may_write ? 'w' : '-', r->may_execute ? 'x' : '-',
			    memory[r->memory]);
}

static struct pa_range output_of(const struct run *r)
{
	return (struct pa_range){ { r->output }, r->size };
}

static struct pa_range pages_of(struct pa_range r)
{
	uint64_t base = r.base.u & ~(GRANULE - 1);
	uint64_t last = pa_last(r).u | (GRANULE - 1);

	return (struct pa_range){ { base }, last - base + 1 };
}

static bool is_of_nobody(const struct model *m, const struct device *d)
{
	if (m->hypervisor.console_device == d)
		return true;
	switch (d->role) {
	case DEVICE_PLAIN:
	case DEVICE_UART:
	case DEVICE_HOST_BRIDGE:
		return false;
	case DEVICE_INTERRUPT_CONTROLLER:
	case DEVICE_MSI_CONTROLLER:
	case DEVICE_IOMMU:
	case DEVICE_FIRMWARE_CONFIG:
	case DEVICE_TIMER:
	case DEVICE_PMU:
		return true;
	}
	return true;
}

static bool reaches_device(const struct device *d, struct pa_range r)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (!d->regs[i].is_window &&
		    pa_overlap(r, pages_of(d->regs[i].range)))
			return true;
	return false;
}

/* What of that range no cell may reach; NULL: nothing. */
static const char *forbidden(const struct verify *v, struct pa_range r)
{
	const struct board *b = v->model->board;
	const struct interrupt_controller *c = &b->controller;

	if (pa_overlap(r, v->layout->hypervisor.all))
		return "the hypervisor's memory";
	if (c->is_present && pa_overlap(r, c->distributor))
		return "the interrupt controller";
	for (size_t i = 0; i < c->n_redistributors; i++)
		if (pa_overlap(r, c->redistributors[i]))
			return "the interrupt controller";
	for (size_t i = 0; i < b->n_devices; i++)
		if (is_of_nobody(v->model, &b->devices[i]) &&
		    reaches_device(&b->devices[i], r))
			return b->devices[i].path;
	return NULL;
}

void verify_forbidden(struct verify *v, const char *who, const struct runs *is)
{
	for (size_t i = 0; i < is->n; i++) {
		const char *what = forbidden(v, output_of(&is->list[i]));

		if (what)
			verify_differ(v, "%s: it reaches %s by %s", who, what,
				      verify_run_text(v->arena, &is->list[i]));
	}
}

/* ---- two cells ----------------------------------------------------------- */

/* Bytes from the start of r that lie in part; 0 when none does. */
static uint64_t leading(struct pa_range r, struct pa_range part)
{
	struct pa_range first = { r.base, 1 };

	return pa_overlap(first, part) ? pa_common(r, part) : 0;
}

static bool is_end(const struct channel *c, const struct cell *cell)
{
	for (size_t i = 0; i < c->n_ends; i++)
		if (c->ends[i].cell == cell)
			return true;
	return false;
}

/* Bytes from the start of r that are a channel of both. */
static uint64_t leading_channel(const struct verify *v, struct pa_range r,
				size_t a, size_t b)
{
	for (size_t i = 0; i < v->model->n_channels; i++) {
		const struct channel *c = &v->model->channels[i];
		uint64_t n = leading(r, v->layout->channels[i].memory);

		if (n && is_end(c, &v->model->cells[a]) &&
		    is_end(c, &v->model->cells[b]))
			return n;
	}
	return 0;
}

/* The same for pages that `shared page` lets two cells' devices lie in. */
static uint64_t leading_page(const struct verify *v, struct pa_range r)
{
	for (size_t i = 0; i < v->model->n_shared_pages; i++) {
		const struct device *d = v->model->shared_pages[i].device;

		for (size_t k = 0; k < d->n_regs; k++) {
			uint64_t n = leading(r, pages_of(d->regs[k].range));

			if (n)
				return n;
		}
	}
	return 0;
}

static struct pa_range common(struct pa_range a, struct pa_range b)
{
	uint64_t base = a.base.u > b.base.u ? a.base.u : b.base.u;

	return (struct pa_range){ { base }, pa_common(a, b) };
}

/* Neighbours are one run to the walk: every part needs a reason of its own. */
static void check_common(struct verify *v, struct pa_range both, size_t a,
			 size_t b)
{
	while (both.size) {
		uint64_t n = leading_channel(v, both, a, b);

		if (!n)
			n = leading_page(v, both);
		if (!n) {
			verify_differ(v, "cells '%s' and '%s' both reach 0x%"
				      PRIx64 "..0x%" PRIx64,
				      v->model->cells[a].name,
				      v->model->cells[b].name, both.base.u,
				      pa_last(both).u);
			return;
		}
		both.base.u += n;
		both.size -= n;
	}
}

static void check_pair(struct verify *v, const struct runs *reached, size_t a,
		       size_t b)
{
	for (size_t i = 0; i < reached[a].n; i++)
		for (size_t k = 0; k < reached[b].n; k++)
			check_common(v, common(output_of(&reached[a].list[i]),
					       output_of(&reached[b].list[k])),
				     a, b);
}

void verify_isolation(struct verify *v, const struct runs *reached)
{
	for (size_t b = 0; b < v->model->n_cells; b++)
		for (size_t a = 0; a < b; a++)
			check_pair(v, reached, a, b);
}
