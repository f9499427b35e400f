/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html_write.h - the elements of a page, and every word in it made safe.
 *
 * Includes survey.
 */
#ifndef REPORT_HTML_WRITE_H
#define REPORT_HTML_WRITE_H

#include <stdio.h>

#include "report/survey.h"

struct page {
	FILE *out;
	struct arena *arena;
	const struct survey *survey;
};

/* Visible, and nothing in it is markup: in an element or an attribute. */
void html_text(const struct page *p, const char *text);
/* The same of what say.h has made visible: nothing is escaped twice. */
void html_visible(const struct page *p, const char *text);

/* columns: headings with a '|' between two. */
void html_table(const struct page *p, const char *caption, const char *columns);
void html_table_end(const struct page *p);
void html_row(const struct page *p);
void html_row_end(const struct page *p);
/* One field. The first of a row is its heading. */
void html_heading(const struct page *p, const char *text);
void html_field(const struct page *p, const char *text);
void html_number(const struct page *p, uint64_t n);
void html_code(const struct page *p, const char *text);
/* A cell's or other owner's name behind its colour; cell: NULL for others. */
void html_owner(const struct page *p, const struct cell *cell,
		const char *name);
void html_place(const struct page *p, struct span at);

/* "hsl(...)", of a cell; NULL: what is no cell's. */
const char *html_colour(const struct page *p, const struct cell *cell);

extern const char html_style[];

#endif
