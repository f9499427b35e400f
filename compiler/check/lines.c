/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines.c - an interrupt line has one owner. Its state, its route and its
 * enable bit exist once, so what two cells do to it they do to each other.
 */
#include "check/families.h"

#include <inttypes.h>

#include "base/arena.h"
#include "check/kept.h"

static const char *how(const struct facts *f, const struct line_claim *c)
{
	return c->device ? arena_printf(f->arena, "through '%s'",
					c->device->path)
			 : "by 'lines'";
}

/*
 * One device in two cells is device-two-cells. Of each cell the first claim
 * counts: devices stand before `lines`.
 */
static bool is_second_owner(const struct line_claim *first,
			    const struct line_claim *c, bool is_by_devices)
{
	if (c->cell == c[-1].cell)
		return false;
	if (!c->grant || !first->grant)
		return !is_by_devices;
	return is_by_devices && c->grant->device != first->grant->device;
}

static void report_owners(const struct facts *f, const struct rule *r,
			  struct diag *d, bool is_by_devices)
{
	const struct line_claim *first = f->lines;

	for (size_t i = 1; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];

		if (first->line->number != c->line->number) {
			first = c;
			continue;
		}
		if (!is_second_owner(first, c, is_by_devices))
			continue;
		diag_error(d, r, c->at, "'%s' has spi %" PRIu32 " %s, and so"
			   " has '%s'", c->cell->name, c->line->number,
			   how(f, c), first->cell->name);
		diag_note(d, first->at, "'%s' has it %s here",
			  first->cell->name, how(f, first));
		if (is_by_devices)
			diag_help(d, "give both devices to one cell");
		else if (c->device && !c->grant)
			diag_help(d, "the lines of the monitors are the"
				  " board's: write 'pmu;' in one cell");
	}
}

static void irq_two_owners(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	report_owners(f, r, d, false);
}

static void irq_shared(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	report_owners(f, r, d, true);
}

/* Two of a cell's devices may share a line; saying it twice is a mistake. */
static void irq_twice(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	for (size_t i = 1; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];

		if (c->device || c[-1].cell != c->cell ||
		    c[-1].line->number != c->line->number)
			continue;
		diag_error(d, r, c->at, "'%s' has spi %" PRIu32 " already",
			   c->cell->name, c->line->number);
		diag_note(d, c[-1].at, "it has it %s here", how(f, &c[-1]));
	}
}

static void irq_out_of_range(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];

		if (c->line->number < b->n_spis)
			continue;
		diag_error(d, r, c->at, "'%s' has spi %" PRIu32 " %s, and the"
			   " board has %" PRIu32 " lines", c->cell->name,
			   c->line->number, how(f, c), b->n_spis);
		if (b->is_n_spis_assumed)
			diag_help(d, "the board's number is assumed: write"
				  " 'board { lines N; }' if it has more");
	}
}

static void irq_free_out_of_range(const struct facts *f, const struct rule *r,
				  struct diag *d)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < b->n_free_lines; i++)
		if (b->free_lines[i].last >= b->n_spis)
			diag_error(d, r, b->free_lines[i].at, "spi %" PRIu32
				   " is said to be free, and the board has"
				   " %" PRIu32 " lines",
				   b->free_lines[i].last, b->n_spis);
}

/* A doorbell there would ring in the driver of that device. */
static void irq_free_but_used(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < b->n_free_lines; i++) {
		const struct line_range *range = &b->free_lines[i];
		const struct mention *m = facts_mention(f, range->first,
							range->last);

		if (!m)
			continue;
		diag_error(d, r, range->at, "spi %" PRIu32 " is said to be"
			   " free, and '%s' has it", m->number,
			   m->device->path);
		diag_note(d, m->device->at, "'%s' is here", m->device->path);
	}
}

/* The line ends in a controller that belongs to somebody else. */
static void report_parent(const struct facts *f, const struct rule *r,
			  struct diag *d, const struct grant *g,
			  const struct device_need *n)
{
	const struct device *parent = n->provider;
	const struct grant *o;

	if (n->kind != NEED_INTERRUPT || !parent)
		return;
	o = facts_owner(f, parent);
	if (o && o->cell == g->cell)
		return;
	/* A chip that the device has whole may go without its interrupts. */
	if (n->by != g->device->path &&
	    (!o || facts_is_provider_shared(f, parent)))
		return;
	diag_error(d, r, g->at, "'%s' of '%s' interrupts through '%s', which"
		   " the cell does not have", n->by, g->cell->name,
		   parent->path);
	if (o) {
		diag_note(d, o->at, "'%s' is given to '%s' here", parent->path,
			  o->cell->name);
		if (n->by == g->device->path)
			diag_help(d, "give both to one cell");
		else
			diag_help(d, "give both to one cell, or write 'shared"
				  " provider &{%s} because \"...\";'",
				  parent->path);
		return;
	}
	diag_note(d, parent->at, "'%s' is here", parent->path);
	if (!kept_reason(f->model, parent))
		diag_help(d, "give '%s' '&{%s}' too", g->cell->name,
			  parent->path);
}

static void irq_parent(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->n_grants; i++)
		for (size_t k = 0; k < f->grants[i].device->n_needs; k++)
			report_parent(f, r, d, &f->grants[i],
				      &f->grants[i].device->needs[k]);
}

static void irq_of_kept(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];
		uint32_t number = c->line->number;
		const struct mention *m = facts_mention(f, number, number);

		/* A kept device in a cell is device-kept, or has a word. */
		if (c->device && kept_reason(f->model, c->device))
			continue;
		for (; m && m->number == number; m++) {
			const char *why = kept_reason(f->model, m->device);

			if (!why)
				continue;
			diag_error(d, r, c->at, "'%s' has spi %" PRIu32 " %s,"
				   " the line of '%s', which is %s",
				   c->cell->name, number, how(f, c),
				   m->device->path, why);
			diag_note(d, m->device->at, "'%s' is here",
				  m->device->path);
			break;
		}
	}
}

static const struct check checks[] = {
	{ .rule = { "irq-two-owners", "an interrupt line is in one cell" },
	  .run = irq_two_owners },
	{ .rule = { "irq-shared", "devices on one interrupt line are in one"
	    " cell" }, .run = irq_shared },
	{ .rule = { "irq-twice", "a cell names an interrupt line once" },
	  .run = irq_twice },
	{ .rule = { "irq-out-of-range", "a cell's lines are those that the"
	    " board has" }, .run = irq_out_of_range },
	{ .rule = { "irq-free-out-of-range", "free lines are lines that the"
	    " board has" }, .run = irq_free_out_of_range },
	{ .rule = { "irq-free-but-used", "a line that is said to be free"
	    " belongs to no device" }, .run = irq_free_but_used },
	{ .rule = { "irq-parent", "who has a device has what its interrupts"
	    " go through" }, .run = irq_parent },
	{ .rule = { "irq-of-kept", "no cell has a line of what the hypervisor"
	    " keeps" }, .run = irq_of_kept },
};

const struct check_family family_lines = {
	"lines", checks, ARRAY_SIZE(checks),
};
