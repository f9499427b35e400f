/* SPDX-License-Identifier: BSD-2-Clause */
#include "place/ranges.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* So few are moved to their places one by one; more are sorted. */
#define FEW 16
#define ROOM_MIN 8

void ranges_add(struct ranges *r, uint64_t first, uint64_t last)
{
	/* Not arena_grow: the list also becomes shorter. */
	if (r->n == r->room) {
		size_t room = r->room ? 2 * r->room : ROOM_MIN;
		struct range *more = arena_array(r->arena, room, sizeof(*more));

		if (r->n)
			memcpy(more, r->list, r->n * sizeof(*more));
		r->list = more;
		r->room = room;
	}
	r->list[r->n++] = (struct range){ first, last };
}

static int by_first(const void *left, const void *right)
{
	const struct range *a = left, *b = right;

	return (a->first > b->first) - (a->first < b->first);
}

/* Puts list[i] where it belongs in list[0..i), which is sorted. */
static void insert(struct ranges *r, size_t i)
{
	struct range new = r->list[i];
	size_t low = 0, high = i;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->list[middle].first <= new.first)
			low = middle + 1;
		else
			high = middle;
	}
	memmove(&r->list[low + 1], &r->list[low],
		(i - low) * sizeof(*r->list));
	r->list[low] = new;
}

static void join(struct ranges *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		struct range *last = n ? &r->list[n - 1] : NULL;

		if (!last || (last->last != UINT64_MAX &&
			      last->last + 1 < r->list[i].first))
			r->list[n++] = r->list[i];
		else if (r->list[i].last > last->last)
			last->last = r->list[i].last;
	}
	r->n = r->n_settled = n;
}

void ranges_settle(struct ranges *r)
{
	if (r->n == r->n_settled)
		return;
	if (r->n - r->n_settled <= FEW)
		for (size_t i = r->n_settled; i < r->n; i++)
			insert(r, i);
	else
		qsort(r->list, r->n, sizeof(*r->list), by_first);
	join(r);
}

const struct range *ranges_from(struct ranges *r, uint64_t at)
{
	size_t low = 0, high;

	ranges_settle(r);
	for (high = r->n; low < high; ) {
		size_t middle = low + (high - low) / 2;

		if (r->list[middle].last < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->n ? &r->list[low] : NULL;
}

bool ranges_touch(struct ranges *r, uint64_t first, uint64_t last)
{
	const struct range *next = ranges_from(r, first);

	return next && next->first <= last;
}
