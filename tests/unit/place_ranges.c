/* SPDX-License-Identifier: BSD-2-Clause */
/* place/ranges.c against an array of bytes, one for each address. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/arena.h"
#include "place/ranges.h"

#define N 256

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

static void agree(struct ranges *r, const unsigned char *has)
{
	for (unsigned at = 0; at < N; at++) {
		const struct range *from = ranges_from(r, at);
		unsigned first = at;

		while (first < N && !has[first])
			first++;
		cr_assert_eq(ranges_touch(r, at, at), has[at], "%u", at);
		cr_assert_eq(!from, first == N, "%u", at);
		if (from)
			cr_assert_eq(from->first > at ? from->first : at, first);
	}
	for (size_t i = 1; i < r->n; i++)
		cr_assert_lt(r->list[i - 1].last + 1, r->list[i].first);
}

static void add_some(uint32_t seed, unsigned n, unsigned batch)
{
	struct arena *a = arena_new();
	struct ranges r = { .arena = a };
	unsigned char has[N] = { 0 };

	for (unsigned i = 0; i < n; i++) {
		unsigned first = next(&seed) % N, size = next(&seed) % 6;
		unsigned last = first + size < N ? first + size : N - 1;

		ranges_add(&r, first, last);
		memset(has + first, 1, last - first + 1);
		if ((i + 1) % batch == 0)
			agree(&r, has);
	}
	agree(&r, has);
	arena_free(a);
}

Test(place_ranges, one_by_one)
{
	for (uint32_t seed = 0; seed < 20; seed++)
		add_some(seed, 60, 1);
}

Test(place_ranges, many_at_once)
{
	for (uint32_t seed = 0; seed < 20; seed++)
		add_some(seed, 60, 17 + seed % 23);
}

Test(place_ranges, an_empty_set_touches_nothing)
{
	struct ranges r = { 0 };

	cr_assert_null(ranges_from(&r, 0));
	cr_assert_not(ranges_touch(&r, 0, UINT64_MAX));
}

Test(place_ranges, the_last_address_is_one_like_any)
{
	struct arena *a = arena_new();
	struct ranges r = { .arena = a };

	ranges_add(&r, UINT64_MAX - 1, UINT64_MAX);
	ranges_add(&r, UINT64_MAX, UINT64_MAX);
	ranges_add(&r, 0, 0);
	cr_assert(ranges_touch(&r, UINT64_MAX, UINT64_MAX));
	cr_assert_eq(r.n, 2);
	cr_assert_not(ranges_touch(&r, 1, UINT64_MAX - 2));
	arena_free(a);
}
