/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.c - physical memory: every byte has one owner, which the board says
 * it has, in granules that stage 2 can map.
 *
 * What hvcc places it places apart; these rules are about stated addresses.
 */
#include "check/families.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"

static bool is_guest_memory(const struct claim *c)
{
	return c->kind == CLAIM_REGION || c->kind == CLAIM_CHANNEL;
}

static void report_overlap(const struct facts *f, const struct rule *r,
			   struct diag *d, const struct claim *one,
			   const struct claim *two)
{
	diag_error(d, r, two->at, "'%s' overlaps '%s' by %s", two->name,
		   one->name, size_text(f, pa_common(one->range, two->range)));
	diag_note(d, one->at, "'%s' is here, at 0x%" PRIx64 "..0x%" PRIx64,
		  one->name, one->range.base.u, pa_last(one->range).u);
}

/* Where so many overlap that the rest was not looked at. */
static void report_cut(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	diag_error(d, r, f->model->at,
		   "so many ranges overlap that not all were compared");
}

static void mem_overlap(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	/* First: of so many errors the last are only counted. */
	if (f->claim_pairs.is_cut)
		report_cut(f, r, d);
	for (size_t i = 0; i < f->claim_pairs.n; i++) {
		const struct claim *a = &f->claims[f->claim_pairs.pairs[i].a];
		const struct claim *b = &f->claims[f->claim_pairs.pairs[i].b];

		if (a->kind != CLAIM_REGION || b->kind != CLAIM_REGION ||
		    a->cell == b->cell)
			continue;
		report_overlap(f, r, d, a, b);
		diag_help(d, "declare a channel if both cells are meant to see"
			  " it");
	}
}

/* Two mappings of one byte could differ in cacheability or permission. */
static void mem_twice(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	for (size_t i = 0; i < f->claim_pairs.n; i++) {
		const struct claim *a = &f->claims[f->claim_pairs.pairs[i].a];
		const struct claim *b = &f->claims[f->claim_pairs.pairs[i].b];

		/* Only a region has a cell. */
		if (a->cell && a->cell == b->cell)
			report_overlap(f, r, d, a, b);
	}
}

/* The hypervisor stands before regions and channels, so it is always a. */
static void mem_hypervisor(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	for (size_t i = 0; i < f->claim_pairs.n; i++) {
		const struct claim *a = &f->claims[f->claim_pairs.pairs[i].a];
		const struct claim *b = &f->claims[f->claim_pairs.pairs[i].b];

		if (a->kind != CLAIM_HYPERVISOR)
			continue;
		report_overlap(f, r, d, a, b);
		diag_help(d, "leave out the hypervisor's address, and hvcc"
			  " finds room for it");
	}
}

/* A cell is given whole pages, and what is reserved in them. */
static void device_reserved(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	const struct board *b = f->model->board;
	size_t n = f->n_pages + b->n_reserved;
	struct sweep_item *items = arena_array(f->arena, n, sizeof(*items));
	struct sweep_pairs pairs;

	/* The groups meet each other only; what nobody has meets nothing. */
	for (size_t i = 0; i < f->n_pages; i++)
		items[i] = (struct sweep_item){
			f->pages[i].pages.base.u, pa_last(f->pages[i].pages).u,
			f->pages[i].grant ? 1 : 0 };
	for (size_t i = 0; i < b->n_reserved; i++)
		items[f->n_pages + i] = (struct sweep_item){
			b->reserved[i].range.base.u,
			pa_last(b->reserved[i].range).u, 0 };
	pairs = sweep(f->arena, items, n);
	if (pairs.is_cut)
		report_cut(f, r, d);
	for (size_t i = 0; i < pairs.n; i++) {
		const struct page_claim *p = &f->pages[pairs.pairs[i].a];
		const struct board_memory *m;

		/* A device that nobody has is in the group of the reserved. */
		if (pairs.pairs[i].b < f->n_pages)
			continue;
		m = &b->reserved[pairs.pairs[i].b - f->n_pages];
		diag_error(d, r, p->grant->at, "'%s' of '%s' has registers in"
			   " reserved memory '%s'", p->device->path,
			   p->grant->cell->name, m->name);
		diag_note(d, m->at, "'%s' is here, at 0x%" PRIx64 "..0x%"
			  PRIx64, m->name, m->range.base.u,
			  pa_last(m->range).u);
	}
}

static void mem_reserved(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	device_reserved(f, r, d);
	for (size_t i = 0; i < f->claim_pairs.n; i++) {
		const struct claim *a = &f->claims[f->claim_pairs.pairs[i].a];
		const struct claim *b = &f->claims[f->claim_pairs.pairs[i].b];

		if (a->kind == CLAIM_RESERVED)
			report_overlap(f, r, d, a, b);
	}
}

static void mem_device(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->claim_pairs.n; i++) {
		const struct claim *a = &f->claims[f->claim_pairs.pairs[i].a];
		const struct claim *b = &f->claims[f->claim_pairs.pairs[i].b];

		if (a->kind == CLAIM_DEVICE)
			report_overlap(f, r, d, a, b);
	}
}

static void channel_overlap(const struct facts *f, const struct rule *r,
			    struct diag *d)
{
	for (size_t i = 0; i < f->claim_pairs.n; i++) {
		const struct claim *a = &f->claims[f->claim_pairs.pairs[i].a];
		const struct claim *b = &f->claims[f->claim_pairs.pairs[i].b];

		if (b->kind == CLAIM_CHANNEL && is_guest_memory(a))
			report_overlap(f, r, d, a, b);
	}
}

/* ---- inside the board --------------------------------------------------- */

struct runs { struct pa_range *list; size_t n; };

static int by_base(const void *left, const void *right)
{
	const struct pa_range *a = left, *b = right;

	return (a->base.u > b->base.u) - (a->base.u < b->base.u);
}

/* The board's memory, with neighbours joined: a region may lie in two. */
static struct runs memory_runs(const struct facts *f)
{
	const struct board *b = f->model->board;
	struct runs runs = {
		arena_array(f->arena, b->n_memory, sizeof(*runs.list)), 0,
	};

	for (size_t i = 0; i < b->n_memory; i++)
		runs.list[i] = b->memory[i].range;
	qsort(runs.list, b->n_memory, sizeof(*runs.list), by_base);
	for (size_t i = 0; i < b->n_memory; i++) {
		struct pa_range next = runs.list[i];
		struct pa_range *open = &runs.list[runs.n - (runs.n > 0)];
		uint64_t last = pa_last(*open).u;

		if (!runs.n || (next.base.u > last && next.base.u - last > 1)) {
			runs.list[runs.n++] = next;
			continue;
		}
		if (pa_last(next).u > last)
			open->size = pa_last(next).u - open->base.u + 1;
	}
	return runs;
}

static bool is_inside(const struct runs *runs, struct pa_range range)
{
	size_t low = 0, high = runs->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (pa_contains(runs->list[middle], range))
			return true;
		if (runs->list[middle].base.u > range.base.u)
			high = middle;
		else
			low = middle + 1;
	}
	return false;
}

static void mem_outside_board(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	const struct board *b = f->model->board;
	struct runs runs = memory_runs(f);

	/* A board without memory is no board: resolve has said so. */
	for (size_t i = 0; runs.n && i < f->n_claims; i++) {
		const struct claim *c = &f->claims[i];

		if (c->kind == CLAIM_RESERVED || c->kind == CLAIM_DEVICE ||
		    is_inside(&runs, c->range))
			continue;
		diag_error(d, r, c->at, "'%s' at 0x%" PRIx64 "..0x%" PRIx64
			   " is not all inside the board's memory", c->name,
			   c->range.base.u, pa_last(c->range).u);
		for (size_t k = 0; k < runs.n && k < 8; k++)
			diag_note(d, b->at, "the board has memory at 0x%" PRIx64
				  "..0x%" PRIx64, runs.list[k].base.u,
				  pa_last(runs.list[k]).u);
	}
}

/* ---- shape -------------------------------------------------------------- */

static void must_align(const struct rule *r, struct diag *d, const char *owner,
		       const char *name, struct span at, uint64_t value,
		       const char *what)
{
	if (is_aligned(value, GRANULE))
		return;
	diag_error(d, r, at, "the %s of '%s%s%s' is 0x%" PRIx64
		   ", not a multiple of 4 KiB", what, owner,
		   *owner ? "." : "", name, value);
	diag_help(d, "0x%" PRIx64 " is the next below",
		  value & ~(GRANULE - 1));
}

static void mem_alignment(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct hypervisor *h = &f->model->hypervisor;

	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *g = &c->regions[k];

			must_align(r, d, c->name, g->name, g->at_size,
				   g->size, "size");
			must_align(r, d, c->name, g->name, g->at_pa,
				   g->pa.u, "address");
			must_align(r, d, c->name, g->name, g->at_ipa,
				   g->ipa.u, "address in the cell");
		}
	}
	must_align(r, d, "", "hypervisor", h->at, h->pa.u, "address");
	must_align(r, d, "", "hypervisor", h->at, h->size, "size");
}

static void mem_wraps(const struct facts *f, const struct rule *r,
		      struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *g = &c->regions[k];
			uint64_t base = g->pa.u;

			if (g->ipa.u > base)
				base = g->ipa.u;
			/* Size 0 is a rest, which has no address. */
			if (g->size - 1 <= UINT64_MAX - base)
				continue;
			diag_error(d, r, g->at, "'%s.%s' begins at 0x%" PRIx64
				   " and would end behind the last address",
				   c->name, g->name, base);
		}
	}
}

/* ---- what it costs ------------------------------------------------------ */

static void mem_no_blocks(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_regions; k++) {
			const struct region *g = &c->regions[k];

			if (!g->has_pa || !g->has_ipa || g->size < BLOCK ||
			    is_aligned(g->pa.u - g->ipa.u, BLOCK))
				continue;
			diag_remark(d, r, g->at, "'%s.%s' is mapped by 4 KiB"
				    " pages: 0x%" PRIx64 " and 0x%" PRIx64
				    " differ in their offset in 2 MiB",
				    c->name, g->name, g->pa.u, g->ipa.u);
		}
	}
}

static void mem_write_execute(const struct facts *f, const struct rule *r,
			      struct diag *d)
{
	for (size_t i = 0; i < f->model->n_cells; i++) {
		const struct cell *c = &f->model->cells[i];

		for (size_t k = 0; k < c->n_regions; k++)
			if (c->regions[k].access.may_write &&
			    c->regions[k].access.may_execute)
				diag_remark(d, r, c->regions[k].at, "'%s.%s'"
					    " can be written and executed",
					    c->name, c->regions[k].name);
	}
}

static const struct check checks[] = {
	{ .rule = { "mem-overlap", "no two cells have the same memory" }, .run = mem_overlap },
	{ .rule = { "mem-twice", "a cell has each byte of memory once" }, .run = mem_twice },
	{ .rule = { "mem-hypervisor", "the hypervisor's memory is nobody else's" },
	  .run = mem_hypervisor },
	{ .rule = { "mem-reserved", "what the board reserves is given to nobody" },
	  .run = mem_reserved },
	{ .rule = { "mem-device", "memory is not where a device has its registers" },
	  .run = mem_device },
	{ .rule = { "channel-overlap", "a channel's memory is no cell's own and no"
	    " other channel's" }, .run = channel_overlap },
	{ .rule = { "mem-outside-board", "memory is where the board has memory" },
	  .run = mem_outside_board },
	{ .rule = { "mem-alignment", "addresses and sizes of memory are multiples of"
	    " 4 KiB" }, .run = mem_alignment },
	{ .rule = { "mem-wraps", "memory ends before the last address" }, .run = mem_wraps },
	{ .rule = { "mem-no-blocks", "memory of 2 MiB and more has the same offset in"
	    " 2 MiB in the cell as on the board" }, .run = mem_no_blocks,
	  .kind = CHECK_NOTE },
	{ .rule = { "mem-write-execute", "memory is written or executed, not both" },
	  .run = mem_write_execute, .kind = CHECK_NOTE },
};

const struct check_family family_memory = {
	"memory", checks, ARRAY_SIZE(checks),
};
