/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * svg_place.h - how high each bar of a figure is, and where its label stands.
 *
 * All lengths are tenths of a pixel: whole numbers, so that the same input
 * gives the same bytes everywhere. Includes base.
 */
#ifndef REPORT_SVG_PLACE_H
#define REPORT_SVG_PLACE_H

#include "base/units.h"

#define SVG_LINE 150		/* of labels, from one to the next */
#define SVG_BREAK 120
#define SVG_BARS_MAX 40		/* of one drawing: it must fit on a page */

struct arena;

/* One bar: the first three are given, the others found. */
struct svg_bar {
	uint64_t base, size;	/* bytes; by rising base, apart */
	const char *label;
	int64_t top, height;
	int64_t label_y;	/* the middle of its line */
	bool has_break;		/* above it */
};

struct svg_scale {
	uint64_t unit;		/* bytes that a tenth of a pixel stands for */
	int64_t least;		/* height of a bar */
};

/* Of all bars of a figure, however many drawings it has. */
struct svg_scale svg_scale(const struct svg_bar *bars, size_t n);
/* The height of one drawing, whose n bars these are. */
int64_t svg_place(struct arena *a, struct svg_bar *bars, size_t n,
		  struct svg_scale scale);

#endif
