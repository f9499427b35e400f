/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late_devices.c - a Linux that runs first drives all that its tree enables:
 * each device and each line of one must be its own.
 */
#include "check/families.h"

#include <assert.h>
#include <inttypes.h>

#include "base/arena.h"
#include "check/facts_find.h"
#include "check/late.h"

#define OWNERS_MAX 16		/* of its devices: whose each is, is looked up */
#define SPIS 988		/* reading lets no higher number through */
#define PPIS 16

/* Registers that it is given, by rising address, joined where they touch. */
struct given { struct pa_range *list; size_t n; };

static int by_base(const void *left, const void *right)
{
	const struct pa_range *a = left, *b = right;

	return (a->base.u > b->base.u) - (a->base.u < b->base.u);
}

static void join(struct given *g)
{
	size_t n = 0;

	list_sort(g->list, g->n, sizeof(*g->list), by_base);
	for (size_t i = 0; i < g->n; i++) {
		struct pa_range *last = n ? &g->list[n - 1] : NULL;
		struct pa_range now = g->list[i];

		if (!last || (now.base.u > pa_last(*last).u &&
			      now.base.u - pa_last(*last).u > 1))
			g->list[n++] = now;
		else if (pa_last(now).u > pa_last(*last).u)
			last->size = pa_last(now).u - last->base.u + 1;
	}
	g->n = n;
}

static struct given registers_of(const struct facts *f, const struct cell *c)
{
	struct given g = { NULL, 0 };

	for (size_t i = 0; i < f->n_grants; i++) {
		const struct device *v = f->grants[i].device;

		for (size_t k = 0; f->grants[i].cell == c && k < v->n_regs;
		     k++) {
			g.list = arena_grow(f->arena, g.list, g.n,
					    sizeof(*g.list));
			g.list[g.n++] = v->regs[k].range;
		}
	}
	join(&g);
	return g;
}

static bool is_given(const struct given *g, struct pa_range range)
{
	size_t low = 0, high = g->n;

	while (low < high) {
		size_t i = low + (high - low) / 2;

		if (pa_contains(g->list[i], range))
			return true;
		if (g->list[i].base.u <= range.base.u)
			low = i + 1;
		else
			high = i;
	}
	return false;
}

/* Those that every cell has, in a way of its own. */
static bool is_everybodys(const struct device *v)
{
	return v->role == DEVICE_INTERRUPT_CONTROLLER ||
	       v->role == DEVICE_TIMER;
}

static bool has_registers(const struct given *g, const struct device *v)
{
	for (size_t i = 0; i < v->n_regs; i++)
		if (!is_given(g, v->regs[i].range))
			return false;
	return true;
}

static bool is_same(const struct device *a, const struct device *b)
{
	return a && a->n_regs && pa_overlap(a->regs[0].range, b->regs[0].range);
}

static void note_owner(const struct facts *f, struct diag *d,
		       const struct device *v)
{
	const struct board *b = f->model->board;

	if (is_same(f->model->hypervisor.console_device, v))
		diag_note(d, f->model->hypervisor.console_at,
			  "the hypervisor takes it here");

	for (size_t i = 0; i < b->n_devices; i++) {
		const struct device *own = &b->devices[i];
		const struct grant *g = facts_owner(f, own);

		if (!g || !is_same(own, v))
			continue;
		diag_note(d, g->at, "'%s' has it", g->cell->name);
		return;
	}
}

static void late_devices(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct cell *c = late_cell(f);
	size_t n = 0;

	if (!c)
		return;

	struct given g = registers_of(f, c);

	for (size_t i = 0; i < c->boot.running->n_devices; i++) {
		const struct device *v = &c->boot.running->devices[i];

		if (v->is_disabled || is_everybodys(v) ||
		    has_registers(&g, v))
			continue;
		diag_error(d, r, c->boot.at_running, "'%s' enables '%s', which"
			   " '%s' does not keep", c->boot.running_file, v->path,
			   c->name);
		if (n++ < OWNERS_MAX)
			note_owner(f, d, v);
		diag_help(d, "hvcc --emit=root-dtb makes a tree that agrees");
	}
}

/* Those that it is given, by number. */
struct given_lines { bool spis[SPIS], ppis[PPIS]; };

static bool *slot_of(struct given_lines *g, const struct line *l)
{
	bool is_spi = l->kind == LINE_SPI;

	assert(l->number < (is_spi ? SPIS : PPIS));
	return is_spi ? &g->spis[l->number] : &g->ppis[l->number];
}

static void give_device(struct given_lines *g, const struct device *v)
{
	for (size_t i = 0; i < v->n_lines; i++)
		*slot_of(g, &v->lines[i]) = true;
}

static void give_lines(const struct facts *f, const struct cell *c,
		       struct given_lines *g)
{
	const struct board *b = f->model->board;

	for (size_t i = 0; i < f->n_grants; i++)
		if (f->grants[i].cell == c)
			give_device(g, f->grants[i].device);
	for (size_t i = 0; c->has_pmu && i < b->n_devices; i++)
		if (b->devices[i].role == DEVICE_PMU)
			give_device(g, &b->devices[i]);
	for (size_t i = 0; i < c->n_lines; i++)
		*slot_of(g, &c->lines[i].line) = true;
}

/* A device without its registers is told by late-devices. */
static void late_lines(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	const struct cell *c = late_cell(f);
	struct given_lines lines = { { false }, { false } };

	if (!c)
		return;
	give_lines(f, c, &lines);

	struct given g = registers_of(f, c);

	for (size_t i = 0; i < c->boot.running->n_devices; i++) {
		const struct device *v = &c->boot.running->devices[i];

		if (v->is_disabled || is_everybodys(v) || !has_registers(&g, v))
			continue;
		for (size_t k = 0; k < v->n_lines; k++) {
			const struct line *l = &v->lines[k];

			if (*slot_of(&lines, l))
				continue;
			diag_error(d, r, c->boot.at_running, "'%s' gives '%s'"
				   " %s %" PRIu32 ", which '%s' does not have",
				   c->boot.running_file, v->path,
				   l->kind == LINE_SPI ? "spi" : "ppi",
				   l->number, c->name);
		}
	}
}

static const struct check checks[] = {
	{ .rule = { "late-devices", "a Linux that is running drives no device"
	    " of another cell" }, .run = late_devices, .reads_running = true },
	{ .rule = { "late-lines", "a Linux that is running has the lines of its"
	    " tree" }, .run = late_lines, .reads_running = true },
};

const struct check_family family_late_devices = {
	"late-devices", checks, ARRAY_SIZE(checks),
};
