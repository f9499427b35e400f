/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * needs.c - a device and what it cannot work without are in one cell.
 *
 * Who drives the clock, the reset, the pins or the supply of a device can stop
 * it, and who drives its GPIO line, DMA channel or PHY speaks for it. So what a
 * device asks, by its devicetree, is its own cell's, or `shared provider` says
 * why the other cell may be trusted. What no cell has nobody can change: then a
 * cell's tree goes without it, which is no breach, and told.
 */
#include "check/families.h"

#include <string.h>

#include "base/arena.h"
#include "check/kept.h"
#include "model/references.h"

/* ---- a provider in another cell ----------------------------------------- */

/* " ('clocks')", and of which node where the device has it whole. */
static const char *property_text(const struct facts *f, const struct device *v,
				 const struct device_need *n)
{
	if (!*n->property)
		return "";
	if (n->by == v->path)
		return arena_printf(f->arena, " ('%s')", n->property);
	return arena_printf(f->arena, " ('%s' of '%s')", n->property, n->by);
}

/* The cell that the device asks; NULL: nobody else has what it needs. */
static const struct grant *other_owner(const struct facts *f,
				       const struct grant *g,
				       const struct device_need *n)
{
	if (!reference_binds(n) || facts_is_provider_shared(f, n->provider))
		return NULL;
	return facts_other_driver(f, n->provider, g->cell);
}

static void report(const struct facts *f, const struct rule *r, struct diag *d,
		   const struct grant *g, const struct device_need *n,
		   const char *what)
{
	const struct grant *o = other_owner(f, g, n);
	const char *provider = n->provider->path;

	diag_error(d, r, g->at, "'%s' of '%s' %s '%s'%s, %s '%s'",
		   g->device->path, g->cell->name, what, provider,
		   property_text(f, g->device, n), o->device == n->provider ?
		   "which is in" : "whose page is in", o->cell->name);
	diag_note(d, o->at, "'%s' is given to '%s' here", o->device->path,
		  o->cell->name);
	diag_help(d, "give both to one cell, or write 'shared provider &{%s}"
		  " because \"...\";'", provider);
}

/* One error for each device and the device that it asks. */
static void each_need(const struct facts *f, const struct rule *r,
		      struct diag *d, enum need_kind kind, const char *what)
{
	const struct device *first = f->model->board->devices;
	size_t *told = arena_array(f->arena, f->model->board->n_devices,
				   sizeof(*told));

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];

		for (size_t k = 0; k < g->device->n_needs; k++) {
			const struct device_need *n = &g->device->needs[k];

			if (n->kind != kind || !other_owner(f, g, n) ||
			    told[n->provider - first] == i + 1)
				continue;
			told[n->provider - first] = i + 1;
			report(f, r, d, g, n, what);
		}
	}
}

static void need_clock(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	each_need(f, r, d, NEED_CLOCK, "needs a clock of");
}

static void need_reset(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	each_need(f, r, d, NEED_RESET, "needs a reset of");
}

static void need_power(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	each_need(f, r, d, NEED_POWER, "needs a power domain of");
}

static void need_pins(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	each_need(f, r, d, NEED_PINS, "needs pins of");
}

static void need_supply(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	each_need(f, r, d, NEED_SUPPLY, "needs a supply of");
}

static void need_gpio(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	each_need(f, r, d, NEED_GPIO, "needs a GPIO line of");
}

static void need_mailbox(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	each_need(f, r, d, NEED_MAILBOX, "needs a mailbox of");
	each_need(f, r, d, NEED_HWLOCK, "needs a hardware lock of");
}

static void need_dma(const struct facts *f, const struct rule *r,
		     struct diag *d)
{
	each_need(f, r, d, NEED_DMA, "needs a DMA channel of");
}

static void need_phy(const struct facts *f, const struct rule *r,
		     struct diag *d)
{
	each_need(f, r, d, NEED_PHY, "needs a PHY of");
}

static void need_syscon(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	each_need(f, r, d, NEED_SYSCON, "needs registers of");
}

static void need_parent(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	each_need(f, r, d, NEED_PARENT, "stands behind");
}

static void need_other(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	each_need(f, r, d, NEED_OTHER, "needs");
}

/* ---- a provider that is nowhere ----------------------------------------- */

static bool is_stream(const struct device_need *n)
{
	return n->kind == NEED_STREAM || n->kind == NEED_MSI;
}

/* Who could hold the device back, and cannot be found. */
static void need_stream(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];

		for (size_t k = 0; k < g->device->n_needs; k++) {
			const struct device_need *n = &g->device->needs[k];

			if (!n->is_dangling || !is_stream(n))
				continue;
			diag_error(d, r, g->at, "'%s' of '%s' names no node in"
				   " '%s'", n->by, g->cell->name, n->property);
			diag_note(d, g->device->at, "'%s' is here",
				  g->device->path);
		}
	}
}

static void need_dangling(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];

		for (size_t k = 0; k < g->device->n_needs; k++) {
			const struct device_need *n = &g->device->needs[k];

			if (n->is_dangling && !is_stream(n))
				diag_remark(d, r, g->at, "'%s' of '%s' names"
					    " no node in '%s'", n->by,
					    g->cell->name, n->property);
		}
	}
}

/* ---- a provider that nobody has ------------------------------------------ */

/* Of one cell: who asks, by index of what is asked; and how many more. */
struct missing {
	const struct grant *grant;
	const struct device_need *need;
	size_t n_more;
};

/* What only has no registers is no device to be given, and told by nobody. */
static bool is_missing(const struct facts *f, const struct grant *g,
		       const struct device_need *n)
{
	/* An interrupt of the device itself is irq-parent's. */
	if (n->kind == NEED_INTERRUPT && n->by == g->device->path)
		return false;
	return reference_binds(n) && n->provider->n_regs &&
	       !n->provider->is_disabled && !facts_owner(f, n->provider) &&
	       !kept_reason(f->model, n->provider);
}

static void missing_add(const struct facts *f, struct missing *list,
			const struct grant *g)
{
	const struct device *first = f->model->board->devices;

	for (size_t k = 0; k < g->device->n_needs; k++) {
		const struct device_need *n = &g->device->needs[k];
		struct missing *m;

		if (!is_missing(f, g, n))
			continue;
		m = &list[n->provider - first];
		if (!m->grant)
			*m = (struct missing){ g, n, 0 };
		else if (m->grant->device != g->device)
			m->n_more++;
	}
}

static void missing_tell(const struct facts *f, const struct rule *r,
			 struct diag *d, const struct missing *m)
{
	const struct device *v = m->grant->device;
	const char *more = !m->n_more ? "" : arena_printf(f->arena,
		" (%zu devices of '%s' do)", m->n_more + 1,
		m->grant->cell->name);

	diag_warn(d, r, m->grant->at, "'%s' of '%s' needs '%s'%s, which no cell"
		  " has%s", v->path, m->grant->cell->name,
		  m->need->provider->path, property_text(f, v, m->need), more);
	diag_note(d, m->need->provider->at, "'%s' is here",
		  m->need->provider->path);
	diag_help(d, "the cell's devicetree goes without it: give it '%s', or"
		  " say in 'tree' what the firmware leaves behind",
		  m->need->provider->path);
}

/* A cell that boots no Linux reads no devicetree, as far as hvcc knows. */
static void need_missing(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	size_t n = f->model->board->n_devices;
	struct missing *list = arena_array(f->arena, n, sizeof(*list));

	for (size_t i = 0, next; i < f->n_grants; i = next) {
		const struct cell *c = f->grants[i].cell;

		for (next = i; f->grants[next].cell == c; next++)
			if (c->boot.kind == BOOT_LINUX)
				missing_add(f, list, &f->grants[next]);
		for (size_t k = 0; k < n; k++)
			if (list[k].grant)
				missing_tell(f, r, d, &list[k]);
		memset(list, 0, n * sizeof(*list));
	}
}

/* ---- the waiver ----------------------------------------------------------- */

/* By index in board.devices: another cell's device asks it. */
static bool *find_asked(const struct facts *f)
{
	const struct device *first = f->model->board->devices;
	bool *is_asked = arena_array(f->arena, f->model->board->n_devices,
				     sizeof(*is_asked));

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];

		for (size_t k = 0; k < g->device->n_needs; k++) {
			const struct device_need *n = &g->device->needs[k];

			if (reference_binds(n) &&
			    facts_other_driver(f, n->provider, g->cell))
				is_asked[n->provider - first] = true;
		}
	}
	return is_asked;
}

static void provider_unused(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	const bool *is_asked = find_asked(f);

	for (size_t i = 0; i < f->model->n_shared_providers; i++) {
		const struct shared_device *s =
			&f->model->shared_providers[i];
		const struct driver *o = facts_drivers(f, s->device);

		if (!o)
			diag_warn(d, r, s->at, "no cell has '%s'",
				  s->device->path);
		else if (!is_asked[s->device - f->model->board->devices])
			diag_warn(d, r, s->at, "no device of a cell other than"
				  " '%s' needs '%s'", o->grant->cell->name,
				  s->device->path);
	}
}

static const struct check checks[] = {
	{ .rule = { "need-clock", "a device's clocks are its own cell's" },
	  .run = need_clock },
	{ .rule = { "need-reset", "a device's resets are its own cell's" },
	  .run = need_reset },
	{ .rule = { "need-power", "a device's power domains are its own"
	    " cell's" }, .run = need_power },
	{ .rule = { "need-pins", "a device's pins are its own cell's" },
	  .run = need_pins },
	{ .rule = { "need-supply", "a device's supplies are its own cell's" },
	  .run = need_supply },
	{ .rule = { "need-gpio", "a device's GPIO lines are its own cell's" },
	  .run = need_gpio },
	{ .rule = { "need-mailbox", "a device's mailboxes and hardware locks"
	    " are its own cell's" }, .run = need_mailbox },
	{ .rule = { "need-dma", "a device's DMA channels are its own cell's" },
	  .run = need_dma },
	{ .rule = { "need-phy", "a device's PHYs are its own cell's" },
	  .run = need_phy },
	{ .rule = { "need-syscon", "the system registers that a device uses"
	    " are its own cell's" }, .run = need_syscon },
	{ .rule = { "need-parent", "a device and the device that it stands"
	    " behind are in one cell" }, .run = need_parent },
	{ .rule = { "need-other", "whatever else a device asks, by its"
	    " devicetree, is its own cell's" }, .run = need_other },
	{ .rule = { "need-stream", "the IOMMU and the MSI controller that a"
	    " given device names are there" }, .run = need_stream },
	{ .rule = { "need-missing", "what a device of a Linux cell needs is in"
	    " a cell" }, .run = need_missing, .kind = CHECK_WARNING },
	{ .rule = { "provider-unused", "a provider that is said to be shared is"
	    " asked by another cell" },
	  .run = provider_unused, .kind = CHECK_WARNING },
	{ .rule = { "need-dangling", "a given device's references name nodes"
	    " of the board" }, .run = need_dangling, .kind = CHECK_NOTE },
};

const struct check_family family_needs = {
	"needs", checks, ARRAY_SIZE(checks),
};
