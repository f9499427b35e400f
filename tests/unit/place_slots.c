/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/arena.h"
#include "place/slots.h"

struct list { uint64_t granules[4096]; size_t n; };

static void run(struct list *l, uint64_t first, size_t n)
{
	for (size_t i = 0; i < n; i++)
		l->granules[l->n++] = first + i;
}

static bool are_apart(const struct list *l, struct slots s)
{
	for (size_t i = 0; i < l->n; i++)
		for (size_t k = 0; k < i; k++)
			if (slots_at(s, l->granules[i]) ==
			    slots_at(s, l->granules[k]))
				return false;
	return true;
}

static struct slots find(const struct list *l)
{
	struct slots s = { 0, 0 };

	cr_assert(slots_find(arena_new(), l->granules, l->n, &s));
	for (size_t i = 0; i < l->n; i++)
		cr_assert_lt(slots_at(s, l->granules[i]), slots_count(s));
	return s;
}

Test(place_slots, frames_of_one_cpu_fill_the_smallest_table)
{
	for (uint64_t cpu = 0; cpu < 64; cpu++) {
		struct list l = { .n = 0 };

		run(&l, 0x8000, 16);
		run(&l, 0x80a0 + 32 * cpu, 32);
		run(&l, 0x9000, 1);
		cr_expect_eq(slots_count(find(&l)), 64, "CPU %u", (unsigned)cpu);
		cr_expect(are_apart(&l, find(&l)));
	}
}

Test(place_slots, frames_of_64_cpus_have_a_table_of_twice_as_many)
{
	struct list l = { .n = 0 };

	run(&l, 0x2f000, 16);
	run(&l, 0x2f100, 64 * 32);
	run(&l, 0x1c090, 1);
	cr_expect_eq(slots_count(find(&l)), 4096);
	cr_expect(are_apart(&l, find(&l)));
}

Test(place_slots, one_page_has_a_table)
{
	struct list l = { { 0xfffffffff }, 1 };

	cr_expect_eq(slots_count(find(&l)), 2);
}

Test(place_slots, pages_anywhere_have_a_table)
{
	struct list l = { .n = 0 };

	for (uint64_t i = 0; i < 300; i++)
		run(&l, i * i * i % 1000003, 1);
	cr_expect_leq(slots_count(find(&l)), 1 << 14);
	cr_expect(are_apart(&l, find(&l)));
}

Test(place_slots, pages_above_4_gib_are_found_by_their_low_bits)
{
	struct list l = { .n = 0 };

	run(&l, 0x123400000, 16);
	run(&l, 0x823480000, 64);
	cr_expect_leq(slots_count(find(&l)), 256);
	cr_expect(are_apart(&l, find(&l)));
}

Test(place_slots, the_same_pages_have_the_same_table)
{
	struct list l = { .n = 0 };
	struct slots a, b;

	run(&l, 0x8000, 16);
	run(&l, 0x8100, 32);
	run(&l, 0x8160, 32);
	a = find(&l);
	b = find(&l);
	cr_expect_eq(a.multiplier, b.multiplier);
	cr_expect_eq(a.shift, b.shift);
}

Test(place_slots, pages_that_no_product_tells_apart_are_refused)
{
	const uint64_t granules[] = { 0x8000, UINT64_C(0x100008000) };
	struct slots s;

	cr_expect(!slots_find(arena_new(), granules, 2, &s));
}

Test(place_slots, no_table_has_more_than_a_million_slots)
{
	size_t n = ((size_t)1 << 20) + 1;
	uint64_t *granules = calloc(n, sizeof(*granules));
	struct slots s;

	cr_assert(granules);
	for (size_t i = 0; i < n; i++)
		granules[i] = i;
	cr_expect(slots_find(arena_new(), granules, n - 1, &s));
	cr_expect(!slots_find(arena_new(), granules, n, &s));
	free(granules);
}
