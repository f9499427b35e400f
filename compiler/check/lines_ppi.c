/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lines_ppi.c - every CPU has its own copy of a private line, so two cells
 * never meet there; but some of the copies are the hypervisor's.
 */
#include "check/families.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "check/kept.h"

#define PPIS 16		/* resolve lets no higher number through */

struct own_line { uint32_t number; const char *what; struct span at; };

typedef void look_fn(const struct facts *f, const struct rule *r,
		     struct diag *d, const struct cell *c,
		     const struct line *l);

/* Looks at each private line that `lines` gives. */
static void each_ppi(const struct facts *f, const struct rule *r,
		     struct diag *d, look_fn *look)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_lines; k++)
			if (c->lines[k].line.kind == LINE_PPI)
				look(f, r, d, c, &c->lines[k].line);
	}
}

static void report_kept(const struct facts *f, const struct rule *r,
			struct diag *d, uint32_t number, struct span at,
			const char *who)
{
	const struct board *b = f->model->board;
	const struct own_line own[] = {
		{ b->controller.maintenance_ppi,
		  "the interrupt controller's maintenance", b->controller.at },
		{ b->timer.hyp_ppi, "the hypervisor's timer", b->timer.at },
		{ b->timer.secure_ppi, "the secure timer", b->timer.at },
	};
	/* The last of them need not be said. */
	size_t n = ARRAY_SIZE(own) - !b->timer.has_secure;

	for (size_t k = 0; k < n; k++)
		if (number == own[k].number) {
			diag_error(d, r, at, "ppi %" PRIu32 " of %s is the line"
				   " of %s", number, who, own[k].what);
			diag_note(d, own[k].at, "the board says so here");
			return;
		}
}

static void look_kept(const struct facts *f, const struct rule *r,
		      struct diag *d, const struct cell *c,
		      const struct line *l)
{
	report_kept(f, r, d, l->number, l->at,
		    arena_printf(f->arena, "'%s'", c->name));
}

/* A device brings its private lines too. */
static void report_brought(const struct facts *f, const struct rule *r,
			   struct diag *d, const struct grant *g)
{
	const struct device *v = g->device;
	const char *who = arena_printf(f->arena, "'%s' of '%s'", v->path,
				       g->cell->name);

	/* A kept device in a cell is device-kept. */
	if (kept_reason(f->model, v))
		return;
	for (size_t i = 0; i < v->n_lines; i++)
		if (v->lines[i].kind == LINE_PPI)
			report_kept(f, r, d, v->lines[i].number, g->at, who);
}

static void ppi_kept(const struct facts *f, const struct rule *r,
		     struct diag *d)
{
	each_ppi(f, r, d, look_kept);
	for (size_t i = 0; i < f->n_grants; i++)
		report_brought(f, r, d, &f->grants[i]);
}

static void look_timer(const struct facts *f, const struct rule *r,
		       struct diag *d, const struct cell *c,
		       const struct line *l)
{
	const struct board_timer *t = &f->model->board->timer;

	if (l->number == t->virtual_ppi || l->number == t->physical_ppi)
		diag_error(d, r, l->at, "ppi %" PRIu32 " is the line of a"
			   " timer, which '%s' has anyway", l->number,
			   c->name);
}

static void cell_twice(const struct rule *r, struct diag *d,
		       const struct cell *c)
{
	const struct line *first[PPIS] = { NULL };

	for (size_t i = 0; i < c->n_lines; i++) {
		const struct line *l = &c->lines[i].line;

		if (l->kind != LINE_PPI)
			continue;
		assert(l->number < PPIS);
		if (!first[l->number]) {
			first[l->number] = l;
			continue;
		}
		diag_error(d, r, l->at, "'%s' has ppi %" PRIu32 " already",
			   c->name, l->number);
		diag_note(d, first[l->number]->at, "it has it here");
	}
}

static void ppi_twice(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	each_ppi(f, r, d, look_timer);
	for (size_t i = 0; i < f->model->n_cells; i++)
		cell_twice(r, d, &f->model->cells[i]);
}

static bool has_ppi(const struct device *v, uint32_t number)
{
	for (size_t i = 0; i < v->n_lines; i++)
		if (v->lines[i].kind == LINE_PPI &&
		    v->lines[i].number == number)
			return true;
	return false;
}

/* The monitors' registers come with their line, and neither alone. */
static void look_device(const struct facts *f, const struct rule *r,
			struct diag *d, const struct cell *c,
			const struct line *l)
{
	const struct board *b = f->model->board;

	for (size_t k = 0; k < b->n_devices; k++) {
		const struct device *v = &b->devices[k];
		const struct grant *g = facts_owner(f, v);

		if (v->role == DEVICE_TIMER ||
		    v->role == DEVICE_INTERRUPT_CONTROLLER ||
		    (g && g->cell == c) || !has_ppi(v, l->number))
			continue;
		diag_error(d, r, l->at, "ppi %" PRIu32 " of '%s' belongs to"
			   " '%s'", l->number, c->name, v->path);
		diag_note(d, v->at, "'%s' is here", v->path);
		diag_help(d, "give it the device, or 'pmu;' for the performance"
			  " monitors");
		return;
	}
}

static void ppi_of_device(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	each_ppi(f, r, d, look_device);
}

/* Whose private line has that number; NULL: nobody's that every CPU has. */
static const char *private_use(const struct board *b, uint32_t number)
{
	const struct own_line own[] = {
		{ b->controller.maintenance_ppi,
		  "the interrupt controller's maintenance", b->controller.at },
		{ b->timer.hyp_ppi, "the hypervisor's timer", b->timer.at },
		{ b->timer.physical_ppi, "the physical timer", b->timer.at },
		{ b->timer.virtual_ppi, "the virtual timer", b->timer.at },
	};

	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		if (own[i].number == number)
			return own[i].what;
	return NULL;
}

/* A shared line that is wired to nothing, named by a private one's number. */
static void irq_kind(const struct facts *f, const struct rule *r,
		     struct diag *d)
{
	for (size_t i = 0; i < f->n_lines; i++) {
		const struct line_claim *c = &f->lines[i];
		uint32_t number = c->line->number;
		const char *use;

		if (facts_mention(f, number, number) ||
		    facts_is_free(f, number))
			continue;
		use = private_use(f->model->board, number);
		if (!use)
			continue;
		diag_error(d, r, c->at, "no device has spi %" PRIu32 ", and"
			   " ppi %" PRIu32 " is the line of %s", number,
			   number, use);
		diag_help(d, "a private line is 'ppi %" PRIu32 "'; name spi"
			  " %" PRIu32 " in 'free lines' if it is meant",
			  number, number);
	}
}

/* ---- the board's -------------------------------------------------------- */

static void report_both(const struct rule *r, struct diag *d,
			const struct own_line *one, const struct own_line *two)
{
	diag_error(d, r, two->at, "ppi %" PRIu32 " is the line of %s and of"
		   " %s", two->number, one->what, two->what);
	diag_note(d, one->at, "the other is here");
}

/* Two uses of one line: the runtime could not tell a tick from the other. */
static void timer_lines(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	const struct board *b = f->model->board;
	const struct own_line own[] = {
		{ b->controller.maintenance_ppi,
		  "the interrupt controller's maintenance", b->controller.at },
		{ b->timer.hyp_ppi, "the hypervisor's timer", b->timer.at },
		{ b->timer.physical_ppi, "the physical timer", b->timer.at },
		{ b->timer.virtual_ppi, "the virtual timer", b->timer.at },
	};

	if (!b->timer.is_present || !b->controller.is_present)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(own); i++)
		for (size_t k = 0; k < i; k++)
			if (own[i].number == own[k].number)
				report_both(r, d, &own[k], &own[i]);
}

static const struct check checks[] = {
	{ .rule = { "ppi-kept", "the hypervisor's private lines are in no"
	    " cell" }, .run = ppi_kept },
	{ .rule = { "ppi-twice", "a cell names a private line once, and the"
	    " timers' never" }, .run = ppi_twice },
	{ .rule = { "ppi-of-device", "who has the private line of a device has"
	    " the device" }, .run = ppi_of_device },
	{ .rule = { "irq-kind", "a line that each CPU has for itself is not"
	    " given as one of the board" }, .run = irq_kind },
	{ .rule = { "timer-lines", "the timers and the interrupt controller"
	    " have a private line each" }, .run = timer_lines },
};

const struct check_family family_lines_ppi = {
	"lines-ppi", checks, ARRAY_SIZE(checks),
};
