/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.c - the system as a whole: how much there is of what, who is the root
 * cell, and who takes the rest.
 */
#include "check/families.h"

#include <inttypes.h>

#include "check/flow.h"
#include "target/target.h"

static void cell_none(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	/* It may be in a statement that was wrong. */
	if (!f->model->n_cells && !f->model->is_broken)
		diag_error(d, r, f->model->at, "there is no cell");
}

static void cell_too_many(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct model *m = f->model;
	uint32_t max = m->target ? m->target->max_cells : UINT32_MAX;

	if (m->n_cells > max)
		diag_error(d, r, m->cells[max].at, "'%s' is one of %zu cells,"
			   " and the runtime holds %" PRIu32,
			   m->cells[max].name, m->n_cells, max);
}

/* For each of these all free memory is looked at. */
#define PLACED_MAX 1024u
#define CHANNELS_MAX 1024u

static void region_too_many(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	size_t n = 0;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *g = &c->regions[k];

			if (g->has_pa || g->is_rest || ++n <= PLACED_MAX)
				continue;
			diag_error(d, r, g->at, "'%s.%s' is one of more than %u"
				   " regions that hvcc is to place", c->name,
				   g->name, PLACED_MAX);
			diag_help(d, "write behind its size 'at' and an"
				  " address");
			return;
		}
	}
}

static void channel_too_many(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct model *m = f->model;

	if (m->n_channels > CHANNELS_MAX)
		diag_error(d, r, m->channels[CHANNELS_MAX].at, "'%s' is one of"
			   " %zu channels, more than %u",
			   m->channels[CHANNELS_MAX].name, m->n_channels,
			   CHANNELS_MAX);
}

static void flow_too_many(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct flow *e = f->flows->one_too_many;

	if (!e)
		return;
	diag_error(d, r, flow_place(e), "'%s' reaches '%s' %s, one way more than"
		   " the %u that are looked at", e->from->name, e->to->name,
		   flow_text(f->arena, e), FLOW_EDGES_MAX);
	diag_help(d, "give channels fewer ends: one of N cells is N * (N - 1)"
		  " ways");
}

static void root_twice(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	const struct cell *first = NULL;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!c->is_root)
			continue;
		if (!first) {
			first = c;
			continue;
		}
		diag_error(d, r, c->at, "'%s' is a root cell, and so is '%s'",
			   c->name, first->name);
		diag_note(d, first->at, "'%s' is here", first->name);
	}
}

static void memory_rest_twice(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	const struct region *first = NULL;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *n = &c->regions[k];

			if (!n->is_rest)
				continue;
			if (!first) {
				first = n;
				continue;
			}
			diag_error(d, r, n->at, "'%s.%s' takes the rest of the"
				   " memory, and so does '%s.%s'", c->name,
				   n->name, first->cell->name, first->name);
			diag_note(d, first->at, "'%s.%s' is here",
				  first->cell->name, first->name);
		}
	}
}

static void devices_rest_twice(const struct facts *f, const struct rule *r,
			       struct diag *d)
{
	const struct cell *first = NULL;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!c->takes_rest_devices)
			continue;
		if (!first) {
			first = c;
			continue;
		}
		diag_error(d, r, c->rest_devices_at, "'%s' takes the rest of"
			   " the devices, and so does '%s'", c->name,
			   first->name);
		diag_note(d, first->rest_devices_at, "'%s' takes it here",
			  first->name);
	}
}

static const struct check checks[] = {
	{ .rule = { "cell-none", "a system has a cell" }, .run = cell_none },
	{ .rule = { "cell-too-many", "there are no more cells than the runtime"
	    " holds" }, .run = cell_too_many },
	{ .rule = { "region-too-many", "at most 1024 regions leave their place"
	    " to hvcc" }, .run = region_too_many },
	{ .rule = { "channel-too-many", "a system has at most 1024 channels" },
	  .run = channel_too_many },
	{ .rule = { "flow-too-many", "cells reach each other in at most 1048576"
	    " ways" }, .run = flow_too_many },
	{ .rule = { "root-twice", "there is one root cell or none" },
	  .run = root_twice },
	{ .rule = { "memory-rest-twice", "one region takes the rest of the"
	    " memory" }, .run = memory_rest_twice },
	{ .rule = { "devices-rest-twice", "one cell takes the rest of the"
	    " devices" }, .run = devices_rest_twice },
};

const struct check_family family_system = {
	"system", checks, ARRAY_SIZE(checks),
};
