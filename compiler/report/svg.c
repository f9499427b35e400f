/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/svg.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "report/say.h"
#include "report/svg_place.h"

/* Pixels. */
#define WIDTH 960
#define BAR_X 8
#define BAR_WIDTH 150
#define LABEL_X 196
#define LABEL_MAX 60		/* characters of what is not an address */
#define MORE_MAX 16		/* of them for how many more there are */

/* Devices nearer to each other than this are one bar. */
#define DEVICES_APART (16 * MIB)

struct shape {
	enum survey_kind kind;
	const struct cell *cell;	/* whose colour */
	const char *what;
	size_t n_more;			/* runs that were joined to the first */
};

struct figure {
	const struct page *page;
	struct svg_bar *bars;
	struct shape *shapes;		/* parallel */
	size_t n;
};

/* ---- bars -------------------------------------------------------------------- */

static uint64_t end_of(const struct svg_bar *b)
{
	return b->base + b->size;
}

static bool joins(const struct figure *f, const struct shape *s, uint64_t base)
{
	const struct shape *last = f->n ? &f->shapes[f->n - 1] : NULL;

	if (!last || last->kind != s->kind || last->cell != s->cell)
		return false;

	uint64_t end = end_of(&f->bars[f->n - 1]);
	uint64_t gap = base > end ? base - end : 0;

	switch (s->kind) {
	case SURVEY_DEVICE:
		return gap < DEVICES_APART;
	case SURVEY_TRAP:
	case SURVEY_HYPERVISOR:
		return !gap;
	case SURVEY_RAM:
	case SURVEY_CHANNEL:
	case SURVEY_VIRTIO:
	case SURVEY_WINDOW:
	case SURVEY_VIEW:
	case SURVEY_RESERVED:
	case SURVEY_FREE:
		break;
	}
	return false;
}

/* Rows come by rising base; of two that overlap the second is cut. */
static void add(struct figure *f, struct shape shape, uint64_t base,
		uint64_t size)
{
	struct arena *a = f->page->arena;
	uint64_t end = base + size;

	if (joins(f, &shape, base)) {
		struct svg_bar *last = &f->bars[f->n - 1];

		f->shapes[f->n - 1].n_more++;
		if (end > end_of(last))
			last->size = end - last->base;
		return;
	}
	if (f->n && base < end_of(&f->bars[f->n - 1]))
		base = end_of(&f->bars[f->n - 1]);
	if (base >= end)
		return;
	f->bars = arena_grow(a, f->bars, f->n, sizeof(*f->bars));
	f->shapes = arena_grow(a, f->shapes, f->n, sizeof(*f->shapes));
	f->bars[f->n] = (struct svg_bar){ .base = base, .size = end - base };
	f->shapes[f->n++] = shape;
}

/* ---- labels ------------------------------------------------------------------ */

/* The first characters; a cut one ends in an ellipsis. */
static const char *cut(struct arena *a, const char *text, size_t max)
{
	size_t size = strlen(text), at = 0;
	uint32_t c;

	for (size_t n = 0; at < size; n++) {
		if (n == max - 1 && at + 1 < size)
			return arena_printf(a, "%.*s\xe2\x80\xa6", (int)at,
					    text);
		at += utf8_decode(text + at, size - at, &c);
	}
	return text;
}

/* "505.7 MiB": a tenth is near enough beside a bar. */
static const char *about(struct arena *a, uint64_t size)
{
	static const struct { uint64_t unit; const char *name; } units[] = {
		{ GIB, "GiB" }, { MIB, "MiB" }, { KIB, "KiB" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		uint64_t u = units[i].unit, tenths = size % u * 10 / u;

		if (size >= u && tenths)
			return arena_printf(a, "%" PRIu64 ".%" PRIu64 " %s",
					    size / u, tenths, units[i].name);
		if (size >= u)
			return arena_printf(a, "%" PRIu64 " %s", size / u,
					    units[i].name);
	}
	return arena_printf(a, "%" PRIu64 " bytes", size);
}

static const char *label_of(const struct figure *f, size_t i)
{
	struct arena *a = f->page->arena;
	const struct shape *s = &f->shapes[i];
	const struct svg_bar *b = &f->bars[i];
	const char *what = say_visible(a, s->what);

	if (s->kind == SURVEY_HYPERVISOR)
		what = "the hypervisor";
	else if (s->kind == SURVEY_FREE)
		what = "nobody";
	else if (s->n_more)
		what = arena_printf(a, "%s, and %zu more",
				    cut(a, what, LABEL_MAX - MORE_MAX), s->n_more);
	return arena_printf(a, "%s  %s%s  %s", say_range(a, b->base, b->size),
			    s->n_more && s->kind == SURVEY_DEVICE ? "within "
								  : "",
			    about(a, b->size), cut(a, what, LABEL_MAX));
}

/* ---- drawing ----------------------------------------------------------------- */

/* Tenths of a pixel as pixels. */
static const char *px(const struct figure *f, int64_t tenths)
{
	return arena_printf(f->page->arena, "%" PRId64 ".%" PRId64, tenths / 10,
			    tenths % 10);
}

static const char *fill_of(const struct page *p, const struct shape *s)
{
	switch (s->kind) {
	case SURVEY_RAM:
	case SURVEY_DEVICE:
		return html_colour(p, s->cell);
	case SURVEY_HYPERVISOR:
		return "#3c4250";
	case SURVEY_TRAP:
	case SURVEY_RESERVED:
	case SURVEY_FREE:
		return "#ffffff";
	case SURVEY_CHANNEL:
	case SURVEY_VIRTIO:
	case SURVEY_WINDOW:
	case SURVEY_VIEW:
		break;
	}
	return "#f3e3a6";
}

/* What lies over the colour, so that no meaning is in colour alone. */
static const char *pattern_of(enum survey_kind kind)
{
	switch (kind) {
	case SURVEY_CHANNEL:
	case SURVEY_VIRTIO:
		return "url(#p-hatch)";
	case SURVEY_WINDOW:
	case SURVEY_VIEW:
		return "url(#p-back)";
	case SURVEY_DEVICE:
		return "url(#p-dots)";
	case SURVEY_RESERVED:
		return "url(#p-cross)";
	case SURVEY_TRAP:
		return "url(#p-lines)";
	case SURVEY_RAM:
	case SURVEY_HYPERVISOR:
	case SURVEY_FREE:
		break;
	}
	return NULL;
}

static void draw_rect(const struct figure *f, int x, int64_t y, int width,
		      int64_t height, const char *fill, bool has_edge)
{
	fprintf(f->page->out, "<rect x=\"%d\" y=\"%s\" width=\"%d\""
		" height=\"%s\" fill=\"%s\"%s/>", x, px(f, y), width,
		px(f, height), fill, has_edge ?
		" stroke=\"#1b1e24\" stroke-width=\".7\"" : "");
}

static void draw_shape(const struct figure *f, int x, int64_t y, int width,
		       int64_t height, const struct shape *s)
{
	const char *pattern = pattern_of(s->kind);

	draw_rect(f, x, y, width, height, fill_of(f->page, s), true);
	if (pattern)
		draw_rect(f, x, y, width, height, pattern, false);
}

/* Two strokes across the place where nothing is. */
static void draw_break(const struct figure *f, const struct svg_bar *b)
{
	int64_t y = b->top - SVG_BREAK / 2;

	for (int i = 0; i < 2; i++)
		fprintf(f->page->out, "<path d=\"M%d %s l%d -4 l%d 4 l%d -4"
			" l%d 4\" fill=\"none\" stroke=\"#8a909c\"/>", BAR_X,
			px(f, y + 10 + 30 * i), BAR_WIDTH / 4, BAR_WIDTH / 4,
			BAR_WIDTH / 4, BAR_WIDTH / 4);
	fputc('\n', f->page->out);
}

static void draw_bar(const struct figure *f, size_t i)
{
	const struct svg_bar *b = &f->bars[i];
	FILE *out = f->page->out;
	int64_t middle = b->top + b->height / 2;

	if (b->has_break)
		draw_break(f, b);
	fputs("<g class=\"bar\"><title>", out);
	html_visible(f->page, b->label);
	fputs("</title>", out);
	draw_shape(f, BAR_X, b->top, BAR_WIDTH, b->height, &f->shapes[i]);
	fprintf(out, "<path d=\"M%d %s L%d %s H%d\" fill=\"none\""
		" stroke=\"#8a909c\" stroke-width=\".8\"/>"
		"<text x=\"%d\" y=\"%s\">", BAR_X + BAR_WIDTH, px(f, middle),
		LABEL_X - 12, px(f, b->label_y), LABEL_X - 4, LABEL_X,
		px(f, b->label_y + 40));
	html_visible(f->page, b->label);
	fputs("</text></g>\n", out);
}

/* Bars from..to; the first drawing has the id. */
static void draw_part(struct figure *f, const char *id, const char *title,
		      size_t from, size_t to, struct svg_scale scale)
{
	FILE *out = f->page->out;
	const char *height = px(f, svg_place(f->page->arena, f->bars + from,
					     to - from, scale));

	if (from)
		id = arena_printf(f->page->arena, "%s-%zu", id, from);
	fprintf(out, "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"map\""
		" width=\"%d\" height=\"%s\" viewBox=\"0 0 %d %s\""
		" role=\"img\" aria-labelledby=\"t-%s d-%s\">\n"
		"<title id=\"t-%s\">%s</title>\n<desc id=\"d-%s\">%zu runs by"
		" rising address; the table below says the same in words</desc>\n",
		WIDTH, height, WIDTH, height, id, id, id, title, id, to - from);
	for (size_t i = from; i < to; i++)
		draw_bar(f, i);
	fputs("</svg>\n", out);
}

static void draw(struct figure *f, const char *id, const char *title)
{
	struct svg_scale scale = svg_scale(f->bars, f->n);

	for (size_t i = 0; i < f->n; i++)
		f->bars[i].label = label_of(f, i);
	fputs("<figure>\n", f->page->out);
	for (size_t i = 0; i < f->n; i += SVG_BARS_MAX)
		draw_part(f, id, title, i, i + SVG_BARS_MAX < f->n ?
			  i + SVG_BARS_MAX : f->n, scale);
	fprintf(f->page->out, "<figcaption>%s. To scale: a pixel is %s; what"
		" would be thinner than %" PRId64 " pixels is drawn %" PRId64
		" pixels high, and addresses between the bars are a break."
		"</figcaption>\n</figure>\n", title,
		about(f->page->arena, scale.unit * 10), scale.least / 10,
		scale.least / 10);
}

/* ---- figures ------------------------------------------------------------------ */

static const char patterns[] =
	"<defs>\n<pattern id=\"p-hatch\" width=\"8\" height=\"8\""
	" patternUnits=\"userSpaceOnUse\"><path d=\"M-2 2 L2 -2 M0 8 L8 0 M6 10"
	" L10 6\" stroke=\"#1b1e24\" stroke-width=\"1.2\"/></pattern>\n"
	"<pattern id=\"p-back\" width=\"8\" height=\"8\""
	" patternUnits=\"userSpaceOnUse\"><path d=\"M-2 6 L2 10 M0 0 L8 8 M6 -2"
	" L10 2\" stroke=\"#1b1e24\" stroke-width=\".8\"/></pattern>\n"
	"<pattern id=\"p-dots\" width=\"6\" height=\"4\""
	" patternUnits=\"userSpaceOnUse\"><circle cx=\"2\" cy=\"2\" r=\"1\""
	" fill=\"#1b1e24\"/></pattern>\n"
	"<pattern id=\"p-cross\" width=\"6\" height=\"6\""
	" patternUnits=\"userSpaceOnUse\"><path d=\"M0 0 L6 6 M6 0 L0 6\""
	" stroke=\"#8a909c\" stroke-width=\".8\"/></pattern>\n"
	"<pattern id=\"p-lines\" width=\"4\" height=\"4\""
	" patternUnits=\"userSpaceOnUse\"><path d=\"M1 0 V4\""
	" stroke=\"#8a909c\" stroke-width=\".9\"/></pattern>\n</defs>\n";

/* Two rows of four, where there are cells to take a colour from. */
static void draw_legend(const struct figure *f)
{
	static const struct { enum survey_kind kind; const char *name; } items[] = {
		{ SURVEY_RAM, "a cell's memory, in its colour" },
		{ SURVEY_CHANNEL, "a channel, a virtio device" },
		{ SURVEY_WINDOW, "another cell's memory" },
		{ SURVEY_DEVICE, "devices (grey: hypervisor's)" },
		{ SURVEY_TRAP, "trapped: the hypervisor's" },
		{ SURVEY_HYPERVISOR, "the hypervisor" },
		{ SURVEY_RESERVED, "reserved by the board" },
		{ SURVEY_FREE, "nobody's" },
	};
	const struct cell *first = f->page->survey->model->n_cells ?
		f->page->survey->model->cells : NULL;

	fprintf(f->page->out, "<svg xmlns=\"http://www.w3.org/2000/svg\""
		" class=\"legend\" width=\"%d\" height=\"50\" viewBox=\"0 0 %d"
		" 50\" role=\"img\" aria-label=\"what the bars mean\">\n%s",
		WIDTH, WIDTH, patterns);
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		int x = BAR_X + (int)(i % 4) * 238;
		int64_t y = 40 + (int64_t)(i / 4) * 220;
		const struct shape s = { .kind = items[i].kind,
			.cell = items[i].kind == SURVEY_RAM ||
				items[i].kind == SURVEY_DEVICE ? first : NULL };

		draw_shape(f, x, y, 18, 140, &s);
		fprintf(f->page->out, "<text x=\"%d\" y=\"%s\">%s</text>\n",
			x + 24, px(f, y + 110), items[i].name);
	}
	fputs("</svg>\n", f->page->out);
}

void svg_board(const struct page *p)
{
	const struct survey *s = p->survey;
	struct figure f = { .page = p };

	for (size_t i = 0; i < s->n_memory; i++) {
		const struct survey_memory *m = &s->memory[i];
		const char *what = m->cell ? arena_printf(p->arena, "%s, %s",
			m->cell->name, m->what) : m->what;

		add(&f, (struct shape){ m->kind, m->cell, what, 0 },
		    m->range.base.u, m->range.size);
	}
	draw_legend(&f);
	draw(&f, "board", "Physical memory of the board");
}

void svg_cell(const struct page *p, const struct cell *cell,
	      const struct survey_view *views, size_t n)
{
	struct figure f = { .page = p };

	for (size_t i = 0; i < n; i++) {
		const struct survey_view *v = &views[i];
		const char *what = v->kind == SURVEY_TRAP ? v->what :
			arena_printf(p->arena, "%s, %s", v->what,
				     say_access(p->arena, v->access));

		add(&f, (struct shape){ v->kind, v->cell, what, 0 },
		    v->range.base.u, v->range.size);
	}
	draw(&f, cell->name, arena_printf(p->arena, "What %s sees", cell->name));
}
