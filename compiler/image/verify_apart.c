/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the image by itself cannot say, whatever the layout says: no cell
 * reaches the interrupt controller or another device that is never given, and
 * two cells' devices lie on one page only where the text says so.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "image/verify.h"

static const struct hv_region *regions_of(const struct verify *v,
					  const struct hv_cell *c)
{
	return (const void *)((const uint8_t *)v->head + c->regions.offset);
}

static struct pa_range output_of(const struct hv_region *r)
{
	return (struct pa_range){ { r->pa.u }, r->size };
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
		if (pa_overlap(r, pages_of(d->regs[i].range)))
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
	if (pa_overlap(r, c->distributor))
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

/* ---- two cells ----------------------------------------------------------- */

/* What a bridge passes on is its own, but for a page that it has in part. */
static bool has_page(const struct device *d, struct pa_range page)
{
	for (size_t i = 0; i < d->n_regs; i++) {
		const struct device_reg *r = &d->regs[i];

		if (pa_overlap(page, pages_of(r->range)) &&
		    !(r->is_window && pa_contains(r->range, page)))
			return true;
	}
	return false;
}

static bool is_on_shared_page(const struct model *m, struct pa_range page)
{
	for (size_t i = 0; i < m->n_shared_pages; i++)
		if (has_page(m->shared_pages[i].device, page))
			return true;
	return false;
}

/*
 * verify/ has seen that nothing but devices on shared pages is common, or has
 * told: rows may say any size, so the first page that is none is the last.
 */
static void check_common(struct verify *v, size_t cell_i,
			 struct pa_range a, struct pa_range b)
{
	uint64_t at = a.base.u > b.base.u ? a.base.u : b.base.u;
	uint64_t end = at + pa_common(a, b);

	while (is_on_shared_page(v->model, (struct pa_range){ { at }, GRANULE }))
		at += GRANULE;
	if (at < end)
		verify_differ(v, "cell '%s' reaches 0x%" PRIx64 ", which another"
			      " does too, and the text calls no such page shared",
			      v->model->cells[cell_i].name, at);
}

static void check_cell(struct verify *v, const struct hv_cell *cells,
		       size_t cell_i)
{
	const struct hv_region *r = regions_of(v, &cells[cell_i]);

	for (uint32_t i = 0; i < cells[cell_i].regions.count; i++) {
		const char *what = forbidden(v, output_of(&r[i]));

		if (what)
			verify_differ(v, "cell '%s': it reaches %s at 0x%"
				      PRIx64, v->model->cells[cell_i].name, what,
				      r[i].pa.u);
		for (size_t b = 0; r[i].flags & HV_SHARED && b < cell_i; b++) {
			const struct hv_region *o = regions_of(v, &cells[b]);

			for (uint32_t k = 0; k < cells[b].regions.count; k++)
				if (o[k].flags & HV_SHARED)
					check_common(v, cell_i,
						     output_of(&r[i]),
						     output_of(&o[k]));
		}
	}
}

void verify_apart(struct verify *v, const struct hv_cell *cells)
{
	for (size_t i = 0; i < v->model->n_cells; i++)
		check_cell(v, cells, i);
}
