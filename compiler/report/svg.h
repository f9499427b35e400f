/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * svg.h - memory drawn to scale, as figures of the page.
 *
 * A bar for each run, as high as it is large; what would be too thin to see is
 * drawn at a least height, what lies between runs is a break. Each bar has its
 * label beside it, at its height or as near as its neighbours let it, and a
 * line that leads there. Includes html_write.
 */
#ifndef REPORT_SVG_H
#define REPORT_SVG_H

#include "report/html_write.h"

/* The board's side, and what the patterns mean. */
void svg_board(const struct page *p);
/* One cell's side: its own rows. */
void svg_cell(const struct page *p, const struct cell *cell,
	      const struct survey_view *views, size_t n);

#endif
