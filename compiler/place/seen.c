/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What cells see at addresses that the text and the board already fix: own
 * regions, devices, the interrupt controller, ends of channels with `as`.
 */
#include "place/placer.h"

struct ipa_range ipa_of_run(const struct region *r, struct pa_range run)
{
	if (!r->has_ipa)
		return ipa_of_identity(run);
	return (struct ipa_range){ r->ipa, run.size };
}

struct pa_range controller_of_cpu(const struct interrupt_controller *c,
				  size_t cpu_i)
{
	/* Frames lie in the order of the CPUs, region after region. */
	for (size_t i = 0; i < c->n_redistributors; i++) {
		const struct pa_range *r = &c->redistributors[i];
		uint64_t n = r->size / c->redistributor_stride;

		if (cpu_i < n)
			return (struct pa_range){
				{ r->base.u + cpu_i * c->redistributor_stride },
				c->redistributor_stride };
		cpu_i -= n;
	}
	return (struct pa_range){ { 0 }, 0 };
}

static void see_device(struct pages *pages, const struct device *d)
{
	for (size_t i = 0; i < d->n_regs; i++)
		pages_hold(pages,
			   ipa_of_identity(pages_around(d->regs[i].range)));
}

static void see_controller(struct placer *p, struct pages *pages,
			   const struct cell *cell)
{
	const struct interrupt_controller *c = &p->model->board->controller;

	if (!c->is_present)
		return;
	pages_hold(pages, ipa_of_identity(c->distributor));
	for (size_t i = 0; i < cell->n_cpus; i++) {
		struct pa_range frames = controller_of_cpu(c,
							   cell->cpus[i].index);
		if (frames.size)
			pages_hold(pages, ipa_of_identity(frames));
	}
}

static void see_cell(struct placer *p, const struct cell *cell)
{
	struct pages *pages = &p->pages[cell->index];

	for (size_t i = 0; i < cell->n_devices; i++)
		see_device(pages, cell->devices[i].device);
	if (cell->console == CONSOLE_DEVICE)
		see_device(pages, cell->console_device);
	see_controller(p, pages, cell);
	for (size_t i = 0; i < cell->n_regions; i++) {
		const struct region *r = &cell->regions[i];

		struct pa_range at = { r->pa, r->size };

		if (r->is_rest || (!r->has_ipa && !r->has_pa))
			continue;
		if (r->has_pa && (!r->has_ipa || r->ipa.u == r->pa.u))
			pages_hold_identity(pages, at);
		else
			pages_hold(pages, ipa_of_run(r, at));
	}
}

static void see_channels(struct placer *p)
{
	for (size_t i = 0; i < p->model->n_channels; i++) {
		const struct channel *c = &p->model->channels[i];

		for (size_t e = 0; e < c->n_ends; e++)
			if (c->ends[e].has_ipa)
				pages_hold(&p->pages[c->ends[e].cell->index],
					   (struct ipa_range){ c->ends[e].ipa,
							       c->size });
	}
}

void see_fixed(struct placer *p)
{
	for (size_t i = 0; i < p->model->n_cells; i++)
		see_cell(p, &p->model->cells[i]);
	see_channels(p);
}
