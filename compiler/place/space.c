/* SPDX-License-Identifier: BSD-2-Clause */
#include "place/space.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "place/pages.h"

#define TOLD_MAX 32		/* of who has memory when there is too little */

/* Only registers and what is reserved can be in one page: in file order. */
static int lower_holding(const void *left, const void *right)
{
	const struct holding *a = left, *b = right;

	if (a->range.base.u != b->range.base.u)
		return a->range.base.u < b->range.base.u ? -1 : 1;
	return (a->at.begin > b->at.begin) - (a->at.begin < b->at.begin);
}

static int larger_holding(const void *left, const void *right)
{
	const struct holding *a = left, *b = right;

	if (a->range.size != b->range.size)
		return a->range.size > b->range.size ? -1 : 1;
	return lower_holding(a, b);
}

/*
 * Boards have registers where they say that memory is: whole granules of a
 * device, given or not, are no RAM.
 */
static void hold_devices(struct space *s)
{
	for (size_t i = 0; i < s->board->n_devices; i++) {
		const struct device *d = &s->board->devices[i];

		for (size_t k = 0; k < d->n_regs; k++) {
			struct pa_range r = pages_around(d->regs[k].range);

			if (ranges_touch(&s->ram, r.base.u, pa_last(r).u))
				space_hold(s, r, arena_printf(s->arena,
					   "device '%s'", d->path), d->at);
		}
	}
}

struct space space_new(struct arena *a, const struct board *board)
{
	struct space s = {
		.arena = a, .board = board,
		.ram = { .arena = a }, .taken = { .arena = a },
	};

	for (size_t i = 0; i < board->n_memory; i++)
		ranges_add(&s.ram, board->memory[i].range.base.u,
			   pa_last(board->memory[i].range).u);
	for (size_t i = 0; i < board->n_reserved; i++) {
		const struct board_memory *r = &board->reserved[i];

		space_hold(&s, r->range,
			   arena_printf(a, "reserved memory '%s'",
					r->name ? r->name : "/memreserve/"),
			   r->at);
	}
	hold_devices(&s);
	return s;
}

void space_hold(struct space *s, struct pa_range range, const char *name,
		struct span at)
{
	s->held = arena_grow(s->arena, s->held, s->n_held, sizeof(*s->held));
	s->held[s->n_held++] = (struct holding){ range, name, at };
	ranges_add(&s->taken, range.base.u, pa_last(range).u);
}

const struct holding *space_holder(const struct space *s, struct pa_range range)
{
	for (size_t i = 0; i < s->n_held; i++)
		if (pa_overlap(s->held[i].range, range))
			return &s->held[i];
	return NULL;
}

/* ---- what is free -------------------------------------------------------- */

/* A set, read from a rising address. */
struct cursor { const struct ranges *set; size_t i; };

/* The runs of RAM that no set has; want.avoid and what is held are sets. */
struct gaps {
	struct cursor ram;
	struct cursor *sets;
	size_t n_sets;
	uint64_t at;
};

static struct cursor cursor_new(struct ranges *set)
{
	ranges_settle(set);
	return (struct cursor){ set, 0 };
}

static const struct range *cursor_from(struct cursor *c, uint64_t at)
{
	while (c->i < c->set->n && c->set->list[c->i].last < at)
		c->i++;
	return c->i < c->set->n ? &c->set->list[c->i] : NULL;
}

static struct gaps gaps_new(struct space *s, struct ranges *const *avoid,
			    size_t n_avoid)
{
	struct gaps g = {
		.ram = cursor_new(&s->ram),
		.sets = arena_array(s->arena, n_avoid + 1, sizeof(*g.sets)),
		.n_sets = n_avoid + 1,
	};

	g.sets[0] = cursor_new(&s->taken);
	for (size_t i = 0; i < n_avoid; i++)
		g.sets[1 + i] = cursor_new(avoid[i]);
	return g;
}

/* What is taken first at or above g->at. */
static const struct range *gaps_taken(struct gaps *g)
{
	const struct range *first = NULL;

	for (size_t i = 0; i < g->n_sets; i++) {
		const struct range *r = cursor_from(&g->sets[i], g->at);

		if (r && (!first || r->first < first->first))
			first = r;
	}
	return first;
}

/* A run up to the last address of all is none: RAM ends before. */
static bool gaps_next(struct gaps *g, struct pa_range *out)
{
	const struct range *ram;

	while ((ram = cursor_from(&g->ram, g->at))) {
		if (g->at < ram->first)
			g->at = ram->first;

		const struct range *taken = gaps_taken(g);

		if (taken && taken->first <= g->at) {
			if (!add_u64(taken->last, 1, &g->at))
				return false;
			continue;
		}

		uint64_t last = taken && taken->first <= ram->last ?
				taken->first - 1 : ram->last;

		*out = (struct pa_range){ { g->at }, last - g->at + 1 };
		if (!add_u64(last, 1, &g->at))
			return false;
		return true;
	}
	return false;
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

struct pa_range *space_free(struct space *s, struct ranges *avoid, size_t *n)
{
	struct gaps g = gaps_new(s, &avoid, avoid ? 1 : 0);
	struct pa_range *list = NULL, run;

	*n = 0;
	while (gaps_next(&g, &run)) {
		if (!trim(&run))
			continue;
		list = arena_grow(s->arena, list, *n, sizeof(*list));
		list[(*n)++] = run;
	}
	return list;
}

/* ---- the best place ------------------------------------------------------ */

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

/* The highest place that ends at or below `to`. */
static bool fit_high(struct pa_range run, uint64_t to, const struct want *w,
		     uint64_t *out)
{
	uint64_t mask = w->align - 1, at = to - w->size;
	uint64_t offset = w->offset & mask;

	if (to < w->size)
		return false;
	if ((at & mask) < offset && at < w->align)
		return false;
	at -= (at - offset) & mask;
	if (at < run.base.u)
		return false;
	*out = at;
	return true;
}

struct candidate { uint64_t base, broken, hole; };

/* The search for one want, and the best place so far. */
struct search {
	const struct want *want;
	bool is_from_top, has_best;
	struct candidate best;
};

static bool is_better(const struct search *s, const struct candidate *a)
{
	const struct candidate *b = &s->best;

	if (!s->has_best)
		return true;
	if (a->broken != b->broken)
		return a->broken < b->broken;
	if (a->hole != b->hole)
		return a->hole < b->hole;
	return s->is_from_top ? a->base > b->base : a->base < b->base;
}

/* A place from there on; from the top, one up to there. */
static void consider(struct search *s, struct pa_range run, uint64_t from)
{
	const struct want *w = s->want;
	struct candidate c;
	uint64_t end = run.base.u + run.size;

	if (!(s->is_from_top ? fit_high : fit)(run, from, w, &c.base))
		return;
	c.broken = whole_blocks(run.base.u, end) -
		   whole_blocks(run.base.u, c.base) -
		   whole_blocks(c.base + w->size, end) -
		   whole_blocks(c.base, c.base + w->size);
	c.hole = run.size - w->size;
	if (is_better(s, &c))
		s->best = c;
	s->has_best = true;
}

/*
 * Two places of a free run can be best: the lowest, which uses up a ragged
 * beginning, and the lowest in a ragged end; from the top, the highest and the
 * highest in a ragged beginning.
 */
static void consider_run(struct search *s, struct pa_range run)
{
	uint64_t end = run.base.u + run.size, head = 0;
	uint64_t tail = end & ~(BLOCK - 1);

	if (!s->is_from_top) {
		consider(s, run, run.base.u);
		if (tail > run.base.u)
			consider(s, run, tail);
		return;
	}
	consider(s, run, end);
	if (align_up_u64(run.base.u, BLOCK, &head) && head < end)
		consider(s, run, head);
}

bool space_find(struct space *s, const struct want *w, pa_t *out)
{
	struct gaps g = gaps_new(s, w->avoid, w->n_avoid);
	struct search search = { .want = w, .is_from_top = s->is_from_top };
	struct pa_range run;

	while (gaps_next(&g, &run))
		if (run.size >= w->size && trim(&run))
			consider_run(&search, run);
	out->u = search.best.base;
	return search.has_best;
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

/* The largest of n, at most TOLD_MAX, by rising address; returns how many. */
static size_t pick(struct holding *list, size_t n)
{
	size_t n_told = n < TOLD_MAX ? n : TOLD_MAX;

	if (n)
		qsort(list, n, sizeof(*list), larger_holding);
	if (n_told)
		qsort(list, n_told, sizeof(*list), lower_holding);
	return n_told;
}

static void tell_list(const struct space *s, struct diag *d,
		      struct holding *list, size_t n)
{
	size_t n_told = pick(list, n);

	for (size_t i = 0; i < n_told; i++)
		diag_note(d, list[i].at, "%s has 0x%" PRIx64 "..0x%" PRIx64
			  ", %s", list[i].name, list[i].range.base.u,
			  pa_last(list[i].range).u,
			  space_size_text(s->arena, list[i].range.size));
	if (n > n_told)
		diag_note(d, list[0].at, "and %zu smaller ones", n - n_told);
}

void space_tell(struct space *s, struct diag *d)
{
	size_t n;
	const struct pa_range *runs = space_free(s, NULL, &n);
	struct holding *held = arena_array(s->arena, s->n_held, sizeof(*held));
	struct holding *free = arena_array(s->arena, n, sizeof(*free));

	if (s->n_held)
		memcpy(held, s->held, s->n_held * sizeof(*held));
	for (size_t i = 0; i < n; i++)
		free[i] = (struct holding){ runs[i], "nobody",
					    ram_at(s->board, runs[i]) };
	tell_list(s, d, held, s->n_held);
	tell_list(s, d, free, n);
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
