/* SPDX-License-Identifier: BSD-2-Clause */
/* --emit=layout: the map of the machine, for reading. */
#include <inttypes.h>

#include "emit/emit.h"
#include "emit/names.h"
#include "model/virtio.h"

static void print_part(FILE *out, const char *name, const struct pa_range *r)
{
	fprintf(out, "    %-10s ", name);
	name_range(out, r->base.u, r->size);
	if (r->size) {
		fputs("  ", out);
		name_size(out, r->size);
	}
	fputc('\n', out);
}

static void print_hypervisor(FILE *out, const struct source *s,
			     const struct layout *l)
{
	const struct hypervisor_layout *h = &l->hypervisor;

	fputs("hypervisor ", out);
	name_range(out, h->all.base.u, h->all.size);
	name_place(out, s, l->model->hypervisor.at);
	print_part(out, "head", &h->head);
	print_part(out, "text", &h->text);
	print_part(out, "rodata", &h->rodata);
	print_part(out, "data", &h->data_bss);
	print_part(out, "tables", &h->tables);
	print_part(out, "stacks", &h->cpu_areas);
	print_part(out, "rings", &h->rings);
	print_part(out, "pristine", &h->pristine);
	fprintf(out, "    page tables at 0x%" PRIx64 ": %zu granules, %zu of"
		" them switched\n", h->tables.base.u + h->pool_offset,
		l->pool->n_words / 512, l->pool->n_switched / 512);
}

/* One granule of registers, or RAM: only that was somebody's to name. */
static void print_view(FILE *out, const struct layout *l, const struct cell *cell,
		       const struct mapping *m)
{
	const struct virtio_layout *v = &l->virtios[m->virtio->index];

	if (m->virtio->front == cell)
		fprintf(out, "registers of %s, read", m->virtio->name);
	else if (m->pa.u == v->registers.base.u)
		fprintf(out, "registers of %s, its driver's", m->virtio->name);
	else if (pa_contains(v->registers, (struct pa_range){
			m->pa, m->ipa.size }))
		fprintf(out, "registers of %s, its backend's", m->virtio->name);
	else
		fprintf(out, "memory of %s, shared", m->virtio->front->name);
}

static void print_mapping(FILE *out, const struct source *s,
			  const struct layout *l, const struct cell *cell,
			  const struct mapping *m)
{
	fputs("    ", out);
	name_range(out, m->ipa.base.u, m->ipa.size);
	fputs("  ", out);
	name_access(out, m->access);
	fprintf(out, "  pa 0x%" PRIx64 "  ", m->pa.u);
	switch (m->kind) {
	case MAP_RAM:
		fprintf(out, "memory %s", m->region->name);
		break;
	case MAP_CHANNEL:
		fprintf(out, "channel %s", m->channel->name);
		break;
	case MAP_DEVICE:
		fputs("device ", out);
		name_text(out, m->device->path);
		break;
	case MAP_WINDOW:
		fprintf(out, "memory of %s, while it is loaded",
			m->subject->name);
		break;
	case MAP_VIEW:
		print_view(out, l, cell, m);
		break;
	}
	name_place(out, s, m->at);
}

static void print_trap(FILE *out, const struct source *s,
		       const struct layout *l, const struct trap *t)
{
	fputs("    ", out);
	name_range(out, t->ipa.base.u, t->ipa.size);
	switch (t->kind) {
	case TRAP_CONSOLE:
		fputs("  emulated console", out);
		break;
	case TRAP_DOORBELL:
		fprintf(out, "  doorbell of channel %s",
			l->ends[t->arg].channel->name);
		break;
	case TRAP_VIRTIO:
		fprintf(out, "  virtio device %s",
			l->virtios[t->arg].virtio->name);
		break;
	case TRAP_VIRTIO_RING:
		fprintf(out, "  rings the driver of %s",
			l->virtios[t->arg].virtio->name);
		break;
	case TRAP_CONTROLLER:
		fputs("  emulated interrupt controller", out);
		break;
	case TRAP_CONTROLLER_CPU:
		fprintf(out, "  emulated interrupt controller of CPU %u",
			t->arg);
		break;
	}
	name_place(out, s, t->at);
}

static void print_piece(FILE *out, const struct piece *p)
{
	fputs("    ", out);
	name_range(out, p->ipa.u, p->memory_size);
	fprintf(out, "  %s", name_piece(p->kind));
	if (p->payload) {
		fputs(" '", out);
		name_text(out, p->payload->file);
		fputc('\'', out);
	}
	if (p->has_pristine)
		fprintf(out, ", kept at pa 0x%" PRIx64, p->pristine.u);
	fputc('\n', out);
}

static void print_lines(FILE *out, const struct cell_layout *c)
{
	fputs("    lines", out);
	for (size_t i = 0; i < c->n_lines; i++) {
		fputs(i ? ", " : " ", out);
		name_line(out, &c->lines[i]);
	}
	fputc('\n', out);
}

static void print_cpu(FILE *out, const struct layout *l, const struct cell *c,
		      size_t i)
{
	uint32_t index = c->cpus[i].index;

	fprintf(out, "    CPU %u, id 0x%" PRIx64, index,
		layout_cpu_hwid(l, c, i));
	if (l->ipi_spis[index] != UINT32_MAX)
		fprintf(out, ", IPI spi %u", l->ipi_spis[index]);
	fputc('\n', out);
}

static void print_cell(FILE *out, const struct source *s,
		       const struct layout *l, const struct cell_layout *c)
{
	fprintf(out, "\n%scell %s", c->cell->is_root ? "root " : "",
		c->cell->name);
	name_place(out, s, c->cell->at);
	for (size_t i = 0; i < c->cell->n_cpus; i++)
		print_cpu(out, l, c->cell, i);
	if (c->cell->boot.kind == BOOT_RUNNING)
		fputs("    runs already\n", out);
	else
		fprintf(out, "    entry 0x%" PRIx64 ", tree 0x%" PRIx64 "\n",
			c->entry.u, c->tree.u);
	for (size_t i = 0; i < c->n_mappings; i++)
		print_mapping(out, s, l, c->cell, &c->mappings[i]);
	for (size_t i = 0; i < c->n_traps; i++)
		print_trap(out, s, l, &c->traps[i]);
	for (size_t i = 0; i < c->n_pieces; i++)
		print_piece(out, &c->pieces[i]);
	print_lines(out, c);
	if (c->has_console_line)
		fprintf(out, "    console 0x%" PRIx64 ", spi %u, ring at pa 0x%"
			PRIx64 "\n", c->console_ipa.u, c->console_spi,
			c->console_ring.u);
	if (c->has_event_line)
		fprintf(out, "    events spi %u\n", c->event_spi);
	fprintf(out, "    interrupts %s\n", layout_delivery_text(l, c->cell));
}

static void print_end(FILE *out, const struct end_layout *e)
{
	fprintf(out, "    end %u: %s sees 0x%" PRIx64, e->end_i,
		e->end->cell->name, e->memory.u);
	if (e->may_ring)
		fprintf(out, ", rings at 0x%" PRIx64, e->doorbell.u);
	if (e->doorbell_spi != UINT32_MAX)
		fprintf(out, ", hears spi %u", e->doorbell_spi);
	fputc('\n', out);
}

static void print_channel(FILE *out, const struct source *s,
			  const struct layout *l,
			  const struct channel_layout *c)
{
	fprintf(out, "\nchannel %s  pa ", c->channel->name);
	name_range(out, c->memory.base.u, c->memory.size);
	name_place(out, s, c->channel->at);
	for (size_t i = 0; i < c->channel->n_ends; i++)
		print_end(out, &l->ends[c->first_end + i]);
}

static void print_virtio(FILE *out, const struct source *s,
			 const struct layout *l, const struct virtio_layout *v)
{
	const struct virtio *d = v->virtio;

	fprintf(out, "\nvirtio %s %s  pa ", virtio_kind_name(d->kind), d->name);
	name_range(out, v->registers.base.u, v->registers.size);
	name_place(out, s, d->at);
	fprintf(out, "    front: %s has it at 0x%" PRIx64 ", hears spi %u\n",
		d->front->name, v->window.u, v->front_spi);
	fprintf(out, "    back: %s sees registers at 0x%" PRIx64
		", rings at 0x%" PRIx64 ", hears spi %u\n", d->back->name,
		v->back_registers.u, v->back_ring.u, v->back_spi);
	fprintf(out, "    %u queues\n", v->n_queues);
	for (uint32_t i = 0; i < v->n_views; i++) {
		const struct view_layout *w = &l->views[v->first_view + i];

		fputs("    ", out);
		name_range(out, w->front.u, w->size);
		fprintf(out, " is seen at 0x%" PRIx64 ", r%c\n", w->back.u,
			w->may_write ? 'w' : '-');
	}
}

static void print_switch(FILE *out, const struct layout *l, size_t i)
{
	const struct switch_layout *w = &l->switches[i];

	fprintf(out, "    %zu: ", i);
	switch (w->kind) {
	case SWITCH_ROOT:
		fprintf(out, "all that %s sees", w->owner->name);
		break;
	case SWITCH_WINDOW:
		fprintf(out, "memory of %s in %s", w->subject->name,
			w->owner->name);
		break;
	case SWITCH_SHARED:
		fprintf(out, "channel %s in %s", w->channel->name,
			w->owner->name);
		break;
	}
	fprintf(out, ", %zu words, %s at boot\n", l->pool->switches[i].n_words,
		w->is_on_at_boot ? "on" : "off");
}

void emit_layout(FILE *out, const struct source *s, const struct layout *l)
{
	print_hypervisor(out, s, l);
	for (size_t i = 0; i < l->model->n_cells; i++)
		print_cell(out, s, l, &l->cells[i]);
	for (size_t i = 0; i < l->model->n_channels; i++)
		print_channel(out, s, l, &l->channels[i]);
	for (size_t i = 0; i < l->model->n_virtios; i++)
		print_virtio(out, s, l, &l->virtios[i]);
	fputs("\nswitches\n", out);
	for (size_t i = 0; i < l->n_switches; i++)
		print_switch(out, l, i);
}
