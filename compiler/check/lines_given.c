/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_given.c - `lines` gives a line without a device: for what no tree
 * says, and never to take the line from the device it belongs to.
 *
 * These look at all lines: one that a device brought is mentioned by it.
 */
#include "check/families.h"

#include <inttypes.h>

#include "check/kept.h"

/* The controller counts from the first SGI, a tree from the first SPI. */
#define SPI_OFFSET 32

static void irq_counted_wrong(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];
		uint32_t number = c->line->number;
		const struct mention *m;

		if (facts_mention(f, number, number) ||
		    facts_is_free(f, number))
			continue;
		/* Below the offset the number wraps to one of no line. */
		m = facts_mention(f, number - SPI_OFFSET, number - SPI_OFFSET);
		if (!m)
			continue;
		diag_error(d, r, c->at, "no device has spi %" PRIu32 ", but"
			   " '%s' has spi %" PRIu32 ", which the controller"
			   " counts as %" PRIu32, number, m->device->path,
			   m->number, number);
		diag_note(d, m->device->at, "'%s' is here", m->device->path);
		diag_help(d, "write 'spi %" PRIu32 "', or name spi %" PRIu32
			  " in 'free lines' if it is meant", m->number,
			  number);
	}
}

/* True where some device of the line is nobody's, and none is given. */
static bool is_left_behind(const struct facts *f, const struct mention *m)
{
	for (uint32_t number = m->number; m->number == number; m++)
		if (facts_owner(f, m->device) ||
		    kept_reason(f->model, m->device))
			return false;
	return true;
}

static void irq_of_device(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];
		uint32_t number = c->line->number;
		const struct mention *m = facts_mention(f, number, number);

		if (!m || !is_left_behind(f, m))
			continue;
		diag_error(d, r, c->at, "'%s' has spi %" PRIu32 " without its"
			   " device '%s'", c->cell->name, number,
			   m->device->path);
		diag_note(d, m->device->at, "'%s' is here", m->device->path);
		diag_help(d, "give it the device: the lines come along");
	}
}

static bool is_mentioned_nowhere(const struct facts *f,
				 const struct line_claim *c)
{
	uint32_t number = c->line->number;

	return !facts_mention(f, number, number);
}

static void irq_unused(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];

		if (is_mentioned_nowhere(f, c) &&
		    c->cell->boot.kind == BOOT_LINUX)
			diag_warn(d, r, c->at, "'%s' boots Linux, and no device"
				  " of its tree has spi %" PRIu32,
				  c->cell->name, c->line->number);
	}
}

static void irq_unmentioned(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];

		if (is_mentioned_nowhere(f, c) &&
		    c->cell->boot.kind != BOOT_LINUX)
			diag_remark(d, r, c->at, "no device of the board has"
				    " spi %" PRIu32, c->line->number);
	}
}

static const struct check checks[] = {
	{ .rule = { "irq-counted-wrong", "a line is counted as the devicetree"
	    " counts, not as the controller does" },
	  .run = irq_counted_wrong },
	{ .rule = { "irq-of-device", "who has the line of a device has the"
	    " device" }, .run = irq_of_device },
	{ .rule = { "irq-unused", "a line of a Linux cell belongs to a device"
	    " of it" }, .run = irq_unused, .kind = CHECK_WARNING },
	{ .rule = { "irq-unmentioned", "a line that is given belongs to a"
	    " device of the board" }, .run = irq_unmentioned,
	  .kind = CHECK_NOTE },
};

const struct check_family family_lines_given = {
	"lines-given", checks, ARRAY_SIZE(checks),
};
