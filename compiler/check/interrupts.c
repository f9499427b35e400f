/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupts.c - a cell gets its interrupts straight from the controller, or
 * through list registers. Which is no matter of isolation: where the text asks
 * for the first it is told when it cannot be.
 */
#include "check/families.h"

#include "base/arena.h"

static bool asks_for_direct(const struct cell *c)
{
	return c->interrupts == INTERRUPTS_DIRECT;
}

/* The priority mask that such a cell writes is a copy that nothing reads. */
static void interrupts_mask(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!asks_for_direct(c) || !c->masks_by_priority)
			continue;
		diag_error(d, r, c->interrupts_at, "'%s' masks interrupts by"
			   " priority, which direct ones do not obey", c->name);
		diag_note(d, c->priority_at, "it says so here");
		diag_help(d, "write 'interrupts virtual;'");
	}
}

static void interrupts_board(const struct facts *f, const struct rule *r,
			     struct diag *d)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		if (!asks_for_direct(c) || b->interrupts != INTERRUPTS_VIRTUAL)
			continue;
		diag_error(d, r, c->interrupts_at, "'%s' asks for direct"
			   " interrupts, and the board has none", c->name);
		diag_note(d, b->interrupts_at, "the board says so here");
	}
}

static const struct check checks[] = {
	{ .rule = { "interrupts-mask", "a cell that masks by priority has list"
	    " registers" }, .run = interrupts_mask },
	{ .rule = { "interrupts-board", "direct interrupts are asked for where"
	    " the board has them" }, .run = interrupts_board },
};

const struct check_family family_interrupts = {
	"interrupts", checks, ARRAY_SIZE(checks),
};
