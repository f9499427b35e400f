/* SPDX-License-Identifier: BSD-2-Clause */
#include "place/pages.h"

#include "base/arena.h"

struct pages pages_new(struct arena *a, const struct board *board)
{
	return (struct pages){ .arena = a, .board = board };
}

void pages_hold(struct pages *p, struct ipa_range range)
{
	p->held = arena_grow(p->arena, p->held, p->n_held, sizeof(*p->held));
	p->held[p->n_held++] = range;
}

bool pages_are_free(const struct pages *p, struct ipa_range range)
{
	for (size_t i = 0; i < p->n_held; i++)
		if (ipa_overlap(p->held[i], range))
			return false;
	return true;
}

struct ipa_range ipa_of_identity(struct pa_range r)
{
	return (struct ipa_range){ { r.base.u }, r.size };
}

struct pa_range pa_of_identity(struct ipa_range r)
{
	return (struct pa_range){ { r.base.u }, r.size };
}

struct pa_range pages_around(struct pa_range r)
{
	uint64_t base = r.base.u & ~(GRANULE - 1);
	uint64_t last = pa_last(r).u | (GRANULE - 1);

	return (struct pa_range){ { base }, last - base + 1 };
}

/*
 * Moves *at behind range if [*at, *at + size) touches it. False: there is
 * nothing behind.
 */
static bool step_over(struct ipa_range range, uint64_t size, uint64_t *at,
		      bool *has_moved)
{
	if (!ipa_overlap(range, (struct ipa_range){ { *at }, size }))
		return true;
	*has_moved = true;
	return add_u64(ipa_last(range).u, 1, at);
}

static bool step_over_board(const struct board *b, uint64_t size, uint64_t *at,
			    bool *has_moved)
{
	for (size_t i = 0; i < b->n_memory; i++)
		if (!step_over(ipa_of_identity(pages_around(b->memory[i].range)),
			       size, at, has_moved))
			return false;
	for (size_t i = 0; i < b->n_reserved; i++)
		if (!step_over(ipa_of_identity(pages_around(b->reserved[i].range)),
			       size, at, has_moved))
			return false;
	for (size_t i = 0; i < b->n_devices; i++)
		for (size_t r = 0; r < b->devices[i].n_regs; r++)
			if (!step_over(ipa_of_identity(pages_around(
					b->devices[i].regs[r].range)),
				       size, at, has_moved))
				return false;
	return true;
}

/* The interrupt controller need not be among the devices. */
static bool step_over_controller(const struct interrupt_controller *c,
				 uint64_t size, uint64_t *at, bool *has_moved)
{
	if (!c->is_present)
		return true;
	if (!step_over(ipa_of_identity(pages_around(c->distributor)), size, at,
		       has_moved))
		return false;
	for (size_t i = 0; i < c->n_redistributors; i++)
		if (!step_over(ipa_of_identity(pages_around(c->redistributors[i])),
			       size, at, has_moved))
			return false;
	return true;
}

static bool find_from(const struct pages *p, uint64_t size, uint64_t align,
		      uint64_t at, ipa_t *out)
{
	uint64_t limit = UINT64_C(1) << p->board->address_bits;

	for (bool has_moved = true; has_moved; ) {
		uint64_t end;

		has_moved = false;
		if (!align_up_u64(at, align, &at) || !add_u64(at, size, &end) ||
		    end > limit)
			return false;
		for (size_t i = 0; i < p->n_held; i++)
			if (!step_over(p->held[i], size, &at, &has_moved))
				return false;
		if (!step_over_board(p->board, size, &at, &has_moved) ||
		    !step_over_controller(&p->board->controller, size, &at,
					  &has_moved))
			return false;
	}
	out->u = at;
	return true;
}

bool pages_find(const struct pages *p, uint64_t size, uint64_t align,
		ipa_t from, ipa_t *out)
{
	/* Not address 0: in the ABI it says that there is no page. */
	return find_from(p, size, align, from.u ? from.u : GRANULE, out) ||
	       find_from(p, size, align, GRANULE, out);
}
