/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * slots.h - a perfect hash of granule numbers, as hv_cell.mmio_slots has it.
 *
 * A granule is in slot (uint32_t)(granule * multiplier) >> shift, and no two
 * share one: whoever looks it up multiplies, shifts and loads, and never
 * searches. The same granules give the same answer. Includes base.
 */
#ifndef PLACE_SLOTS_H
#define PLACE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct slots { uint32_t multiplier, shift; };

static inline uint32_t slots_at(struct slots s, uint64_t granule)
{
	return (uint32_t)(granule * s.multiplier) >> s.shift;
}

static inline size_t slots_count(struct slots s)
{
	return (size_t)1 << (32 - s.shift);
}

/* False: none was found, which takes granules that are 2^32 apart. */
bool slots_find(struct arena *arena, const uint64_t *granules, size_t n,
		struct slots *out) __attribute__((warn_unused_result));

#endif
