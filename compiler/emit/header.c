/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A C header for bare-metal code of one cell: what it has and where, as the
 * cell sees it. Plain numbers without suffix, so that assembly and linker
 * scripts take them too; tests/guest/cell.h says what each name means.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "emit/c_text.h"
#include "emit/emit.h"
#include "target/target.h"

struct header {
	FILE *out;
	const struct layout *l;
	const struct cell_layout *c;
};

static void number(const struct header *h, const char *kind, const char *name,
		   const char *field, uint64_t value)
{
	fprintf(h->out, "#define %s", kind);
	c_capitals(h->out, name);
	fprintf(h->out, "%s 0x%" PRIx64 "\n", field, value);
}

static void line(const struct header *h, const char *kind, const char *name,
		 const char *field, const struct line *l)
{
	fprintf(h->out, "#define %s", kind);
	c_capitals(h->out, name);
	fprintf(h->out, "%s %u\n", field,
		h->l->model->target->line_id(l->kind, l->number));
}

static void print_cell(const struct header *h)
{
	fputs("#define CELL_NAME ", h->out);
	c_string(h->out, h->c->cell->name);
	fputc('\n', h->out);
	number(h, "CELL_ENTRY", "", "", h->c->entry.u);
	number(h, "CELL_TREE", "", "", h->c->tree.u);
	fprintf(h->out, "#define CELL_CPUS %zu\n", h->c->cell->n_cpus);
	fputs("/* id, frames of the interrupt controller */\n"
	      "#define CELL_CPU_TABLE", h->out);
	for (size_t i = 0; i < h->c->cell->n_cpus; i++)
		fprintf(h->out, "%s { 0x%" PRIx64 ", 0x%" PRIx64 " }",
			i ? "," : "", layout_cpu_hwid(h->l, h->c->cell, i),
			h->l->cpu_controllers[h->c->cell->cpus[i].index].base.u);
	fputc('\n', h->out);
}

/* A region in several runs has the first; hvcc --emit=layout shows all. */
static void print_regions(const struct header *h)
{
	const struct cell *cell = h->c->cell;

	for (size_t r = 0; r < cell->n_regions; r++)
		for (size_t i = 0; i < h->c->n_mappings; i++) {
			const struct mapping *m = &h->c->mappings[i];

			if (m->region != &cell->regions[r])
				continue;
			number(h, "MEM_", m->region->name, "_BASE",
			       m->ipa.base.u);
			number(h, "MEM_", m->region->name, "_SIZE",
			       m->ipa.size);
			break;
		}
}

static void print_peers(const struct header *h, const struct channel *c,
			uint32_t own)
{
	for (uint32_t i = 0; i < c->n_ends; i++) {
		if (i == own)
			continue;
		fputs("#define CHANNEL_", h->out);
		c_capitals(h->out, c->name);
		fputs("_PEER_", h->out);
		c_capitals(h->out, c->ends[i].cell->name);
		fprintf(h->out, " %u\n", i);
	}
}

static void print_channels(const struct header *h)
{
	for (size_t i = 0; i < h->l->n_ends; i++) {
		const struct end_layout *e = &h->l->ends[i];
		const char *name = e->channel->name;

		if (e->end->cell != h->c->cell || e->channel->is_bounce)
			continue;
		number(h, "CHANNEL_", name, "_BASE", e->memory.u);
		number(h, "CHANNEL_", name, "_SIZE", e->channel->size);
		if (e->may_ring)
			number(h, "CHANNEL_", name, "_DOORBELL", e->doorbell.u);
		if (e->doorbell_spi != UINT32_MAX)
			line(h, "CHANNEL_", name, "_INTID", &(struct line){
				.kind = LINE_SPI, .number = e->doorbell_spi });
		number(h, "CHANNEL_", name, "_SELF", e->end_i);
		print_peers(h, e->channel, e->end_i);
	}
}

static const struct end_layout *end_of(const struct header *h,
				       const struct channel *c)
{
	for (size_t i = 0; i < h->l->n_ends; i++)
		if (h->l->ends[i].channel == c &&
		    h->l->ends[i].end->cell == h->c->cell)
			return &h->l->ends[i];
	return NULL;
}

/* In front, or behind. */
static void print_virtio(const struct header *h, const struct virtio_layout *v)
{
	const struct virtio *d = v->virtio;
	bool is_front = d->front == h->c->cell;

	if (!is_front && d->back != h->c->cell)
		return;
	if (is_front)
		number(h, "VIRTIO_", d->name, "_BASE", v->window.u);
	else {
		number(h, "VIRTIO_", d->name, "_REGISTERS",
		       v->back_registers.u);
		number(h, "VIRTIO_", d->name, "_RING", v->back_ring.u);
	}
	line(h, "VIRTIO_", d->name, "_INTID", &(struct line){
		.kind = LINE_SPI,
		.number = is_front ? v->front_spi : v->back_spi });
	if (!d->bounce)
		return;
	number(h, "VIRTIO_", d->name, "_BOUNCE_BASE",
	       end_of(h, d->bounce)->memory.u);
	number(h, "VIRTIO_", d->name, "_BOUNCE_SIZE", d->bounce->size);
}

static void print_virtios(const struct header *h)
{
	for (size_t i = 0; i < h->l->model->n_virtios; i++)
		print_virtio(h, &h->l->virtios[i]);
}

/* Devices of one name are counted: VIRTIO_MMIO_0, VIRTIO_MMIO_1. */
static const char *suffix(const struct header *h, size_t use_i, char out[24])
{
	const struct cell *cell = h->c->cell;
	const char *name = cell->devices[use_i].device->name;
	size_t n = 0, before = 0;

	for (size_t i = 0; i < cell->n_devices; i++)
		if (!strcmp(cell->devices[i].device->name, name)) {
			before += i < use_i;
			n++;
		}
	out[0] = '\0';
	if (n > 1)
		snprintf(out, 24, "_%zu", before);
	return out;
}

static void print_devices(const struct header *h)
{
	const struct cell *cell = h->c->cell;

	for (size_t i = 0; i < cell->n_devices; i++) {
		const struct device *d = cell->devices[i].device;
		char count[24], field[40];

		suffix(h, i, count);
		if (d->n_regs) {
			snprintf(field, sizeof(field), "%s_BASE", count);
			number(h, "DEVICE_", d->name, field,
			       d->regs[0].range.base.u);
			snprintf(field, sizeof(field), "%s_SIZE", count);
			number(h, "DEVICE_", d->name, field,
			       d->regs[0].range.size);
		}
		snprintf(field, sizeof(field), "%s_INTID", count);
		if (d->n_lines)
			line(h, "DEVICE_", d->name, field, &d->lines[0]);
	}
}

static void print_console(const struct header *h)
{
	const struct cell *cell = h->c->cell;

	if (cell->console == CONSOLE_NONE)
		return;
	number(h, "UART_BASE", "", "", h->c->console_ipa.u);
	if (h->c->has_console_line)
		line(h, "UART_INTID", "", "", &(struct line){
			.kind = LINE_SPI, .number = h->c->console_spi });
	else if (cell->console_device->n_lines)
		line(h, "UART_INTID", "", "", &cell->console_device->lines[0]);
}

static void print_timers(const struct header *h)
{
	const struct board_timer *t = &h->l->model->board->timer;

	if (!t->is_present)
		return;
	line(h, "TIMER_INTID", "", "", &(struct line){
		.kind = LINE_PPI, .number = t->virtual_ppi });
	line(h, "PTIMER_INTID", "", "", &(struct line){
		.kind = LINE_PPI, .number = t->physical_ppi });
}

static void print_all(const struct header *h)
{
	fprintf(h->out, "/* Made by hvcc: what cell '%s' has. */\n",
		h->c->cell->name);
	print_cell(h);
	print_regions(h);
	print_channels(h);
	print_virtios(h);
	print_devices(h);
	print_console(h);
	if (h->c->has_event_line)
		line(h, "EVENT_INTID", "", "", &(struct line){
			.kind = LINE_SPI, .number = h->c->event_spi });
	h->l->model->target->emit_header(h->out, h->l);
	print_timers(h);
}

static const char *next_line(const char *text)
{
	text += strcspn(text, "\n");
	return *text ? text + 1 : text;
}

/*
 * Capitals join 'a' and 'A', and what 'a' bounces in has the name of another
 * device: of two values C would take the last.
 */
static void refuse_two(const struct cell *cell, const char *text)
{
	static const char define[] = "#define ";
	const size_t start = sizeof(define) - 1;

	for (const char *a = text; *a; a = next_line(a)) {
		size_t size = start + strcspn(a + start, " \n");

		if (strncmp(a, define, start))
			continue;
		for (const char *b = next_line(a); *b; b = next_line(b))
			if (!strncmp(a, b, size + 1) &&
			    strncmp(a, b, strcspn(a, "\n") + 1))
				fatal("two things of cell '%s' would be %.*s in"
				      " its header: give one another name",
				      cell->name, (int)(size - start),
				      a + start);
	}
}

void emit_header(FILE *out, const struct layout *l, const struct cell *cell)
{
	char *text = NULL;
	size_t size;
	FILE *all = open_memstream(&text, &size);
	const struct header h = { all, l, &l->cells[cell->index] };

	if (all)
		print_all(&h);
	if (!all || fclose(all))
		fatal("out of memory");
	refuse_two(cell, text);
	fputs(text, out);
	free(text);
}
