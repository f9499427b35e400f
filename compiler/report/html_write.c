/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html_write.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "report/say.h"

void html_visible(const struct page *p, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			fputs("&amp;", p->out);
			break;
		case '<':
			fputs("&lt;", p->out);
			break;
		case '>':
			fputs("&gt;", p->out);
			break;
		case '"':
			fputs("&quot;", p->out);
			break;
		case '\'':
			fputs("&#39;", p->out);
			break;
		default:
			fputc(*text, p->out);
		}
}

void html_text(const struct page *p, const char *text)
{
	html_visible(p, say_visible(p->arena, text));
}

void html_table(const struct page *p, const char *caption, const char *columns)
{
	fputs("<table>\n<caption>", p->out);
	html_text(p, caption);
	fputs("</caption>\n<thead><tr>", p->out);
	while (*columns) {
		size_t n = strcspn(columns, "|");

		fputs("<th scope=\"col\">", p->out);
		html_text(p, arena_strndup(p->arena, columns, n));
		fputs("</th>", p->out);
		columns += n + (columns[n] == '|');
	}
	fputs("</tr></thead>\n<tbody>\n", p->out);
}

void html_table_end(const struct page *p)
{
	fputs("</tbody>\n</table>\n", p->out);
}

void html_row(const struct page *p)
{
	fputs("<tr>", p->out);
}

void html_row_end(const struct page *p)
{
	fputs("</tr>\n", p->out);
}

static void element(const struct page *p, const char *begin, const char *text,
		    const char *end)
{
	fputs(begin, p->out);
	html_text(p, text);
	fputs(end, p->out);
}

void html_heading(const struct page *p, const char *text)
{
	element(p, "<th scope=\"row\">", text, "</th>");
}

void html_field(const struct page *p, const char *text)
{
	element(p, "<td>", text, "</td>");
}

void html_number(const struct page *p, uint64_t n)
{
	fprintf(p->out, "<td class=\"n\">%" PRIu64 "</td>", n);
}

void html_code(const struct page *p, const char *text)
{
	element(p, "<td class=\"c\">", text, "</td>");
}

/* As the figures have them; grey where they have none. */
static const char *colour_of_other(const char *name)
{
	static const struct { const char *name, *colour; } others[] = {
		{ "the hypervisor", "#3c4250" },
		{ "shared", "#f3e3a6" },
		{ "nobody", "#ffffff" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcmp(others[i].name, name))
			return others[i].colour;
	return "#d7d9de";
}

void html_owner(const struct page *p, const struct cell *cell, const char *name)
{
	fprintf(p->out, "<td class=\"o\"><span class=\"s\" style=\"background:%s\"></span>",
		cell ? html_colour(p, cell) : colour_of_other(name));
	element(p, "", name, "</td>");
}

void html_place(const struct page *p, struct span at)
{
	fputs("<td class=\"p\">", p->out);
	html_visible(p, say_place(p->survey, at));
	fputs("</td>", p->out);
}

/*
 * Hues a golden angle apart stay apart however many there are; lightness in
 * three steps helps where hues do not.
 */
const char *html_colour(const struct page *p, const struct cell *cell)
{
	static const unsigned int light[] = { 62, 48, 74 };

	if (!cell)
		return "#d7d9de";
	return arena_printf(p->arena, "hsl(%u,55%%,%u%%)",
			    (210 + cell->index * 137) % 360,
			    light[cell->index % ARRAY_SIZE(light)]);
}
