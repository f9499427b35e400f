/* SPDX-License-Identifier: BSD-2-Clause */
#include "report/html.h"

#include <inttypes.h>

#include "base/arena.h"
#include "report/html_sections.h"
#include "report/say.h"
#include "target/target.h"

static const struct section {
	const char *id, *title;
	void (*print)(const struct page *p);
} sections[] = {
	{ "map", "Physical memory", html_memory },
	{ "cells", "Cells", html_cells },
	{ "cpus", "CPUs", html_cpus },
	{ "lines", "Interrupt lines", html_lines },
	{ "devices", "Devices", html_devices },
	{ "left-out", "Left out of the rest", html_left_out },
	{ "channels", "Channels", html_channels },
	{ "virtio", "Virtio devices", html_virtios },
	{ "waivers", "Waivers", html_waivers },
	{ "policies", "Policies", html_policies },
	{ "flows", "Flows", html_flows },
	{ "costs", "Costs", html_costs },
};

static void term(const struct page *p, const char *name)
{
	fprintf(p->out, "<dt>%s</dt><dd>", name);
}

static size_t n_channels(const struct model *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n_channels; i++)
		n += !m->channels[i].is_bounce;
	return n;
}

static void print_summary(const struct page *p)
{
	const struct survey *s = p->survey;
	const struct board *b = s->model->board;

	fputs("<dl>\n", p->out);
	term(p, "identity");
	fprintf(p->out, "<code>%s</code></dd>\n", s->identity ? s->identity :
		"not known, payloads come later");
	term(p, "board");
	if (b->file) {
		html_visible(p, say_quoted(p->arena, b->file));
		fputs(", ", p->out);
	}
	fprintf(p->out, "%s, %zu CPUs, %" PRIu32 " SPIs%s, %" PRIu32
		" address bits%s</dd>\n", s->model->target->name, b->n_cpus,
		b->n_spis, b->is_n_spis_assumed ? " (assumed)" : "",
		b->address_bits,
		b->is_address_bits_assumed ? " (assumed)" : "");
	term(p, "memory");
	for (size_t i = 0; i < b->n_memory; i++)
		fprintf(p->out, "%s%s, %s", i ? "; " : "",
			say_range(p->arena, b->memory[i].range.base.u,
				  b->memory[i].range.size),
			say_size(p->arena, b->memory[i].range.size));
	fputs("</dd>\n", p->out);
	term(p, "cells");
	for (size_t i = 0; i < s->model->n_cells; i++)
		fprintf(p->out, "%s<a href=\"#cell-%s\">%s</a>", i ? ", " : "",
			s->model->cells[i].name, s->model->cells[i].name);
	fprintf(p->out, "</dd>\n");
	term(p, "shared");
	fprintf(p->out, "channels: %zu; virtio devices: %zu; waivers: %zu"
		"</dd>\n</dl>\n", n_channels(s->model), s->model->n_virtios,
		s->n_waivers);
}

static void print_nav(const struct page *p)
{
	fputs("<nav aria-label=\"contents\"><ul>\n", p->out);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		fprintf(p->out, "<li><a href=\"#%s\">%s</a></li>\n",
			sections[i].id, sections[i].title);
	fputs("</ul></nav>\n", p->out);
}

void html_print(FILE *out, const struct survey *s)
{
	const struct page p = { out, s->arena, s };

	fputs("<!DOCTYPE html>\n<html lang=\"en\""
	      " xmlns=\"http://www.w3.org/1999/xhtml\">\n<head>\n"
	      "<meta charset=\"utf-8\"/>\n<meta name=\"viewport\""
	      " content=\"width=device-width,initial-scale=1\"/>\n<title>", out);
	html_text(&p, s->input);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n"
		"<header>\n<h1>Who has what: ", html_style);
	html_text(&p, s->input);
	fputs("</h1>\n", out);
	print_summary(&p);
	print_nav(&p);
	fputs("</header>\n<main>\n", out);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		fprintf(out, "<section id=\"%s\">\n<h2>%s</h2>\n",
			sections[i].id, sections[i].title);
		sections[i].print(&p);
		fputs("</section>\n", out);
	}
	fputs("</main>\n</body>\n</html>\n", out);
}
