/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "check/sweep.h"

static void finds(const struct sweep_item *items, size_t n,
		  const struct sweep_pair *pairs, size_t n_pairs)
{
	struct arena *a = arena_new();
	struct sweep_pairs found = sweep(a, items, n);

	cr_assert_eq(found.n, n_pairs);
	cr_expect_not(found.is_cut);
	for (size_t i = 0; i < n_pairs; i++) {
		cr_expect_eq(found.pairs[i].a, pairs[i].a);
		cr_expect_eq(found.pairs[i].b, pairs[i].b);
	}
	arena_free(a);
}

Test(check_sweep, nothing_has_no_pairs)
{
	finds(NULL, 0, NULL, 0);
}

Test(check_sweep, neighbours_do_not_overlap)
{
	finds((struct sweep_item[]){ { 0, 9, 1 }, { 10, 19, 2 } }, 2, NULL, 0);
}

Test(check_sweep, one_byte_is_an_overlap)
{
	finds((struct sweep_item[]){ { 9, 19, 1 }, { 0, 9, 2 } }, 2,
	      (struct sweep_pair[]){ { 0, 1 } }, 1);
}

Test(check_sweep, the_last_byte_of_all_counts)
{
	finds((struct sweep_item[]){ { 0, UINT64_MAX, 1 },
				     { UINT64_MAX, UINT64_MAX, 2 } }, 2,
	      (struct sweep_pair[]){ { 0, 1 } }, 1);
}

Test(check_sweep, one_group_is_no_pair)
{
	finds((struct sweep_item[]){ { 0, 9, 1 }, { 5, 14, 1 } }, 2, NULL, 0);
}

Test(check_sweep, a_long_one_meets_all_inside)
{
	finds((struct sweep_item[]){ { 20, 29, 1 }, { 0, 99, 2 },
				     { 40, 49, 3 } }, 3,
	      (struct sweep_pair[]){ { 0, 1 }, { 1, 2 } }, 2);
}

/* All of them on each other: the walk ends, and says that it did. */
static bool is_cut(size_t n, uint32_t (*group)(size_t i))
{
	struct arena *a = arena_new();
	struct sweep_item *items = arena_array(a, n, sizeof(*items));
	bool cut;

	for (size_t i = 0; i < n; i++)
		items[i] = (struct sweep_item){ 0, 9, group(i) };
	cut = sweep(a, items, n).is_cut;
	arena_free(a);
	return cut;
}

static uint32_t alone(size_t i)
{
	return (uint32_t)i;
}

static uint32_t together(size_t i)
{
	(void)i;
	return 7;
}

Test(check_sweep, too_many_pairs_are_told)
{
	cr_expect(is_cut(1000, alone));
	cr_expect_not(is_cut(100, alone));
}

Test(check_sweep, too_many_visits_are_told)
{
	cr_expect(is_cut(10000, together));
	cr_expect_not(is_cut(1000, together));
}
