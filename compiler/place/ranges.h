/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ranges.h - a set of addresses that grows and is read in order.
 *
 * Kept as ranges that neither overlap nor touch, sorted; what was added since
 * the last look is sorted in by the next one, so that a hundred thousand
 * regions cost one sort, and one more costs one step through the list.
 * Includes nothing of ours.
 */
#ifndef PLACE_RANGES_H
#define PLACE_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct range { uint64_t first, last; };	/* both inside */

struct ranges {
	struct arena *arena;
	struct range *list;
	size_t n;		/* before ranges_settle: with what was added */
	size_t n_settled, room;
};

void ranges_add(struct ranges *r, uint64_t first, uint64_t last);
/* Sorts in what was added: list[0..n) are the set's ranges. */
void ranges_settle(struct ranges *r);
/* The lowest range that ends at or above `at`, or NULL. */
const struct range *ranges_from(struct ranges *r, uint64_t at);
bool ranges_touch(struct ranges *r, uint64_t first, uint64_t last);

#endif
