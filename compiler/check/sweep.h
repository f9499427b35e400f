/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sweep.h - which of many ranges overlap.
 *
 * Sorts and walks once, so that a file with a hundred thousand regions takes
 * no longer than reading it. Includes base.
 */
#ifndef CHECK_SWEEP_H
#define CHECK_SWEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct sweep_item {
	uint64_t first, last;	/* both inside */
	uint32_t group;		/* two of one group are not a pair */
};

struct sweep_pair { size_t a, b; };	/* indices of the items; a < b */

struct sweep_pairs {
	const struct sweep_pair *pairs;
	size_t n;
	/*
	 * So many ranges lie on top of each other that not all pairs were
	 * looked at: the caller must report an error.
	 */
	bool is_cut;
};

/* qsort, also of a list that has no elements and so no address. */
void list_sort(void *list, size_t n, size_t size,
	       int (*compare)(const void *left, const void *right));

struct sweep_pairs sweep(struct arena *arena, const struct sweep_item *items,
			 size_t n);

#endif
