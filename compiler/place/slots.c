/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest table for which one of a fixed row of multipliers does. Trapped
 * granules are a few runs (the interrupt controller's frames) and single pages.
 */
#include "place/slots.h"

#include "base/arena.h"

#define BITS_MAX 20u
/* Granules looked at for one size of table before the next is tried. */
#define STEPS_MAX 32768u
/* An odd number near 2^32 over the golden ratio: its multiples spread well. */
#define SPREAD UINT32_C(0x9e3779b1)

/*
 * Even ones step a run from each slot to the next, and a little more, so that
 * runs stay whole and only their starts move; the first of all is a mask. Odd
 * ones scatter.
 */
static uint32_t multiplier(uint32_t shift, uint32_t attempt)
{
	uint32_t m = attempt * SPREAD;

	if (attempt % 2)
		return m | 1;
	return (UINT32_C(1) << shift) + (m >> (32 - shift + 2));
}

/* taken_by: by slot, the last attempt that used it, counted from 1. */
static bool is_perfect(const uint64_t *granules, size_t n, struct slots s,
		       uint32_t *taken_by, uint32_t attempt, size_t *steps)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t *slot = &taken_by[slots_at(s, granules[i])];

		++*steps;
		if (*slot == attempt + 1)
			return false;
		*slot = attempt + 1;
	}
	return true;
}

static bool find_of_size(const uint64_t *granules, size_t n, uint32_t bits,
			 uint32_t *taken_by, struct slots *out)
{
	size_t steps = 0;

	for (uint32_t i = 0; steps < STEPS_MAX; i++) {
		struct slots s = { multiplier(32 - bits, i), 32 - bits };

		if (!is_perfect(granules, n, s, taken_by, i, &steps))
			continue;
		*out = s;
		return true;
	}
	return false;
}

bool slots_find(struct arena *arena, const uint64_t *granules, size_t n,
		struct slots *out)
{
	for (uint32_t bits = 1; bits <= BITS_MAX; bits++) {
		uint32_t *taken_by;

		if ((size_t)1 << bits < n)
			continue;
		taken_by = arena_array(arena, (size_t)1 << bits,
				       sizeof(*taken_by));
		if (find_of_size(granules, n, bits, taken_by, out))
			return true;
	}
	return false;
}
