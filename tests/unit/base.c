/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/source.h"
#include "base/suggest.h"
#include "base/units.h"
#include "base/utf8.h"

Test(base, arena_memory_is_zeroed_and_stays)
{
	struct arena *a = arena_new();
	char *first = arena_printf(a, "%d cells", 3);

	for (size_t size = 1; size < 300000; size *= 3) {
		const unsigned char *p = arena_alloc(a, size);

		for (size_t i = 0; i < size; i++)
			cr_assert_eq(p[i], 0);
	}
	cr_expect_str_eq(first, "3 cells");
	arena_free(a);
}

Test(base, arena_list_grows_without_losing_anything)
{
	struct arena *a = arena_new();
	size_t *list = NULL;

	for (size_t n = 0; n < 1000; n++) {
		list = arena_grow(a, list, n, sizeof(*list));
		list[n] = n;
	}
	for (size_t n = 0; n < 1000; n++)
		cr_assert_eq(list[n], n);
	arena_free(a);
}

Test(base, array_whose_size_wraps_is_out_of_memory,
     .exit_code = EXIT_ENVIRONMENT)
{
	arena_array(arena_new(), SIZE_MAX / 2, 3);
}

Test(base, sums_and_products_beyond_64_bits_are_refused)
{
	uint64_t out = 7;

	cr_expect(add_u64(UINT64_MAX, 0, &out) && out == UINT64_MAX);
	cr_expect(!add_u64(UINT64_MAX, 1, &out) && out == UINT64_MAX);
	cr_expect(mul_u64(UINT64_MAX, 1, &out) && out == UINT64_MAX);
	cr_expect(mul_u64(0, UINT64_MAX, &out) && out == 0);
	cr_expect(!mul_u64(UINT64_C(1) << 32, UINT64_C(1) << 32, &out));
	cr_expect(align_up_u64(4097, GRANULE, &out) && out == 8192);
	cr_expect(align_up_u64(4096, GRANULE, &out) && out == 4096);
	cr_expect(!align_up_u64(UINT64_MAX, GRANULE, &out));
}

Test(base, range_may_end_with_the_address_space_and_not_behind)
{
	struct pa_range r;

	cr_expect(pa_range_make(UINT64_MAX - 0xfff, 0x1000, &r));
	cr_expect_eq(pa_last(r).u, UINT64_MAX);
	cr_expect(!pa_range_make(UINT64_MAX - 0xfff, 0x1001, &r));
	cr_expect(!pa_range_make(0x1000, 0, &r));
}

Test(base, ranges_that_touch_do_not_overlap)
{
	struct pa_range a, b, c;

	cr_assert(pa_range_make(0x1000, 0x1000, &a));
	cr_assert(pa_range_make(0x2000, 0x1000, &b));
	cr_assert(pa_range_make(0x1fff, 0x2, &c));
	cr_expect(!pa_overlap(a, b));
	cr_expect(pa_overlap(a, c) && pa_overlap(c, b));
	cr_expect_eq(pa_common(a, c), 1);
	cr_expect_eq(pa_common(a, b), 0);
	cr_expect(pa_contains(a, a) && !pa_contains(a, c));
}

Test(base, utf8_refuses_what_the_standard_refuses)
{
	uint32_t c;

	cr_expect_eq(utf8_decode("\xc3\xa4", 2, &c), 2);
	cr_expect_eq(c, 0xe4);
	cr_expect_eq(utf8_decode("\xf4\x8f\xbf\xbf", 4, &c), 4);
	cr_expect_eq(utf8_decode("\xc0\x80", 2, &c), 0);	/* overlong */
	cr_expect_eq(utf8_decode("\xed\xa0\x80", 3, &c), 0);	/* surrogate */
	cr_expect_eq(utf8_decode("\xf4\x90\x80\x80", 4, &c), 0);
	cr_expect_eq(utf8_decode("\xe2\x80", 2, &c), 0);	/* cut */
	cr_expect_eq(utf8_decode("\x80", 1, &c), 0);
	cr_expect(utf8_is_deceptive(0x202e));
	cr_expect(!utf8_is_deceptive(0xe4));
}

static const char *suggestion(const char *word)
{
	static const char *const words[] = {
		"interrupts", "memory", "cpus", "cell", "console" };
	struct suggest s = suggest_for(word);

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		suggest_offer(&s, words[i]);
	return s.best ? s.best : "";
}

Test(base, suggestion_is_near_or_none)
{
	cr_expect_str_eq(suggestion("intterupts"), "interrupts");
	cr_expect_str_eq(suggestion("memroy"), "memory");
	cr_expect_str_eq(suggestion("cpu"), "cpus");
	cr_expect_str_eq(suggestion("banana"), "");
	cr_expect_str_eq(suggestion("x"), "");
	cr_expect_str_eq(suggestion(""), "");
}

Test(base, source_refuses_what_is_not_a_file_of_text)
{
	struct arena *a = arena_new();
	struct source *s = source_new(a);
	struct source_text t;
	const char *why = NULL;

	cr_expect_eq(source_add_file(s, "/dev/zero", &t, &why),
		     SOURCE_UNREADABLE);
	cr_expect_str_eq(why, "is not a regular file");
	cr_expect_eq(source_add_file(s, "/", &t, &why), SOURCE_UNREADABLE);
	cr_expect_str_eq(why, "is a directory");
	cr_expect_eq(source_add_file(s, "/nonexistent", &t, &why),
		     SOURCE_UNREADABLE);
	cr_expect_str_eq(why, "no such file");
	arena_free(a);
}

Test(base, source_finds_line_and_column_in_the_right_file)
{
	struct arena *a = arena_new();
	struct source *s = source_new(a);
	struct source_text one, two;
	struct source_place p;
	const char *why;

	cr_assert_eq(source_add_text(s, "one", "ab\n", 3, &one, &why),
		     SOURCE_ADDED);
	cr_assert_eq(source_add_text(s, "two", "c\ndef", 5, &two, &why),
		     SOURCE_ADDED);

	struct span at = { two.base + 3, two.base + 5 };

	cr_assert(source_find(s, at, &p));
	cr_expect_str_eq(p.name, "two");
	cr_expect(p.line == 2 && p.column == 2);
	cr_expect(p.from == 1 && p.to == 3);
	cr_assert(source_find(s, (struct span){ one.base + 3, 0 }, &p));
	cr_expect(p.line == 2 && p.column == 1);
	cr_expect(!source_find(s, (struct span){ 0, 0 }, &p));
	arena_free(a);
}
