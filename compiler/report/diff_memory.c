/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Regions are paired by name where hvcc chooses the place of one of the two:
 * such a pair counts by amount. All others count by address: both sides' runs
 * are cut where any of them begins or ends, and each piece is compared.
 */
#include "report/diff_memory.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "report/say.h"

/* A region of one cell: `rest` can have several runs. */
struct area {
	const struct region *region;
	const struct survey_memory *first;
	uint64_t size;			/* of all runs */
	size_t n_runs;
	bool is_paired;
};

struct areas { struct area *list; size_t n; };

/* A run that counts by address. */
struct piece_of { struct pa_range range; struct access access; struct span at;
		  bool is_new; };

struct pieces { struct piece_of *list; size_t n; };

static struct areas areas_of(struct changes *c, const struct survey *s,
			     const char *name)
{
	struct areas a = { 0 };

	for (size_t i = 0; i < s->n_memory; i++) {
		const struct survey_memory *m = &s->memory[i];
		size_t k = 0;

		if (m->kind != SURVEY_RAM || strcmp(m->cell->name, name))
			continue;
		while (k < a.n && a.list[k].region != m->region)
			k++;
		if (k == a.n) {
			a.list = arena_grow(c->arena, a.list, a.n,
					    sizeof(*a.list));
			a.list[a.n++] = (struct area){ m->region, m, 0, 0,
						       false };
		}
		a.list[k].size += m->range.size;
		a.list[k].n_runs++;
	}
	return a;
}

/* ---- access --------------------------------------------------------------- */

/* "rw": what `a` may and `b` may not. */
static const char *beyond(struct changes *c, struct access a, struct access b)
{
	return arena_printf(c->arena, "%s%s%s",
			    a.may_read && !b.may_read ? "r" : "",
			    a.may_write && !b.may_write ? "w" : "",
			    a.may_execute && !b.may_execute ? "x" : "");
}

static void compare_access(struct changes *c, const char *who, const char *what,
			   struct access old, struct access new,
			   struct span old_at, struct span new_at)
{
	const char *gained = beyond(c, new, old), *lost = beyond(c, old, new);

	if (*gained)
		change_add(c, CHANGE_GAINED, who, c->new, new_at,
			   arena_printf(c->arena, "%s: %s, was %s", what,
					say_access(c->arena, new),
					say_access(c->arena, old)));
	else if (*lost)
		change_add(c, CHANGE_LOST, who, c->old, old_at,
			   arena_printf(c->arena, "%s: %s, was %s", what,
					say_access(c->arena, new),
					say_access(c->arena, old)));
	else if (old.is_uncached != new.is_uncached)
		change_add(c, CHANGE_OTHER, who, c->new, new_at,
			   arena_printf(c->arena, "%s: %s now", what,
					new.is_uncached ? "uncached"
							: "cached"));
}

/* ---- by amount ------------------------------------------------------------- */

static const char *area_text(struct changes *c, const struct area *a)
{
	return arena_printf(c->arena, "memory %s", a->region->name);
}

static const char *area_place(struct changes *c, const struct area *a)
{
	const struct pa_range *r = &a->first->range;

	return arena_printf(c->arena, "%s%s", say_range(c->arena, r->base.u,
			    r->size), a->n_runs > 1 ? " and more" : "");
}

static void compare_size(struct changes *c, const char *who,
			 const struct area *old, const struct area *new)
{
	bool has_grown = new->size > old->size;
	uint64_t by = has_grown ? new->size - old->size : old->size - new->size;

	if (by)
		change_add(c, has_grown ? CHANGE_GAINED : CHANGE_LOST, who,
			   has_grown ? c->new : c->old,
			   has_grown ? new->region->at : old->region->at,
			   arena_printf(c->arena, "%s: %s %s, %s in all",
					area_text(c, new),
					say_size(c->arena, by),
					has_grown ? "more" : "less",
					say_size(c->arena, new->size)));
	else if (strcmp(area_place(c, old), area_place(c, new)))
		change_add(c, CHANGE_OTHER, who, c->new, new->region->at,
			   arena_printf(c->arena, "%s: at %s, was at %s",
					area_text(c, new), area_place(c, new),
					area_place(c, old)));
}

static void compare_seen(struct changes *c, const char *who,
			 const struct region *old, const struct region *new)
{
	const char *was = old->has_ipa ? arena_printf(c->arena, "0x%jx",
				(uintmax_t)old->ipa.u) : "its own address";
	const char *is = new->has_ipa ? arena_printf(c->arena, "0x%jx",
				(uintmax_t)new->ipa.u) : "its own address";

	if (strcmp(was, is))
		change_add(c, CHANGE_OTHER, who, c->new, new->at,
			   arena_printf(c->arena, "memory %s: seen at %s, was"
					" at %s", new->name, is, was));
}

static void pair(struct changes *c, const char *who, struct area *old,
		 struct area *new)
{
	if (strcmp(old->region->name, new->region->name))
		return;
	compare_seen(c, who, old->region, new->region);
	if (old->region->has_pa && new->region->has_pa)
		return;
	old->is_paired = new->is_paired = true;
	compare_size(c, who, old, new);
	compare_access(c, who, area_text(c, new), old->region->access,
		       new->region->access, old->region->at, new->region->at);
}

/* Chosen, and nothing of this name on the other side. */
static void alone(struct changes *c, const char *who, struct area *a,
		  bool is_new)
{
	if (a->is_paired || a->region->has_pa)
		return;
	a->is_paired = true;
	change_add(c, is_new ? CHANGE_GAINED : CHANGE_LOST, who,
		   is_new ? c->new : c->old, a->region->at,
		   arena_printf(c->arena, "%s: %s, %s, place chosen",
				area_text(c, a), say_size(c->arena, a->size),
				say_access(c->arena, a->region->access)));
}

/* ---- by address ------------------------------------------------------------ */

static void pieces_add(struct changes *c, struct pieces *p,
		       const struct areas *a, bool is_new)
{
	for (size_t i = 0; i < a->n; i++) {
		const struct area *area = &a->list[i];

		/* A stated region is one run. */
		if (area->is_paired)
			continue;
		p->list = arena_grow(c->arena, p->list, p->n, sizeof(*p->list));
		p->list[p->n++] = (struct piece_of){ area->first->range,
			area->region->access, area->region->at, is_new };
	}
}

static int by_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static const struct piece_of *piece_at(const struct pieces *p, uint64_t at,
				       bool is_new)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].is_new == is_new &&
		    p->list[i].range.base.u <= at &&
		    at <= pa_last(p->list[i].range).u)
			return &p->list[i];
	return NULL;
}

static void compare_run(struct changes *c, const char *who, struct pa_range r,
			const struct piece_of *old, const struct piece_of *new)
{
	const char *what = arena_printf(c->arena, "memory %s",
					say_range(c->arena, r.base.u, r.size));

	if (old && new)
		compare_access(c, who, what, old->access, new->access, old->at,
			       new->at);
	else if (new)
		change_add(c, CHANGE_GAINED, who, c->new, new->at,
			   arena_printf(c->arena, "%s: %s, %s", what,
					say_size(c->arena, r.size),
					say_access(c->arena, new->access)));
	else if (old)
		change_add(c, CHANGE_LOST, who, c->old, old->at,
			   arena_printf(c->arena, "%s: %s, %s", what,
					say_size(c->arena, r.size),
					say_access(c->arena, old->access)));
}

/* Edges are first bytes and bytes behind the last: no region ends 64 bits. */
static void compare_runs(struct changes *c, const char *who,
			 const struct pieces *p)
{
	uint64_t *edges = arena_array(c->arena, 2 * p->n + 1, sizeof(*edges));

	for (size_t i = 0; i < p->n; i++) {
		edges[2 * i] = p->list[i].range.base.u;
		edges[2 * i + 1] = pa_last(p->list[i].range).u + 1;
	}
	if (p->n)
		qsort(edges, 2 * p->n, sizeof(*edges), by_u64);
	for (size_t i = 0; i + 1 < 2 * p->n; i++)
		if (edges[i] != edges[i + 1])
			compare_run(c, who, (struct pa_range){ { edges[i] },
				    edges[i + 1] - edges[i] },
				    piece_at(p, edges[i], false),
				    piece_at(p, edges[i], true));
}

void diff_memory(struct changes *c, const char *name)
{
	struct areas old = areas_of(c, c->old, name);
	struct areas new = areas_of(c, c->new, name);
	struct pieces pieces = { 0 };

	for (size_t i = 0; i < new.n; i++)
		for (size_t k = 0; k < old.n; k++)
			pair(c, name, &old.list[k], &new.list[i]);
	for (size_t i = 0; i < old.n; i++)
		alone(c, name, &old.list[i], false);
	for (size_t i = 0; i < new.n; i++)
		alone(c, name, &new.list[i], true);
	pieces_add(c, &pieces, &old, false);
	pieces_add(c, &pieces, &new, true);
	compare_runs(c, name, &pieces);
}
