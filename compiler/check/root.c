/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * root.c - the root cell manages the others, and is a cell like them: it owns
 * what it is given and nothing else, at the board's own addresses.
 */
#include "check/families.h"

#include <inttypes.h>

#include "check/kept.h"

/* Its kernel knows the board, and drivers there know physical addresses. */
static void root_identity(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct cell *root = f->model->root;

	for (size_t i = 0; root && i < root->n_regions; i++) {
		const struct region *n = &root->regions[i];

		if (!n->has_ipa || (n->has_pa && n->pa.u == n->ipa.u))
			continue;
		diag_error(d, r, n->at_ipa, "the root cell sees '%s.%s' at 0x%"
			   PRIx64 ", which is not its address on the board",
			   root->name, n->name, n->ipa.u);
		diag_help(d, "leave out 'as'");
	}
}

/* What it shares it names by the board's addresses too. */
static void root_identity_shared(const struct facts *f, const struct rule *r,
				 struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_channels; i++)
		for (size_t k = 0; k < m->channels[i].n_ends; k++) {
			const struct channel *c = &m->channels[i];
			const struct channel_end *e = &c->ends[k];

			/* Of one that runs already boot-running says it. */
			if (!e->cell->is_root || !e->has_ipa ||
			    e->cell->boot.kind == BOOT_RUNNING ||
			    (c->has_pa && c->pa.u == e->ipa.u))
				continue;
			diag_error(d, r, e->at, "the root cell sees channel"
				   " '%s' at 0x%" PRIx64 ", which is not its"
				   " address on the board", c->name, e->ipa.u);
			diag_help(d, "leave out 'as'");
		}
}

static void root_identity_all(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	root_identity(f, r, d);
	root_identity_shared(f, r, d);
}

static void root_device_kept(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct device *uart = f->model->hypervisor.console_device;

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct grant *g = &f->grants[i];
		const char *why = kept_reason(f->model, g->device);

		if (!why || !g->cell->is_root)
			continue;
		diag_error(d, r, g->at, "the root cell '%s' has '%s', which is"
			   " %s", g->cell->name, g->device->path, why);
		if (g->device != uart) {
			diag_note(d, g->device->at, "'%s' is here",
				  g->device->path);
			continue;
		}
		diag_note(d, f->model->hypervisor.console_at,
			  "the hypervisor takes it here");
		diag_help(d, "'console virtual;' shares it, line by line");
	}
}

static void managed_by_root(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!c->managed.by || c->managed.by->is_root)
			continue;
		diag_error(d, r, c->managed.at, "'%s' is managed by '%s',"
			   " which is not the root cell", c->name,
			   c->managed.by->name);
		diag_note(d, c->managed.by->at, "'%s' is here",
			  c->managed.by->name);
	}
}

static bool ends_machine(const struct on_event *e)
{
	return e->action == ON_MACHINE_OFF || e->action == ON_MACHINE_RESET;
}

static void machine_by_root(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];
		const struct on_event *events[] = {
			&c->on_crash, &c->on_reboot, &c->on_poweroff,
		};

		for (size_t k = 0; k < ARRAY_SIZE(events) && !c->is_root; k++)
			if (ends_machine(events[k]))
				diag_error(d, r, events[k]->at, "'%s' would end"
					   " the machine, and is not the root"
					   " cell", c->name);
	}
}

/* Nobody else can read what is kept, and it is not kept for nothing. */
static void crash_kept(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (c->on_crash.action != ON_KEEP || (f->model->root &&
						      !c->is_root))
			continue;
		diag_error(d, r, c->on_crash.at, c->is_root ? "what a crash of"
			   " the root cell '%s' leaves is read by nobody" :
			   "what a crash of '%s' leaves is read by nobody: there"
			   " is no root cell", c->name);
		diag_help(d, "write 'on crash stop;'");
	}
}

static void payload_any(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!c->takes_any_payload || c->managed.may_load)
			continue;
		diag_error(d, r, c->payload_at, "'%s' takes any payload, and"
			   " nobody may load it", c->name);
		if (f->model->root && !c->is_root)
			diag_help(d, "write 'managed start, stop, load by %s;'",
				  f->model->root->name);
	}
}

/* With nothing named, nothing is what the text names; but who does not say
 * `managed` at all has not thought of loading. */
static void load_nothing(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!c->managed.may_load || span_is_nowhere(c->managed.at) ||
		    c->takes_any_payload || c->boot.kind != BOOT_NONE)
			continue;
		diag_warn(d, r, c->managed.at, "'%s' may load '%s', and every"
			  " payload is refused: the text names none",
			  c->managed.by->name, c->name);
		diag_help(d, "write 'payload any;' in '%s', or what it boots",
			  c->name);
	}
}

static const struct check checks[] = {
	{ .rule = { "root-identity", "the root cell sees memory at the board's"
	    " addresses" }, .run = root_identity_all },
	{ .rule = { "root-device-kept", "the root cell has nothing that the"
	    " hypervisor needs" }, .run = root_device_kept },
	{ .rule = { "managed-by-root", "cells are managed by the root cell" },
	  .run = managed_by_root },
	{ .rule = { "machine-by-root", "only the root cell ends the machine" },
	  .run = machine_by_root },
	{ .rule = { "crash-kept", "what a crash keeps, a root cell can read" },
	  .run = crash_kept },
	{ .rule = { "payload-any", "a cell that takes any payload can be"
	    " loaded" }, .run = payload_any },
	{ .rule = { "load-nothing", "a cell that may be loaded takes some"
	    " payload" }, .run = load_nothing, .kind = CHECK_WARNING },
};

const struct check_family family_root = { "root", checks, ARRAY_SIZE(checks) };
