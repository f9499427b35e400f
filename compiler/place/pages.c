/* SPDX-License-Identifier: BSD-2-Clause */
#include "place/pages.h"

#include "base/arena.h"

static void add_around(struct ranges *r, struct pa_range range)
{
	struct pa_range pages = pages_around(range);

	ranges_add(r, pages.base.u, pa_last(pages).u);
}

struct ranges *pages_of_board(struct arena *a, const struct board *b)
{
	const struct interrupt_controller *c = &b->controller;
	struct ranges *r = arena_alloc(a, sizeof(*r));

	r->arena = a;
	for (size_t i = 0; i < b->n_memory; i++)
		add_around(r, b->memory[i].range);
	for (size_t i = 0; i < b->n_reserved; i++)
		add_around(r, b->reserved[i].range);
	for (size_t i = 0; i < b->n_devices; i++)
		for (size_t k = 0; k < b->devices[i].n_regs; k++)
			add_around(r, b->devices[i].regs[k].range);
	/* The interrupt controller need not be among the devices. */
	if (c->is_present)
		add_around(r, c->distributor);
	for (size_t i = 0; c->is_present && i < c->n_redistributors; i++)
		add_around(r, c->redistributors[i]);
	return r;
}

struct pages pages_new(struct arena *a, const struct board *board,
		       struct ranges *of_board)
{
	return (struct pages){
		.board = board, .of_board = of_board,
		.held = { .arena = a }, .apart = { .arena = a },
	};
}

void pages_hold(struct pages *p, struct ipa_range range)
{
	ranges_add(&p->held, range.base.u, ipa_last(range).u);
	ranges_add(&p->apart, range.base.u, ipa_last(range).u);
}

void pages_hold_identity(struct pages *p, struct pa_range range)
{
	ranges_add(&p->held, range.base.u, pa_last(range).u);
}

bool pages_are_free(struct pages *p, struct ipa_range range)
{
	return !ranges_touch(&p->held, range.base.u, ipa_last(range).u);
}

struct ipa_range ipa_of_identity(struct pa_range r)
{
	return (struct ipa_range){ { r.base.u }, r.size };
}

struct pa_range pages_around(struct pa_range r)
{
	uint64_t base = r.base.u & ~(GRANULE - 1);
	uint64_t last = pa_last(r).u | (GRANULE - 1);

	return (struct pa_range){ { base }, last - base + 1 };
}

/*
 * Moves *at behind what the set has in [*at, *at + size). False: there is
 * nothing behind.
 */
static bool step_over(struct ranges *set, uint64_t size, uint64_t *at,
		      bool *has_moved)
{
	const struct range *r = ranges_from(set, *at);

	if (!r || (r->first > *at && r->first - *at >= size))
		return true;
	*has_moved = true;
	return add_u64(r->last, 1, at);
}

static bool find_from(struct pages *p, uint64_t size, uint64_t align,
		      uint64_t at, ipa_t *out)
{
	uint64_t limit = UINT64_C(1) << p->board->address_bits;

	for (bool has_moved = true; has_moved; ) {
		uint64_t end;

		has_moved = false;
		if (!align_up_u64(at, align, &at) || !add_u64(at, size, &end) ||
		    end > limit || !step_over(&p->held, size, &at, &has_moved) ||
		    !step_over(p->of_board, size, &at, &has_moved))
			return false;
	}
	out->u = at;
	return true;
}

bool pages_find(struct pages *p, uint64_t size, uint64_t align, ipa_t from,
		ipa_t *out)
{
	/* Not address 0: in the ABI it says that there is no page. */
	return find_from(p, size, align, from.u ? from.u : GRANULE, out) ||
	       find_from(p, size, align, GRANULE, out);
}
