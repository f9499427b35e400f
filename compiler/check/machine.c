/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * machine.c - what a cell does to the others through the machine as a whole,
 * what cells share though no statement says so, and how the hypervisor reaches
 * the firmware.
 */
#include "check/families.h"

#include <inttypes.h>

#include "base/arena.h"

/* By index in board.devices: `shared reset` names it. */
static const struct shared_device **resets_of(const struct facts *f)
{
	const struct model *m = f->model;
	const struct shared_device **list = arena_array(f->arena,
		m->board->n_devices, sizeof(struct shared_device *));

	for (size_t i = 0; i < m->n_shared_resets; i++) {
		const struct shared_device *s = &m->shared_resets[i];

		list[s->device - m->board->devices] = s;
	}
	return list;
}

/* Who could reset the machine by it, other than the root cell; or NULL. */
static const struct driver *next_strange(const struct driver *d)
{
	while (d && d->grant->cell->is_root)
		d = d->next;
	return d;
}

static void report_watchdog(const struct rule *r, struct diag *d,
			    const struct device *v, const struct grant *g)
{
	diag_error(d, r, g->at, g->device == v ?
		   "'%s' of '%s' can reset the machine, and '%s' is not the"
		   " root cell" : "the page of '%s', in '%s', can reset the"
		   " machine, and '%s' is not the root cell", v->path,
		   g->cell->name, g->cell->name);
	diag_note(d, v->at, "'%s' is here", v->path);
	diag_help(d, "to accept that: 'shared reset &{%s} because \"...\";'",
		  v->path);
}

/* What it resets when nobody feeds it is the board, with all cells. */
static void device_watchdog(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	const struct shared_device **resets = resets_of(f);
	const struct board *b = f->model->board;

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *v = &b->devices[i];
		const struct driver *who = facts_drivers(f, v);

		if (!v->is_watchdog || resets[i])
			continue;
		for (; (who = next_strange(who)); who = who->next)
			report_watchdog(r, d, v, who->grant);
	}
}

static void reset_unused(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->model->n_shared_resets; i++) {
		const struct shared_device *s = &f->model->shared_resets[i];

		if (!s->device->is_watchdog)
			diag_warn(d, r, s->at, "'%s' is no watchdog",
				  s->device->path);
		else if (!next_strange(facts_drivers(f, s->device)))
			diag_warn(d, r, s->at, "'%s' is in no cell but the"
				  " root cell", s->device->path);
	}
}

/* An HVC of the hypervisor's own comes back to it: DDI 0487, D1.3. */
static void psci_reached(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct board *b = f->model->board;

	if (b->conduit != CONDUIT_HVC)
		return;
	diag_error(d, r, b->conduit_at, "psci by hvc is for what runs under a"
		   " hypervisor, and hvcc's is none of those");
	diag_help(d, "where the firmware answers smc too, say"
		  " 'override psci smc;' in board { }");
}

/* ---- what is shared all the same ---------------------------------------- */

/* They count what the caches and buses do, for other cells too. */
static void pmu_given(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (c->has_pmu)
			diag_remark(d, r, c->pmu_at, "'%s' has the performance"
				    " monitors of its CPUs: they show how busy"
				    " the caches and buses are that it shares",
				    c->name);
	}
}

static void console_shared(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	const struct cell *first = NULL;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (c->console != CONSOLE_VIRTUAL)
			continue;
		if (!first) {
			first = c;
			continue;
		}
		diag_remark(d, r, c->console_at, "'%s' and '%s' are shown on"
			    " one console: what one writes can delay the"
			    " other's", c->name, first->name);
		diag_note(d, first->console_at, "the console of '%s' is here",
			  first->name);
	}
}

static const struct check checks[] = {
	{ .rule = { "device-watchdog", "only the root cell has what resets the"
	    " machine, unless the file says so" }, .run = device_watchdog },
	{ .rule = { "reset-unused", "a reset that is said to be shared is a"
	    " watchdog's, in a cell that is not the root cell" },
	  .run = reset_unused, .kind = CHECK_WARNING },
	{ .rule = { "psci-conduit", "the hypervisor reaches the firmware by smc"
	  }, .run = psci_reached },
	{ .rule = { "pmu-given", "no cell sees by counting what others do" },
	  .run = pmu_given, .kind = CHECK_NOTE },
	{ .rule = { "console-shared", "a console shows one cell" },
	  .run = console_shared, .kind = CHECK_NOTE },
};

const struct check_family family_machine = {
	"machine", checks, ARRAY_SIZE(checks),
};
