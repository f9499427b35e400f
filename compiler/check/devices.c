/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * devices.c - a device has one owner, and one that reaches memory by itself
 * is an owner of all memory.
 */
#include "check/families.h"

#include <inttypes.h>

#include "check/kept.h"

static void report_second(const struct facts *f, const struct rule *r,
			  struct diag *d, bool of_one_cell)
{
	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *two = &f->grants[i];
		const struct grant *one = facts_owner(f, two->device);

		if (one == two || (one->cell == two->cell) != of_one_cell)
			continue;
		diag_error(d, r, two->at, of_one_cell ?
			   "'%s' has '%s' twice" :
			   "'%s' has '%s', and so has '%s'", two->cell->name,
			   two->device->path, one->cell->name);
		diag_note(d, one->at, "'%s' is given to '%s' here",
			  one->device->path, one->cell->name);
	}
}

static void device_two_cells(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	report_second(f, r, d, false);
}

static void device_twice(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	report_second(f, r, d, true);
}

/* The root cell's has a rule of its own, with its own way out. */
static void device_kept(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];
		const char *why = kept_reason(f->model, g->device);

		if (!why || g->cell->is_root)
			continue;
		diag_error(d, r, g->at, "'%s' is given to '%s' and is %s",
			   g->device->path, g->cell->name, why);
		if (g->device != f->model->hypervisor.console_device) {
			diag_note(d, g->device->at, "'%s' is here",
				  g->device->path);
			continue;
		}
		diag_note(d, f->model->hypervisor.console_at,
			  "the hypervisor takes it here");
		diag_help(d, "write 'console virtual;', or give the hypervisor"
			  " 'console none;'");
	}
}

/* What is kept from cells is told as that: no reason would let it be given. */
static bool is_unheld(const struct model *m, const struct grant *g)
{
	return g->device->can_dma && !g->dma_because &&
	       !kept_reason(m, g->device);
}

/* Of the devices that one word of the text gives, one error tells all. */
static void device_dma(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	struct span told = { 0, 0 };

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];

		if (!is_unheld(f->model, g))
			continue;
		if (g->at.begin == told.begin) {
			diag_note(d, g->device->at, "and so can '%s'",
				  g->device->path);
			continue;
		}
		told = g->at;
		diag_error(d, r, g->at, "'%s' of '%s' can reach all memory by"
			   " DMA (%s), and nothing holds it back",
			   g->device->path, g->cell->name,
			   g->device->dma_reason);
		diag_note(d, g->device->at, "'%s' is here", g->device->path);
		diag_help(d, "to accept that: 'unprotected dma because"
			  " \"...\"' behind the device");
	}
}

/* ---- the cell of a device that does DMA --------------------------------- */

static void report_moved(const struct rule *r, struct diag *d,
			 const struct grant *g, const char *name, bool has_pa,
			 ipa_t ipa, struct span at)
{
	diag_error(d, r, at, "'%s' sees '%s' at 0x%" PRIx64 ", %s, and its"
		   " device '%s' would reach other memory", g->cell->name,
		   name, ipa.u, has_pa ? "which is not its address on the board"
		   : "and hvcc chooses where it is", g->device->path);
	diag_note(d, g->at, "'%s' does DMA with the board's addresses",
		  g->device->path);
	diag_help(d, "leave out 'as'");
}

static void dma_identity(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];
		const struct grant *g = f->dma[i];

		if (!g)
			continue;
		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *n = &c->regions[k];

			if (n->has_ipa &&
			    (!n->has_pa || n->pa.u != n->ipa.u))
				report_moved(r, d, g, region_name(f->arena, n),
					     n->has_pa, n->ipa, n->at_ipa);
		}
	}
}

static void dma_identity_channel(const struct facts *f, const struct rule *r,
				 struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_channels; i++) {
		const struct channel *c = &m->channels[i];

		for (size_t k = 0; k < c->n_ends; k++) {
			const struct channel_end *e = &c->ends[k];
			const struct grant *g;

			if (!e->has_ipa || (c->has_pa && c->pa.u == e->ipa.u))
				continue;
			g = f->dma[e->cell->index];
			if (g)
				report_moved(r, d, g, c->name, c->has_pa,
					     e->ipa, e->at);
		}
	}
}

/* The runtime finds its registers in one page, and maps that. */
static void console_page(const struct hypervisor *h, const struct rule *r,
			 struct diag *d)
{
	const struct device *v = h->console_device;

	if (!v->n_regs)
		diag_error(d, r, h->console_at, "the hypervisor's console '%s'"
			   " has no registers", v->path);
	else if (!is_aligned(v->regs[0].range.base.u, GRANULE))
		diag_error(d, r, h->console_at, "the hypervisor's console '%s'"
			   " begins at 0x%" PRIx64 ", not on a 4 KiB boundary",
			   v->path, v->regs[0].range.base.u);
}

/* It writes and reads by interrupts of one CPU, which only shared lines are. */
static void console_line(const struct hypervisor *h, const struct rule *r,
			 struct diag *d)
{
	const struct device *v = h->console_device;

	if (!v->n_lines)
		diag_error(d, r, h->console_at, "the hypervisor's console '%s'"
			   " has no interrupt line", v->path);
	else if (v->lines[0].kind == LINE_PPI)
		diag_error(d, r, h->console_at, "the hypervisor's console '%s'"
			   " has ppi %" PRIu32 ", a line that each CPU has for"
			   " itself", v->path, v->lines[0].number);
}

static void console_not_uart(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct hypervisor *h = &f->model->hypervisor;
	const struct device *v = h->console_device;

	/* What is no UART is no PL011 either. */
	if (v && v->uart != UART_PL011) {
		diag_error(d, r, h->console_at, "the hypervisor's console '%s'"
			   " is not a UART that the runtime drives", v->path);
	} else if (v) {
		console_page(h, r, d);
		console_line(h, r, d);
	}
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (c->console_device && c->console_device->role != DEVICE_UART)
			diag_error(d, r, c->console_at, "the console '%s' of"
				   " '%s' is not a UART",
				   c->console_device->path, c->name);
	}
}

static const struct check checks[] = {
	{ .rule = { "device-two-cells", "a device is in one cell" },
	  .run = device_two_cells },
	{ .rule = { "device-twice", "a cell names a device once" },
	  .run = device_twice },
	{ .rule = { "device-kept", "what isolation rests on is in no cell" },
	  .run = device_kept },
	{ .rule = { "device-dma", "a device that reaches memory by itself is"
	    " given only with a reason" }, .run = device_dma },
	{ .rule = { "dma-identity", "memory of a cell whose device does DMA has"
	    " the board's addresses" }, .run = dma_identity },
	{ .rule = { "dma-identity-channel", "a channel of a cell whose device"
	    " does DMA has the board's addresses" },
	  .run = dma_identity_channel },
	{ .rule = { "console-not-uart", "a console is a UART" },
	  .run = console_not_uart },
};

const struct check_family family_devices = {
	"devices", checks, ARRAY_SIZE(checks),
};
