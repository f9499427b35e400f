/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * page.c - stage 2 maps granules of 4 KiB, and registers are smaller: who is
 * given a device is given its whole pages, and what else is in them.
 */
#include "check/families.h"

#include <stdlib.h>

#include "base/arena.h"
#include "check/kept.h"

#define NOTES_MAX 8

/* Device `one` is given, and a page of it also holds registers of `two`. */
struct meeting { const struct device *one, *two; };

struct meetings { struct meeting *list; size_t n; };

enum meeting_kind {
	MEET_NOT,
	MEET_BYTES,		/* the same registers, in two cells */
	MEET_TWO_CELLS,
	MEET_KEPT,		/* the hypervisor's */
	MEET_STRANGER,		/* nobody's */
};

/* What the file can say to accept a meeting. */
enum waiver { WAIVE_NOT, WAIVE_PAGE, WAIVE_DMA };

/* Bytes, not granules. */
static bool has_common_bytes(const struct page_claim *a,
			     const struct page_claim *b)
{
	return pa_overlap(a->reg->range, b->reg->range);
}

/* a is given. */
static enum meeting_kind meeting_kind(const struct facts *f,
				      const struct page_claim *a,
				      const struct page_claim *b)
{
	if (b->grant)
		return has_common_bytes(a, b) ? MEET_BYTES : MEET_TWO_CELLS;
	if (kept_reason(f->model, b->device))
		return MEET_KEPT;
	/*
	 * Trees describe one block by several nodes, of which one is enabled:
	 * a disabled node at the very same registers is no other device.
	 */
	if (b->device->is_disabled && has_common_bytes(a, b))
		return MEET_NOT;
	return MEET_STRANGER;
}

static int by_devices(const void *left, const void *right)
{
	const struct meeting *a = left, *b = right;

	int by = (a->one > b->one) - (a->one < b->one);

	return 2 * by + (a->two > b->two) - (a->two < b->two);
}

/* Behind the last stands one of no device: a run of equal ones ends there. */
static struct meetings list_end(const struct facts *f, struct meetings m)
{
	m.list = arena_grow(f->arena, m.list, m.n, sizeof(*m.list));
	m.list[m.n] = (struct meeting){ NULL, NULL };
	return m;
}

/* Two devices may meet in many pages; that is one mistake. */
static void drop_repeated(struct meetings *m)
{
	size_t kept = m->n > 0;

	list_sort(m->list, m->n, sizeof(*m->list), by_devices);
	for (size_t i = 1; i < m->n; i++)
		if (by_devices(&m->list[kept - 1], &m->list[i]))
			m->list[kept++] = m->list[i];
	m->n = kept;
}

/* Later in the text is more; nobody's is 0. */
static size_t rank(const struct facts *f, const struct page_claim *p)
{
	return p->grant ? 1 + (size_t)(p->grant - f->grants) : 0;
}

/* Of two that are given, `one` is the later in the text. */
static struct meetings find_meetings(const struct facts *f,
				     enum meeting_kind kind)
{
	struct meetings m = { 0 };

	for (size_t i = 0; i < f->page_pairs.n; i++) {
		const struct page_claim *a =
			&f->pages[f->page_pairs.pairs[i].a];
		const struct page_claim *b =
			&f->pages[f->page_pairs.pairs[i].b];

		if (rank(f, a) < rank(f, b)) {
			const struct page_claim *t = a;

			a = b;
			b = t;
		}
		if (meeting_kind(f, a, b) != kind)
			continue;
		m.list = arena_grow(f->arena, m.list, m.n, sizeof(*m.list));
		m.list[m.n++] = (struct meeting){ a->device, b->device };
	}
	drop_repeated(&m);
	return list_end(f, m);
}

static bool is_waived(const struct facts *f, const struct meeting *m)
{
	const struct device *first = f->model->board->devices;

	return f->is_page_shared[m->one - first] ||
	       f->is_page_shared[m->two - first];
}

static struct meetings drop_waived(const struct facts *f, struct meetings m)
{
	size_t kept = 0;

	for (size_t i = 0; i < m.n; i++)
		if (!is_waived(f, &m.list[i]))
			m.list[kept++] = m.list[i];
	m.n = kept;
	return list_end(f, m);
}

static void note_other(const struct facts *f, struct diag *d,
		       const struct device *v)
{
	const struct grant *g = facts_owner(f, v);

	if (g)
		diag_note(d, g->at, "'%s' is given to '%s' here", v->path,
			  g->cell->name);
	else
		diag_note(d, v->at, "'%s' is here", v->path);
}

static void help(struct diag *d, const struct device *v, enum waiver waiver)
{
	switch (waiver) {
	case WAIVE_NOT:
		return;
	case WAIVE_PAGE:
		diag_help(d, "give them to one cell, or write 'shared page"
			  " &{%s} because \"...\";'", v->path);
		return;
	case WAIVE_DMA:
		diag_help(d, "to accept that: 'devices &{%s} unprotected dma"
			  " because \"...\";'", v->path);
		return;
	}
}

/* One error for each device, the others as notes. */
static void report(const struct facts *f, const struct rule *r, struct diag *d,
		   const struct meetings *m, const char *what,
		   enum waiver waiver)
{
	for (size_t i = 0, next; i < m->n; i = next) {
		const struct device *one = m->list[i].one;
		const struct grant *g = facts_owner(f, one);

		for (next = i; m->list[next].one == one; next++)
			;
		diag_error(d, r, g->at, "'%s' of '%s' %s '%s'", one->path,
			   g->cell->name, what, m->list[i].two->path);
		for (size_t k = i; k < next && k - i < NOTES_MAX; k++)
			note_other(f, d, m->list[k].two);
		if (next - i > NOTES_MAX)
			diag_note(d, one->at, "and %zu more",
				  next - i - NOTES_MAX);
		help(d, one, waiver);
	}
}

static void device_overlap(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	struct meetings m = find_meetings(f, MEET_BYTES);

	report(f, r, d, &m, "has the same registers as", WAIVE_NOT);
	if (f->page_pairs.is_cut)
		diag_error(d, r, f->model->at, "so many devices have the same"
			   " registers that not all were compared");
}

static void page_two_cells(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	struct meetings m = drop_waived(f, find_meetings(f, MEET_TWO_CELLS));

	report(f, r, d, &m, "shares a 4 KiB page with", WAIVE_PAGE);
}

static void page_hypervisor(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	struct meetings m = find_meetings(f, MEET_KEPT);

	report(f, r, d, &m, "shares a 4 KiB page with what the hypervisor"
	       " keeps,", WAIVE_NOT);
}

static void page_stranger(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	struct meetings m = drop_waived(f, find_meetings(f, MEET_STRANGER));

	report(f, r, d, &m, "shares a 4 KiB page with what nobody has,",
	       WAIVE_PAGE);
}

static bool reaches_memory(const struct page_claim *p)
{
	return p->device->can_dma || (p->grant && p->grant->dma_because);
}

/* The statement of the rest is about all in it, where it made the edges. */
static bool is_said_of_rest(const struct facts *f, const struct grant *g)
{
	return g->is_from_rest && g->cell->rest_dma_because &&
	       f->dma[g->cell->index];
}

static void add_reaching(const struct facts *f, struct meetings *m,
			 const struct page_claim *own,
			 const struct page_claim *other)
{
	if (!own->grant || reaches_memory(own) || !reaches_memory(other) ||
	    is_said_of_rest(f, own->grant) ||
	    kept_reason(f->model, other->device))
		return;
	m->list = arena_grow(f->arena, m->list, m->n, sizeof(*m->list));
	m->list[m->n++] = (struct meeting){ own->device, other->device };
}

/*
 * Who has the page drives what reaches memory, whoever else has that, and a
 * `shared page` speaks of the page alone. A disabled node at the very same
 * registers is the same device, and its signs are signs of this one.
 */
static void page_dma(const struct facts *f, const struct rule *r,
		     struct diag *d)
{
	struct meetings m = { 0 };

	for (size_t i = 0; i < f->page_pairs.n; i++) {
		const struct page_claim *a =
			&f->pages[f->page_pairs.pairs[i].a];
		const struct page_claim *b =
			&f->pages[f->page_pairs.pairs[i].b];

		add_reaching(f, &m, a, b);
		add_reaching(f, &m, b, a);
	}
	drop_repeated(&m);
	m = list_end(f, m);
	report(f, r, d, &m, "shares a 4 KiB page with what can reach all memory"
	       " by DMA,", WAIVE_DMA);
}

static void mark_used(const struct facts *f, enum meeting_kind kind,
		      bool *is_used)
{
	const struct device *first = f->model->board->devices;
	struct meetings m = find_meetings(f, kind);

	for (size_t i = 0; i < m.n; i++)
		is_used[m.list[i].one - first] =
			is_used[m.list[i].two - first] = true;
}

static void waiver_unused(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct board *b = f->model->board;
	bool *is_used = arena_array(f->arena, b->n_devices, sizeof(*is_used));

	mark_used(f, MEET_TWO_CELLS, is_used);
	mark_used(f, MEET_STRANGER, is_used);
	mark_used(f, MEET_KEPT, is_used);
	for (size_t i = 0; i < f->model->n_shared_pages; i++) {
		const struct shared_device *s = &f->model->shared_pages[i];

		if (!is_used[s->device - b->devices])
			diag_warn(d, r, s->at, "no page of '%s' is shared",
				  s->device->path);
	}
}

static const struct check checks[] = {
	{ .rule = { "device-overlap", "no two cells have the same registers" },
	  .run = device_overlap },
	{ .rule = { "page-two-cells", "devices of two cells share a page only"
	    " where the file says so" }, .run = page_two_cells },
	{ .rule = { "page-hypervisor", "no page of a cell holds registers that"
	    " the hypervisor keeps" }, .run = page_hypervisor },
	{ .rule = { "page-stranger", "a page of a cell holds registers of its"
	    " own devices only, unless the file says so" },
	  .run = page_stranger },
	{ .rule = { "page-dma", "whose page holds registers of a device that"
	    " reaches memory says so" }, .run = page_dma },
	{ .rule = { "waiver-unused", "what is waived would be refused" },
	  .run = waiver_unused, .kind = CHECK_WARNING },
};

const struct check_family family_page = { "page", checks, ARRAY_SIZE(checks) };
