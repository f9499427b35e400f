/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/svg_place.h"

#include "base/arena.h"

#define MARGIN 60
#define HEIGHT 3000		/* of all bars, were none at its least */
#define HEIGHT_DENSE (SVG_LINE / 2)	/* for each bar */
#define BAR_THIN 40
#define BARS_THIN_MAX 24

static uint64_t total(const struct svg_bar *bars, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (!add_u64(sum, bars[i].size, &sum))
			return UINT64_MAX;
	return sum;
}

/*
 * Where runs are many, a bar is never thinner than its label: else dozens of
 * thin ones side by side would have lines that nobody can follow.
 */
struct svg_scale svg_scale(const struct svg_bar *bars, size_t n)
{
	bool is_dense = n > BARS_THIN_MAX;

	return (struct svg_scale){
		.unit = total(bars, n) /
			(is_dense ? n * HEIGHT_DENSE : HEIGHT) + 1,
		.least = is_dense ? SVG_LINE : BAR_THIN,
	};
}

static int64_t stack(struct svg_bar *bars, size_t n, struct svg_scale scale)
{
	int64_t y = MARGIN;

	for (size_t i = 0; i < n; i++) {
		uint64_t height = bars[i].size / scale.unit;

		bars[i].has_break = i && bars[i - 1].base + bars[i - 1].size !=
					 bars[i].base;
		if (bars[i].has_break)
			y += SVG_BREAK;
		bars[i].top = y;
		bars[i].height = (int64_t)height < scale.least
			? scale.least : (int64_t)height;
		y += bars[i].height;
	}
	return y;
}

/* Labels that touch, as one: the first, how many, where the first would be. */
struct cluster { size_t first, n; int64_t sum; };

static int64_t mean(const struct cluster *c)
{
	return c->sum / (int64_t)c->n;
}

/*
 * Each label wants the middle of its bar and one line below the label before.
 * Seen without the lines, places must not fall: neighbours that would are put
 * together at their mean, which is the least that all can be moved.
 */
static int64_t spread(struct arena *a, struct svg_bar *bars, size_t n)
{
	struct cluster *c = arena_array(a, n + 1, sizeof(*c));
	size_t k = 0;
	int64_t last = 0;

	for (size_t i = 0; i < n; i++) {
		int64_t middle = bars[i].top + bars[i].height / 2;

		c[k++] = (struct cluster){ i, 1,
			middle - (int64_t)i * SVG_LINE };
		while (k > 1 && mean(&c[k - 2]) >= mean(&c[k - 1])) {
			c[k - 2].n += c[k - 1].n;
			c[k - 2].sum += c[k - 1].sum;
			k--;
		}
	}
	for (size_t i = 0; i < k; i++)
		for (size_t m = 0; m < c[i].n; m++) {
			int64_t at = mean(&c[i]);
			size_t bar = c[i].first + m;

			if (at < MARGIN + SVG_LINE / 2)
				at = MARGIN + SVG_LINE / 2;
			last = at + (int64_t)bar * SVG_LINE;
			bars[bar].label_y = last;
		}
	return last + SVG_LINE / 2;
}

int64_t svg_place(struct arena *a, struct svg_bar *bars, size_t n,
		  struct svg_scale scale)
{
	int64_t of_bars = stack(bars, n, scale);
	int64_t of_labels = spread(a, bars, n);

	return MARGIN + (of_bars > of_labels ? of_bars : of_labels);
}
