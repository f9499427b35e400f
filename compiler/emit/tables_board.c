/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows that belong to no single cell, and the lines of each. */
#include <inttypes.h>

#include "hv_abi.h"

#include "emit/c_text.h"
#include "emit/tables.h"
#include "target/target.h"

static void print_ram(FILE *out, const struct source *s,
		      const struct board *b)
{
	fputs("\t.rows.ram = {\n", out);
	for (size_t i = 0; i < b->n_memory; i++) {
		fprintf(out, "\t\t{ { 0x%" PRIx64 " }, 0x%" PRIx64 " },",
			b->memory[i].range.base.u, b->memory[i].range.size);
		c_from(out, s, b->memory[i].at);
	}
	fputs("\t},\n", out);
}

static void print_channel_flags(FILE *out, const struct channel *c)
{
	const char *or = "";

	fputs(", .flags = ", out);
	tables_flag(out, &or, c->has_doorbell, "HV_CHANNEL_DOORBELL");
	tables_flag(out, &or, c->is_uncached, "HV_CHANNEL_UNCACHED");
	tables_flag(out, &or, c->is_bounce, "HV_CHANNEL_BOUNCE");
	tables_no_flag(out, or);
	fputs(" },", out);
}

static void print_channels(FILE *out, const struct source *s,
			   const struct layout *l)
{
	fputs("\t.rows.channels = {\n", out);
	for (size_t i = 0; i < l->model->n_channels; i++) {
		const struct channel_layout *c = &l->channels[i];

		fputs("\t\t{ .name = ", out);
		c_string(out, c->channel->name);
		fprintf(out, ", .pa = { 0x%" PRIx64 " }, .size = 0x%" PRIx64
			", ", c->memory.base.u, c->memory.size);
		tables_list(out, "ends", "ends", "struct hv_end", c->first_end,
			    c->channel->n_ends);
		print_channel_flags(out, c->channel);
		c_from(out, s, c->channel->at);
	}
	fputs("\t},\n", out);
}

static void print_end(FILE *out, const struct layout *l,
		      const struct end_layout *e)
{
	fprintf(out, "\t\t{ .channel = %u, .cell = %u, ", e->channel->index,
		e->end->cell->index);
	if (e->doorbell_spi == UINT32_MAX)
		fputs(".line = HV_NONE, ", out);
	else
		fprintf(out, ".line = %u, ", l->model->target->line_id(
			LINE_SPI, e->doorbell_spi));
	fprintf(out, ".flags = HV_READ%s, .memory = { 0x%" PRIx64
		" }, .doorbell = { 0x%" PRIx64 " }, .may_ring = 0x%" PRIx64
		" },", e->end->may_write ? " | HV_WRITE" : "", e->memory.u,
		e->doorbell.u, e->may_ring);
}

static void print_ends(FILE *out, const struct source *s,
		       const struct layout *l)
{
	fputs("\t.rows.ends = {\n", out);
	for (size_t i = 0; i < l->n_ends; i++) {
		print_end(out, l, &l->ends[i]);
		c_from(out, s, l->ends[i].end->at);
	}
	fputs("\t},\n", out);
}

/* ---- switches ------------------------------------------------------------ */

static const char *condition_name(enum switch_kind kind)
{
	switch (kind) {
	case SWITCH_ROOT:
		return "HV_SWITCH_ROOT";
	case SWITCH_WINDOW:
		return "HV_SWITCH_WINDOW";
	case SWITCH_SHARED:
		break;
	}
	return "HV_SWITCH_SHARED";
}

static struct span switch_at(const struct switch_layout *w)
{
	if (w->channel)
		return w->channel->at;
	return w->subject->at;
}

static void print_switches(FILE *out, const struct source *s,
			   const struct layout *l)
{
	size_t first = 0;

	fputs("\t.rows.switches = {\n", out);
	for (size_t i = 0; i < l->n_switches; i++) {
		const struct switch_layout *w = &l->switches[i];
		size_t n = l->pool->switches[i].n_words;

		fprintf(out, "\t\t{ .condition = %s, .owner = %u,"
			" .subject = %u, ", condition_name(w->kind),
			w->owner->index, w->subject->index);
		if (w->channel)
			fprintf(out, ".arg = %u, ", w->channel->index);
		else
			fputs(".arg = HV_NONE, ", out);
		fprintf(out, ".is_on_at_boot = %d, ", w->is_on_at_boot);
		tables_list(out, "words", "switch_words",
			    "struct hv_switch_word", first, n);
		fputs(" },", out);
		c_from(out, s, switch_at(w));
		first += n;
	}
	fputs("\t},\n", out);
}

static void print_switch_words(FILE *out, const struct source *s,
			       const struct layout *l)
{
	fputs("\t.rows.switch_words = {\n", out);
	for (size_t i = 0; i < l->n_switches; i++)
		for (size_t k = 0; k < l->pool->switches[i].n_words; k++) {
			const struct switch_word *w =
				&l->pool->switches[i].words[k];

			fprintf(out, "\t\t{ %" PRIu64 ", 0x%" PRIx64 " },",
				w->index, w->on);
			c_from(out, s, l->pool->at[w->index]);
		}
	fputs("\t},\n", out);
}

/* ---- lines --------------------------------------------------------------- */

static uint32_t line_word(const struct layout *l, const struct cell_layout *c,
			  uint32_t word)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < c->n_lines; i++) {
		uint32_t id = l->model->target->line_id(c->lines[i].kind,
							c->lines[i].number);
		if (id / 32 == word)
			bits |= UINT32_C(1) << id % 32;
	}
	return bits;
}

static void print_line_words(FILE *out, const struct source *s,
			     const struct layout *l)
{
	uint32_t n = (32 + l->model->board->n_spis + 31) / 32;

	fputs("\t.rows.line_words = {\n", out);
	for (size_t i = 0; i < l->model->n_cells; i++) {
		fputs("\t\t", out);
		for (uint32_t w = 0; w < n; w++)
			fprintf(out, "0x%x, ", line_word(l, &l->cells[i], w));
		c_from(out, s, l->model->cells[i].at);
	}
	fputs("\t},\n", out);
}

void tables_board_rows(FILE *out, const struct source *s,
		       const struct layout *l, const struct tables_counts *n)
{
	if (n->ram)
		print_ram(out, s, l->model->board);
	if (n->channels)
		print_channels(out, s, l);
	if (n->ends)
		print_ends(out, s, l);
	if (n->switches)
		print_switches(out, s, l);
	if (n->switch_words)
		print_switch_words(out, s, l);
	if (n->line_words)
		print_line_words(out, s, l);
}
