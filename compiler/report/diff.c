/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "report/diff_facts.h"
#include "report/diff_memory.h"
#include "report/say.h"

void change_add(struct changes *c, enum change_sign sign, const char *who,
		const struct survey *of, struct span at, const char *text)
{
	c->list = arena_grow(c->arena, c->list, c->n, sizeof(*c->list));
	c->list[c->n] = (struct change){ sign, who, text, say_place(of, at),
					 c->n };
	c->n++;
}

/* ---- facts ------------------------------------------------------------------ */

/* Keys begin with whom they are about, and a blank. */
static const char *without_who(const struct fact *f)
{
	return f->key + strlen(f->who) + 1;
}

static struct map *index_of(struct facts_list *f)
{
	struct map *m = map_new(f->arena);

	for (size_t i = 0; i < f->n; i++)
		map_put(m, f->list[i].key, &f->list[i]);
	return m;
}

static const struct cell *cell_of(const struct survey *s, const char *name)
{
	for (size_t i = 0; i < s->model->n_cells; i++)
		if (!strcmp(s->model->cells[i].name, name))
			return &s->model->cells[i];
	return NULL;
}

/* Of a cell that came or went all is new, and said once. */
static bool is_on_both_sides(const struct changes *c, const char *who)
{
	return !cell_of(c->new, who) == !cell_of(c->old, who);
}

/* A fact that only one side has. */
static void compare_alone(struct changes *c, const struct fact *f, bool is_new)
{
	const struct survey *of = is_new ? c->new : c->old;
	const char *what = without_who(f);

	switch (f->kind) {
	case FACT_RIGHT:
		change_add(c, is_new ? CHANGE_GAINED : CHANGE_LOST, f->who, of,
			   f->at, what);
		break;
	case FACT_BOUND:
		change_add(c, is_new ? CHANGE_LOST : CHANGE_GAINED, f->who, of,
			   f->at, arena_printf(c->arena, "%s: %s", what,
				is_new ? "holds now" : "holds no more"));
		break;
	case FACT_AMOUNT:
	case FACT_PLACE:
		/* Whose channel came or went is told by a right. */
		break;
	case FACT_STATE:
		if (!f->is_detail && is_on_both_sides(c, f->who))
			change_add(c, CHANGE_OTHER, f->who, of, f->at,
				   arena_printf(c->arena, "%s: %s, %s", what,
					f->value, is_new ? "not said before"
							 : "not said now"));
		break;
	}
}

/* As a region's memory: what is stated counts by address. */
static void compare_places(struct changes *c, const struct fact *old,
			   const struct fact *new)
{
	const char *what = without_who(new);

	if (!strcmp(new->value, old->value))
		return;
	if (new->is_chosen || old->is_chosen) {
		change_add(c, CHANGE_OTHER, new->who, c->new, new->at,
			   arena_printf(c->arena, "%s %s, was at %s", what,
					new->value, old->value));
		return;
	}
	change_add(c, CHANGE_GAINED, new->who, c->new, new->at,
		   arena_printf(c->arena, "%s %s", what, new->value));
	change_add(c, CHANGE_LOST, old->who, c->old, old->at,
		   arena_printf(c->arena, "%s %s", what, old->value));
}

static void compare_both(struct changes *c, const struct fact *old,
			 const struct fact *new)
{
	bool has_grown = new->amount > old->amount;

	switch (new->kind) {
	case FACT_RIGHT:
	case FACT_BOUND:
		break;
	case FACT_AMOUNT:
		if (new->amount != old->amount)
			change_add(c, has_grown ? CHANGE_GAINED : CHANGE_LOST,
				   new->who, c->new, new->at,
				   arena_printf(c->arena, "%s: %s, was %s",
					without_who(new),
					say_size(c->arena, new->amount),
					say_size(c->arena, old->amount)));
		break;
	case FACT_PLACE:
		compare_places(c, old, new);
		break;
	case FACT_STATE:
		if (strcmp(new->value, old->value))
			change_add(c, CHANGE_OTHER, new->who, c->new, new->at,
				   arena_printf(c->arena, "%s: %s, was %s",
						without_who(new), new->value,
						old->value));
		break;
	}
}

static void compare_facts(struct changes *c)
{
	struct facts_list old = diff_facts(c->arena, c->old);
	struct facts_list new = diff_facts(c->arena, c->new);
	const struct map *in_old = index_of(&old), *in_new = index_of(&new);

	for (size_t i = 0; i < old.n; i++)
		if (!map_get(in_new, old.list[i].key))
			compare_alone(c, &old.list[i], false);
	for (size_t i = 0; i < new.n; i++) {
		const struct fact *f = &new.list[i];
		const struct fact *was = map_get(in_old, f->key);

		if (was)
			compare_both(c, was, f);
		else
			compare_alone(c, f, true);
	}
}

/* ---- registers -------------------------------------------------------------- */

/* Two boards may say different things of a device that a cell keeps. */
static bool has_range(const struct device *d, const struct device_reg *r)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (pa_contains(d->regs[i].range, r->range))
			return true;
	return false;
}

static void compare_regs(struct changes *c, const struct survey_device *d,
			 const struct device *other, bool is_new)
{
	for (size_t i = 0; i < d->device->n_regs; i++) {
		const struct device_reg *r = &d->device->regs[i];

		if (!has_range(other, r))
			change_add(c, is_new ? CHANGE_GAINED : CHANGE_LOST,
				   d->cell->name, is_new ? c->new : c->old,
				   d->at, arena_printf(c->arena,
					"device %s registers %s",
					say_visible(c->arena, d->device->path),
					say_range(c->arena, r->range.base.u,
						  r->range.size)));
	}
}

static void compare_devices(struct changes *c)
{
	struct map *old = map_new(c->arena);

	for (size_t i = 0; i < c->old->n_devices; i++)
		map_put(old, c->old->devices[i].device->path,
			(void *)(uintptr_t)&c->old->devices[i]);
	for (size_t i = 0; i < c->new->n_devices; i++) {
		const struct survey_device *is = &c->new->devices[i];
		const struct survey_device *was = map_get(old,
							  is->device->path);

		if (!was || !was->cell || !is->cell ||
		    strcmp(was->cell->name, is->cell->name))
			continue;
		compare_regs(c, was, is->device, false);
		compare_regs(c, is, was->device, true);
	}
}

/* ---- lines ------------------------------------------------------------------ */

/* Cells of the new text in its order, then those that are gone, then others. */
static size_t rank(const struct changes *c, const char *who)
{
	const struct cell *cell = cell_of(c->new, who);

	if (cell)
		return cell->index;
	cell = cell_of(c->old, who);
	return c->new->model->n_cells +
	       (cell ? cell->index : c->old->model->n_cells);
}

struct ranked { const struct change *change; size_t rank; };

static int by_rank(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->change->sign != y->change->sign)
		return x->change->sign < y->change->sign ? -1 : 1;
	return x->change->order < y->change->order ? -1 : 1;
}

static void print(FILE *out, const struct changes *c)
{
	static const char signs[] = {
		[CHANGE_GAINED] = '+', [CHANGE_LOST] = '-', [CHANGE_OTHER] = '~',
	};
	struct ranked *sorted = arena_array(c->arena, c->n, sizeof(*sorted));
	size_t n[ARRAY_SIZE(signs)] = { 0 };

	for (size_t i = 0; i < c->n; i++)
		sorted[i] = (struct ranked){ &c->list[i],
					     rank(c, c->list[i].who) };
	if (c->n)
		qsort(sorted, c->n, sizeof(*sorted), by_rank);
	for (size_t i = 0; i < c->n; i++) {
		const struct change *e = sorted[i].change;

		fprintf(out, "%c %s %s%s%s%s\n", signs[e->sign], e->who, e->text,
			*e->place ? "  (" : "", e->place, *e->place ? ")" : "");
		n[e->sign]++;
	}
	fprintf(out, "%zu gained, %zu lost, %zu changed without gain\n",
		n[CHANGE_GAINED], n[CHANGE_LOST], n[CHANGE_OTHER]);
}

bool diff_print(FILE *out, struct arena *a, const struct survey *old,
		const struct survey *new)
{
	struct changes c = { .arena = a, .old = old, .new = new };
	bool is_gained = false;

	for (size_t i = 0; i < new->model->n_cells; i++)
		diff_memory(&c, new->model->cells[i].name);
	for (size_t i = 0; i < old->model->n_cells; i++)
		if (!cell_of(new, old->model->cells[i].name))
			diff_memory(&c, old->model->cells[i].name);
	compare_facts(&c);
	compare_devices(&c);
	print(out, &c);
	for (size_t i = 0; i < c.n; i++)
		is_gained |= c.list[i].sign == CHANGE_GAINED;
	return is_gained;
}
