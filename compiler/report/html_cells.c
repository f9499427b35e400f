/* SPDX-License-Identifier: BSD-2-Clause */
/* The sections that go through the cells one by one. */
#include <inttypes.h>

#include "base/arena.h"
#include "emit/names.h"
#include "report/html_sections.h"
#include "report/say.h"
#include "report/svg.h"

/* ---- one cell ---------------------------------------------------------------- */

/* The text is visible already. */
static void term(const struct page *p, const char *name, const char *text)
{
	fprintf(p->out, "<dt>%s</dt><dd>", name);
	html_visible(p, text);
	fputs("</dd>\n", p->out);
}

static void term_payload(const struct page *p, const char *name,
			 const struct payload *y)
{
	if (y->file)
		term(p, name, say_payload(p->arena, y));
}

static const char *cpus_text(const struct page *p, const struct cell *c)
{
	const char *text = "";

	for (size_t i = 0; i < c->n_cpus; i++)
		text = arena_printf(p->arena, "%s%s%" PRIu32, text,
				    i ? ", " : "", c->cpus[i].index);
	return text;
}

static void write_facts(const struct page *p, const struct cell *c)
{
	struct arena *a = p->arena;

	fputs("<dl>\n", p->out);
	term(p, "CPUs", cpus_text(p, c));
	term(p, "boot", arena_printf(a, "%s%s%s", name_boot(c->boot.kind),
				     c->is_start_manual ? ", start manual" : "",
				     c->is_scrub_at_boot ? ", scrubbed at boot"
							 : ""));
	term_payload(p, c->boot.kind == BOOT_LINUX ? "kernel" : "image",
		     &c->boot.kernel);
	term_payload(p, "initrd", &c->boot.initrd);
	if (c->boot.running_file)
		term(p, "runs with the tree",
		     say_quoted(a, c->boot.running_file));
	if (c->boot.cmdline)
		term(p, "command line", say_quoted(a, c->boot.cmdline));
	term(p, "console", name_console(c->console));
	term(p, "on crash, reboot, power-off",
	     arena_printf(a, "%s; %s; %s", say_event(a, &c->on_crash),
			  say_event(a, &c->on_reboot),
			  say_event(a, &c->on_poweroff)));
	if (c->managed.by)
		term(p, "managed", arena_printf(a, "%s, by %s",
						say_rights(a, &c->managed),
						c->managed.by->name));
	if (c->takes_any_payload)
		term(p, "payload", "any that is loaded");
	term(p, "performance monitors", c->has_pmu ? "yes" : "no");
	fputs("</dl>\n", p->out);
}

static void write_view(const struct page *p, const struct survey_view *v)
{
	bool is_trap = v->kind == SURVEY_TRAP;

	html_row(p);
	html_code(p, say_range(p->arena, v->range.base.u, v->range.size));
	html_code(p, say_size(p->arena, v->range.size));
	html_field(p, v->what);
	html_code(p, is_trap ? "trapped" : say_access(p->arena, v->access));
	html_code(p, is_trap ? "" : say_range(p->arena, v->pa.u,
					      v->range.size));
	html_place(p, v->at);
	html_row_end(p);
}

static void write_cell(const struct page *p, const struct cell *c,
		       const struct survey_view *views, size_t n)
{
	fprintf(p->out, "<section class=\"cell\" id=\"cell-%s\">\n<h3>%s%s</h3>\n",
		c->name, c->name, c->is_root ? ", the root cell" : "");
	write_facts(p, c);
	svg_cell(p, c, views, n);
	html_table(p, "what it sees, by its own addresses",
		   "Its addresses|Size|What|Access|Physical|Said at");
	for (size_t i = 0; i < n; i++)
		write_view(p, &views[i]);
	html_table_end(p);
	fputs("</section>\n", p->out);
}

void html_cells(const struct page *p)
{
	const struct survey *s = p->survey;
	size_t from = 0;

	for (size_t i = 0; i < s->model->n_cells; i++) {
		const struct cell *c = &s->model->cells[i];
		size_t to = from;

		while (to < s->n_views && s->views[to].cell == c)
			to++;
		write_cell(p, c, s->views + from, to - from);
		from = to;
	}
}

/* ---- costs -------------------------------------------------------------------- */

static void write_costs_of_cells(const struct page *p)
{
	const struct survey *s = p->survey;

	html_table(p, "what each cell costs", "Cell|1 GiB blocks|2 MiB blocks|"
		   "4 KiB pages|Page tables|Trapped pages|"
		   "Writable and executable|Interrupts");
	for (size_t i = 0; i < s->model->n_cells; i++) {
		const struct survey_cost *c = &s->costs[i];

		html_row(p);
		html_owner(p, c->cell, c->cell->name);
		html_number(p, c->leaves.n_large_blocks);
		html_number(p, c->leaves.n_blocks);
		html_number(p, c->leaves.n_granules);
		html_number(p, c->n_tables);
		html_number(p, c->trapped_size / GRANULE);
		html_field(p, c->wx_size ? say_size(p->arena, c->wx_size)
					 : "nothing");
		html_field(p, c->delivery);
		html_row_end(p);
	}
	html_table_end(p);
}

static void write_costs_of_pages(const struct page *p)
{
	const struct survey *s = p->survey;
	size_t n = 0;

	for (size_t i = 0; i < s->n_views; i++)
		n += s->views[i].why_granules != NULL;
	if (!n) {
		fputs("<p class=\"none\">All memory is mapped in blocks of 2 MiB"
		      " or more.</p>\n", p->out);
		return;
	}
	html_table(p, "memory that is not all in blocks of 2 MiB or more",
		   "Cell|Memory|Its addresses|Physical|4 KiB pages|Why|Said at");
	for (size_t i = 0; i < s->n_views; i++) {
		const struct survey_view *v = &s->views[i];

		if (!v->why_granules)
			continue;
		html_row(p);
		html_owner(p, v->cell, v->cell->name);
		html_field(p, v->what);
		html_code(p, say_range(p->arena, v->range.base.u,
				       v->range.size));
		html_code(p, say_range(p->arena, v->pa.u, v->range.size));
		html_number(p, v->leaves.n_granules);
		html_field(p, v->why_granules);
		html_place(p, v->at);
		html_row_end(p);
	}
	html_table_end(p);
}

static void write_costs_of_hypervisor(const struct page *p)
{
	const struct survey *s = p->survey;

	html_table(p, "the hypervisor's own memory", "Part|Addresses|Size");
	for (size_t i = 0; i < SURVEY_PARTS; i++) {
		const struct survey_part *part = &s->parts[i];

		if (!part->range.size)
			continue;
		html_row(p);
		html_heading(p, part->name);
		html_code(p, say_range(p->arena, part->range.base.u,
				       part->range.size));
		html_code(p, say_size(p->arena, part->range.size));
		html_row_end(p);
	}
	html_table_end(p);
	fprintf(p->out, "<p>Its own page tables take %zu granules of the"
		" tables.</p>\n", s->n_el2_tables);
}

void html_costs(const struct page *p)
{
	write_costs_of_cells(p);
	write_costs_of_pages(p);
	write_costs_of_hypervisor(p);
}
