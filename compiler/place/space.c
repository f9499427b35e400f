/* SPDX-License-Identifier: BSD-2-Clause */
#include "place/space.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/diag.h"

/* A list of ranges that grows. */
struct runs {
	struct arena *arena;
	struct pa_range *list;
	size_t n;
};

static void runs_add(struct runs *r, struct pa_range range)
{
	r->list = arena_grow(r->arena, r->list, r->n, sizeof(*r->list));
	r->list[r->n++] = range;
}

static int by_base(const void *a, const void *b)
{
	const struct pa_range *x = a, *y = b;

	if (x->base.u != y->base.u)
		return x->base.u < y->base.u ? -1 : 1;
	return x->size < y->size ? -1 : x->size > y->size;
}

static int holding_by_base(const void *a, const void *b)
{
	const struct holding *const *x = a, *const *y = b;

	if ((*x)->range.base.u != (*y)->range.base.u)
		return (*x)->range.base.u < (*y)->range.base.u ? -1 : 1;
	return *x < *y ? -1 : *x > *y;
}

struct space space_new(struct arena *a, const struct board *board)
{
	struct space s = { .arena = a, .board = board };

	for (size_t i = 0; i < board->n_reserved; i++) {
		const struct board_memory *r = &board->reserved[i];

		space_hold(&s, r->range,
			   arena_printf(a, "reserved memory '%s'",
					r->name ? r->name : "/memreserve/"),
			   r->at);
	}
	return s;
}

void space_hold(struct space *s, struct pa_range range, const char *name,
		struct span at)
{
	s->held = arena_grow(s->arena, s->held, s->n_held, sizeof(*s->held));
	s->held[s->n_held++] = (struct holding){ range, name, at };
}

const struct holding *space_holder(const struct space *s, struct pa_range range)
{
	for (size_t i = 0; i < s->n_held; i++)
		if (pa_overlap(s->held[i].range, range))
			return &s->held[i];
	return NULL;
}

/*
 * Adds what is left of one piece of RAM when the taken ranges, sorted by their
 * base, are cut out of it. Ends are held as last bytes: a range may end where
 * 64 bits do.
 */
static void cut(struct runs *out, struct pa_range ram, const struct runs *taken)
{
	uint64_t at = ram.base.u, last = pa_last(ram).u;

	for (size_t i = 0; i < taken->n; i++) {
		struct pa_range t = taken->list[i];

		if (pa_last(t).u < at)
			continue;
		if (t.base.u > last)
			break;
		if (t.base.u > at)
			runs_add(out, (struct pa_range){ { at },
							 t.base.u - at });
		if (pa_last(t).u >= last)
			return;
		at = pa_last(t).u + 1;
	}
	runs_add(out, (struct pa_range){ { at }, last - at + 1 });
}

/* Memory nodes that touch or overlap are one run of RAM. Sorted by base. */
static void join(struct runs *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct pa_range *before = n ? &r->list[n - 1] : NULL;
		uint64_t base = r->list[i].base.u, last = pa_last(r->list[i]).u;

		if (!before || (base && pa_last(*before).u < base - 1))
			r->list[n++] = r->list[i];
		else if (last > pa_last(*before).u)
			before->size = last - before->base.u + 1;
	}
	r->n = n;
}

/* Whole granules only: a part of one can be given to nobody. */
static bool trim(struct pa_range *r)
{
	uint64_t base, end;

	if (!align_up_u64(r->base.u, GRANULE, &base))
		return false;
	end = (pa_last(*r).u + 1) & ~(GRANULE - 1);
	if (end <= base)
		return false;
	*r = (struct pa_range){ { base }, end - base };
	return true;
}

struct pa_range *space_free(const struct space *s, const struct pa_range *avoid,
			    size_t n_avoid, size_t *n)
{
	struct runs ram = { .arena = s->arena }, taken = ram, cuts = ram;

	for (size_t i = 0; i < s->board->n_memory; i++)
		runs_add(&ram, s->board->memory[i].range);
	for (size_t i = 0; i < s->n_held; i++)
		runs_add(&taken, s->held[i].range);
	for (size_t i = 0; i < n_avoid; i++)
		runs_add(&taken, avoid[i]);
	if (ram.n)
		qsort(ram.list, ram.n, sizeof(*ram.list), by_base);
	if (taken.n)
		qsort(taken.list, taken.n, sizeof(*taken.list), by_base);
	join(&ram);
	for (size_t i = 0; i < ram.n; i++)
		cut(&cuts, ram.list[i], &taken);
	*n = 0;
	for (size_t i = 0; i < cuts.n; i++)
		if (trim(&cuts.list[i]))
			cuts.list[(*n)++] = cuts.list[i];
	return cuts.list;
}

/* Blocks that lie whole in [base, end). */
static uint64_t whole_blocks(uint64_t base, uint64_t end)
{
	uint64_t first;

	if (!align_up_u64(base, BLOCK, &first) || first >= end)
		return 0;
	return (end - first) / BLOCK;
}

/* The lowest place at or above from that obeys the want's alignment. */
static bool fit(struct pa_range run, uint64_t from, const struct want *w,
		uint64_t *out)
{
	uint64_t end = run.base.u + run.size;
	uint64_t at = (from & ~(w->align - 1)) | (w->offset & (w->align - 1));

	if (at < from && !add_u64(at, w->align, &at))
		return false;
	if (at >= end || end - at < w->size)
		return false;
	*out = at;
	return true;
}

struct candidate { uint64_t base, broken, hole; };

static bool is_better(const struct candidate *a, const struct candidate *b)
{
	if (a->broken != b->broken)
		return a->broken < b->broken;
	if (a->hole != b->hole)
		return a->hole < b->hole;
	return a->base < b->base;
}

/*
 * Two places of a free run can be best: the lowest, which uses up a ragged
 * beginning, and the lowest in a ragged end.
 */
static void consider(struct pa_range run, uint64_t from, const struct want *w,
		     struct candidate *best, bool *has_best)
{
	struct candidate c;
	uint64_t end = run.base.u + run.size;

	if (!fit(run, from, w, &c.base))
		return;
	c.broken = whole_blocks(run.base.u, end) -
		   whole_blocks(run.base.u, c.base) -
		   whole_blocks(c.base + w->size, end) -
		   whole_blocks(c.base, c.base + w->size);
	c.hole = run.size - w->size;
	if (!*has_best || is_better(&c, best))
		*best = c;
	*has_best = true;
}

bool space_find(const struct space *s, const struct want *w, pa_t *out)
{
	struct candidate best = { 0 };
	bool has_best = false;
	size_t n;
	const struct pa_range *runs = space_free(s, w->avoid, w->n_avoid, &n);

	for (size_t i = 0; i < n; i++) {
		uint64_t tail = (runs[i].base.u + runs[i].size) & ~(BLOCK - 1);

		consider(runs[i], runs[i].base.u, w, &best, &has_best);
		if (tail > runs[i].base.u)
			consider(runs[i], tail, w, &best, &has_best);
	}
	out->u = best.base;
	return has_best;
}

/* The line that brought the RAM in which a run begins. */
static struct span ram_at(const struct board *b, struct pa_range run)
{
	for (size_t i = 0; i < b->n_memory; i++)
		if (pa_overlap(b->memory[i].range, (struct pa_range){
			run.base, GRANULE }))
			return b->memory[i].at;
	return b->at;
}

void space_tell(const struct space *s, struct diag *d)
{
	const struct holding **sorted = arena_array(s->arena, s->n_held,
						    sizeof(*sorted));
	size_t n;
	const struct pa_range *runs = space_free(s, NULL, 0, &n);

	for (size_t i = 0; i < s->n_held; i++)
		sorted[i] = &s->held[i];
	if (s->n_held)
		qsort(sorted, s->n_held, sizeof(*sorted), holding_by_base);
	for (size_t i = 0; i < s->n_held; i++)
		diag_note(d, sorted[i]->at,
			  "%s has 0x%" PRIx64 "..0x%" PRIx64 ", %s",
			  sorted[i]->name, sorted[i]->range.base.u,
			  pa_last(sorted[i]->range).u,
			  space_size_text(s->arena, sorted[i]->range.size));
	for (size_t i = 0; i < n; i++)
		diag_note(d, ram_at(s->board, runs[i]),
			  "nobody has 0x%" PRIx64 "..0x%" PRIx64 ", %s",
			  runs[i].base.u, pa_last(runs[i]).u,
			  space_size_text(s->arena, runs[i].size));
	if (!n)
		diag_note(d, s->board->n_memory ? s->board->memory[0].at
						: s->board->at,
			  "all RAM of the board is taken");
}

const char *space_size_text(struct arena *a, uint64_t size)
{
	static const struct { uint64_t unit; const char *name; } units[] = {
		{ GIB, "GiB" }, { MIB, "MiB" }, { KIB, "KiB" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (size && size % units[i].unit == 0)
			return arena_printf(a, "%" PRIu64 " %s",
					    size / units[i].unit, units[i].name);
	return arena_printf(a, "0x%" PRIx64 " bytes", size);
}
