/* SPDX-License-Identifier: BSD-2-Clause */
/* The sections about things of the board and whose they are. */
#include <inttypes.h>

#include "base/arena.h"
#include "model/virtio.h"
#include "report/html_sections.h"
#include "report/say.h"
#include "report/svg.h"

static void none(const struct page *p, const char *what)
{
	fprintf(p->out, "<p class=\"none\">%s</p>\n", what);
}

void html_memory(const struct page *p)
{
	const struct survey *s = p->survey;

	svg_board(p);
	html_table(p, "every run of memory that somebody has, and RAM that nobody"
		   " has", "Addresses|Size|Owner|As|Place|Said at");
	for (size_t i = 0; i < s->n_memory; i++) {
		const struct survey_memory *m = &s->memory[i];

		html_row(p);
		html_code(p, say_range(p->arena, m->range.base.u,
				       m->range.size));
		html_code(p, say_size(p->arena, m->range.size));
		html_owner(p, m->cell, say_holder(m));
		html_field(p, m->what);
		html_field(p, m->kind == SURVEY_FREE ? "" :
			   m->is_chosen ? "chosen" : "stated");
		html_place(p, m->at);
		html_row_end(p);
	}
	html_table_end(p);
}

void html_cpus(const struct page *p)
{
	const struct survey *s = p->survey;

	html_table(p, "in the order of the board",
		   "CPU|Kind|Id|Owner|Its cell reads|Boots|Interrupts|Said at");
	for (size_t i = 0; i < s->model->board->n_cpus; i++) {
		const struct survey_cpu *c = &s->cpus[i];
		const struct cell *cell = c->cell;

		html_row(p);
		html_heading(p, arena_printf(p->arena, "%" PRIu32, c->index));
		html_field(p, c->compatible ? c->compatible : "");
		html_code(p, arena_printf(p->arena, "0x%" PRIx64, c->hwid));
		html_owner(p, cell, cell ? cell->name
					 : "nobody, parked for ever");
		html_code(p, cell ? arena_printf(p->arena, "0x%" PRIx64,
						 c->seen_hwid) : "");
		html_field(p, c->is_boot ? "yes" : "");
		html_field(p, cell ? s->costs[cell->index].delivery : "");
		html_place(p, c->at);
		html_row_end(p);
	}
	html_table_end(p);
}

void html_lines(const struct page *p)
{
	const struct survey *s = p->survey;

	html_table(p, "as the devicetree counts them, and the controller's"
		   " number", "Line|INTID|Owner|Of|Trigger|Number|Said at");
	for (size_t i = 0; i < s->n_lines; i++) {
		const struct survey_line *l = &s->lines[i];

		html_row(p);
		html_heading(p, say_line(p->arena, &l->line));
		html_number(p, l->id);
		html_owner(p, l->cell, say_owner(l->owner, l->cell));
		html_field(p, l->what);
		html_field(p, say_trigger(l->line.trigger));
		html_field(p, l->is_chosen ? "chosen" : "given");
		html_place(p, l->at);
		html_row_end(p);
	}
	html_table_end(p);
}

/* ---- devices ---------------------------------------------------------------- */

static void write_regs(const struct page *p, const struct device *d)
{
	fputs("<td class=\"c\">", p->out);
	for (size_t i = 0; i < d->n_regs; i++)
		fprintf(p->out, "%s%s%s", i ? "<br/>" : "",
			say_range(p->arena, d->regs[i].range.base.u,
				  d->regs[i].range.size),
			d->regs[i].is_window ? " window" : "");
	fputs("</td>", p->out);
}

static void write_needs(const struct page *p, const struct device *d)
{
	fputs("<td>", p->out);
	for (size_t i = 0; i < d->n_needs; i++) {
		fputs(i ? "<br/>" : "", p->out);
		html_text(p, say_need(p->arena, &d->needs[i]));
	}
	fputs("</td>", p->out);
}

static void write_remarks(const struct page *p, const struct survey_device *d)
{
	const char *const list[] = {
		d->is_console ? "console" : NULL,
		d->is_from_rest ? "from the rest" : NULL,
		d->device->can_dma ? "can do DMA" : NULL, d->why,
	};
	bool is_first = true;

	fputs("<td>", p->out);
	for (size_t i = 0; i < ARRAY_SIZE(list); i++) {
		if (!list[i])
			continue;
		fputs(is_first ? "" : "; ", p->out);
		html_text(p, list[i]);
		is_first = false;
	}
	fputs("</td>", p->out);
}

void html_devices(const struct page *p)
{
	const struct survey *s = p->survey;

	html_table(p, "those that have registers or lines, in the order of the"
		   " board", "Device|Owner|Registers|Needs|Remarks|Said at");
	for (size_t i = 0; i < s->n_devices; i++) {
		const struct survey_device *d = &s->devices[i];

		html_row(p);
		html_heading(p, d->device->path);
		html_owner(p, d->cell, say_owner(d->owner, d->cell));
		write_regs(p, d->device);
		write_needs(p, d->device);
		write_remarks(p, d);
		html_place(p, d->at);
		html_row_end(p);
	}
	html_table_end(p);
}

void html_left_out(const struct page *p)
{
	const struct model *m = p->survey->model;

	if (!m->n_left_out) {
		none(p, "No cell takes the rest, or nothing was left out.");
		return;
	}
	html_table(p, "devices that no cell got with the rest", "Device|Why");
	for (size_t i = 0; i < m->n_left_out; i++) {
		html_row(p);
		html_heading(p, m->left_out[i].device->path);
		html_field(p, m->left_out[i].reason);
		html_row_end(p);
	}
	html_table_end(p);
}

/* ---- what is shared ----------------------------------------------------------- */

static void write_end(const struct page *p, const struct survey_end *e)
{
	const struct end_layout *l = e->end;

	html_row(p);
	html_heading(p, e->channel->channel->name);
	html_owner(p, l->end->cell, l->end->cell->name);
	html_code(p, say_range(p->arena, e->channel->memory.base.u,
			       e->channel->memory.size));
	html_field(p, arena_printf(p->arena, "%s%s",
				   say_size(p->arena, e->channel->memory.size),
				   e->channel->channel->is_uncached ?
				   ", uncached" : ""));
	html_code(p, arena_printf(p->arena, "0x%" PRIx64, l->memory.u));
	html_field(p, l->end->may_write ? "reads and writes" : "reads");
	html_code(p, l->may_ring ? arena_printf(p->arena, "0x%" PRIx64,
						l->doorbell.u) : "");
	html_field(p, l->doorbell_spi == UINT32_MAX ? "" :
		   arena_printf(p->arena, "spi %" PRIu32, l->doorbell_spi));
	html_place(p, l->end->at);
	html_row_end(p);
}

void html_channels(const struct page *p)
{
	const struct survey *s = p->survey;

	if (!s->n_ends) {
		none(p, "No memory is shared.");
		return;
	}
	html_table(p, "each end of each", "Channel|Cell|Memory|Size|Seen at|May|"
		   "Rings at|Hears|Said at");
	for (size_t i = 0; i < s->n_ends; i++)
		write_end(p, &s->ends[i]);
	html_table_end(p);
}

static void write_virtio(const struct page *p, const struct virtio *v)
{
	struct arena *a = p->arena;

	html_row(p);
	html_heading(p, v->name);
	html_field(p, virtio_kind_name(v->kind));
	html_owner(p, v->front, v->front->name);
	html_owner(p, v->back, v->back->name);
	fputs("<td>", p->out);
	html_visible(p, say_backend(a, v));
	fputs("</td>", p->out);
	html_field(p, v->kind == VIRTIO_CONSOLE ? "" :
		   arena_printf(a, "%" PRIu32, v->n_queues));
	html_field(p, say_mac(a, v));
	html_field(p, v->fails_on_loss ? "fail" : "wait");
	html_field(p, say_seen(a, v));
	html_field(p, v->share_because ? v->share_because : "");
	html_place(p, v->at);
	html_row_end(p);
}

void html_virtios(const struct page *p)
{
	const struct model *m = p->survey->model;

	if (!m->n_virtios) {
		none(p, "No cell has a virtio device.");
		return;
	}
	html_table(p, "devices of one cell that a program of another drives",
		   "Device|Kind|Cell|From|Backend|Queues|Address|On loss|"
		   "Shows it|Because|Said at");
	for (size_t i = 0; i < m->n_virtios; i++)
		write_virtio(p, &m->virtios[i]);
	html_table_end(p);
}

void html_waivers(const struct page *p)
{
	const struct survey *s = p->survey;

	if (!s->n_waivers) {
		none(p, "Nothing was waived.");
		return;
	}
	html_table(p, "what the text accepts, with its reason",
		   "Waiver|Device|Owner|Because|Said at");
	for (size_t i = 0; i < s->n_waivers; i++) {
		const struct survey_waiver *w = &s->waivers[i];

		html_row(p);
		html_heading(p, say_waiver(w->kind));
		html_field(p, w->what);
		html_owner(p, w->cell, w->cell ? w->cell->name : "nobody");
		html_field(p, w->because);
		html_place(p, w->at);
		html_row_end(p);
	}
	html_table_end(p);
}

void html_policies(const struct page *p)
{
	const struct survey *s = p->survey;

	if (!s->n_policies) {
		none(p, "The text states no policy.");
		return;
	}
	html_table(p, "proved on the flows below",
		   "Policy|Verdict|What it does not cover|Said at");
	for (size_t i = 0; i < s->n_policies; i++) {
		const struct survey_policy *y = &s->policies[i];

		html_row(p);
		html_heading(p, y->text);
		fputs(y->is_kept ? "<td class=\"kept\">" : "<td>", p->out);
		html_text(p, y->verdict);
		fputs("</td><td>", p->out);
		for (size_t k = 0; k < y->n_remarks; k++) {
			fputs(k ? "<br/>" : "", p->out);
			html_text(p, y->remarks[k]);
		}
		fputs("</td>", p->out);
		html_place(p, y->policy->at);
		html_row_end(p);
	}
	html_table_end(p);
}

void html_flows(const struct page *p)
{
	const struct survey *s = p->survey;

	if (!s->n_flows) {
		none(p, "No cell can pass anything to another.");
		return;
	}
	html_table(p, "each step over which one cell can reach another",
		   "From|To|Kind|How|Policy|Said at");
	for (size_t i = 0; i < s->n_flows; i++) {
		const struct survey_flow *f = &s->flows[i];

		html_row(p);
		html_owner(p, f->from, f->from->name);
		html_owner(p, f->to, f->to->name);
		html_field(p, f->is_signal ? "signal" : "data");
		html_field(p, f->how);
		html_field(p, f->allowed_text ? f->allowed_text
					      : "none names it");
		html_place(p, f->at);
		html_row_end(p);
	}
	html_table_end(p);
}
