/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/arena.h"
#include "report/svg_place.h"

#define BARS_MAX 200

static struct svg_bar bars[BARS_MAX];

/* n runs of that size, one behind the other. */
static int64_t place_equal(size_t n, uint64_t size)
{
	for (size_t i = 0; i < n; i++)
		bars[i] = (struct svg_bar){ .base = i * size, .size = size };
	return svg_place(arena_new(), bars, n, svg_scale(bars, n));
}

static void are_apart(size_t n, int64_t height)
{
	for (size_t i = 0; i < n; i++) {
		cr_expect_geq(bars[i].label_y, SVG_LINE / 2);
		cr_expect_leq(bars[i].label_y, height - SVG_LINE / 2);
		cr_expect_leq(bars[i].top + bars[i].height, height);
		if (!i)
			continue;
		cr_expect_geq(bars[i].label_y - bars[i - 1].label_y, SVG_LINE);
		cr_expect_geq(bars[i].top,
			      bars[i - 1].top + bars[i - 1].height);
	}
}

Test(svg_place, labels_are_apart_however_many_there_are)
{
	const size_t counts[] = { 1, 2, 24, 25, BARS_MAX };

	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		are_apart(counts[i], place_equal(counts[i], 1 * MIB));
}

Test(svg_place, a_label_with_room_stands_at_the_middle_of_its_bar)
{
	place_equal(3, 256 * MIB);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(bars[i].label_y,
			     bars[i].top + bars[i].height / 2);
}

Test(svg_place, neighbours_that_are_thin_are_moved_both_ways)
{
	const uint64_t sizes[] = { GIB, 4 * KIB, 4 * KIB, 4 * KIB, GIB };
	uint64_t at = 0;

	for (size_t i = 0; i < 5; i++) {
		bars[i] = (struct svg_bar){ .base = at, .size = sizes[i] };
		at += sizes[i];
	}

	int64_t height = svg_place(arena_new(), bars, 5, svg_scale(bars, 5));

	are_apart(5, height);
	cr_expect_lt(bars[1].label_y, bars[1].top);
	cr_expect_gt(bars[3].label_y, bars[3].top + bars[3].height);
	cr_expect_eq(bars[0].height, bars[4].height);
}

Test(svg_place, addresses_between_runs_are_one_break)
{
	bars[0] = (struct svg_bar){ .base = 0, .size = MIB };
	bars[1] = (struct svg_bar){ .base = MIB, .size = MIB };
	bars[2] = (struct svg_bar){ .base = UINT64_C(1) << 40, .size = MIB };
	svg_place(arena_new(), bars, 3, svg_scale(bars, 3));
	cr_expect(!bars[0].has_break && !bars[1].has_break);
	cr_expect(bars[2].has_break);
	cr_expect_eq(bars[2].top, bars[1].top + bars[1].height + SVG_BREAK);
}

Test(svg_place, sizes_that_need_65_bits_together_are_drawn)
{
	const uint64_t half = UINT64_C(1) << 63;

	bars[0] = (struct svg_bar){ .base = 0, .size = half };
	bars[1] = (struct svg_bar){ .base = half, .size = half - 1 };
	bars[2] = (struct svg_bar){ .base = UINT64_MAX, .size = 1 };
	are_apart(3, svg_place(arena_new(), bars, 3, svg_scale(bars, 3)));
}
