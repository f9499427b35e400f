/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables, list by list: the head, CPUs, RAM, channels and their ends,
 * switches. Every field is compared with model and layout. Cells are in
 * verify_cells.c.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "image/verify.h"
#include "target/target.h"

static const char *name_of(struct verify *v, const char *kind, size_t i)
{
	return arena_printf(v->arena, "%s %zu", kind, i);
}

/* The hypervisor's UART is a PL011 with registers and a line, or refused. */
static void check_uart(struct verify *v)
{
	const struct device *d = v->model->hypervisor.console_device;
	const struct hv_head *is = v->head;

	verify_same(v, "head", "uart", is->uart, d ? HV_UART_PL011 :
						     HV_UART_NONE);
	verify_same(v, "head", "uart_base", is->uart_base.u,
		    d ? d->regs[0].range.base.u : 0);
	verify_same(v, "head", "uart_line", is->uart_line, d ?
		    v->model->target->line_id(d->lines[0].kind,
					      d->lines[0].number) : HV_NONE);
	verify_same(v, "head", "uart_cpu", is->uart_cpu,
		    v->layout->hypervisor.uart_cpu);
}

static void check_head(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;
	const struct hv_head *is = v->head;

	verify_same(v, "head", "arch", is->arch, v->model->target->elf_machine);
	verify_same(v, "head", "total_size", is->total_size, h->tables.size);
	verify_same(v, "head", "base", is->base.u, h->all.base.u);
	verify_same(v, "head", "image_size", is->image_size, h->image_size);
	verify_same(v, "head", "memory_size", is->memory_size, h->all.size);
	verify_same(v, "head", "root_cell", is->root_cell,
		    v->model->root ? v->model->root->index : HV_NONE);
	verify_same(v, "head", "log_ring", is->log_ring.u,
		    h->rings.base.u + h->rings.size - HV_RING_SIZE);
	check_uart(v);
}

/* ---- CPUs ---------------------------------------------------------------- */

static const struct cell *owner_of(const struct model *m, uint32_t cpu_i,
				   uint32_t *index)
{
	for (size_t i = 0; i < m->n_cells; i++)
		for (uint32_t k = 0; k < m->cells[i].n_cpus; k++)
			if (m->cells[i].cpus[k].index == cpu_i) {
				*index = k;
				return &m->cells[i];
			}
	return NULL;
}

static void check_cpu(struct verify *v, uint32_t i, const struct hv_cpu *is)
{
	const struct board_cpu *cpu = &v->model->board->cpus[i];
	const char *where = name_of(v, "cpu", i);
	uint32_t index = 0;
	const struct cell *c = owner_of(v->model, i, &index);

	verify_same(v, where, "hwid", is->hwid, cpu->hwid);
	verify_same(v, where, "virtual_hwid", is->virtual_hwid,
		    c && c->has_virtual_ids ? c->first_virtual_id + index :
		    cpu->hwid);
	verify_same(v, where, "cell", is->cell, c ? c->index : HV_NONE);
	verify_same(v, where, "index", is->index, index);
	verify_same(v, where, "delivery", is->delivery,
		    c && v->layout->cells[c->index].delivery ==
		    DELIVERY_DIRECT ? HV_DELIVERY_DIRECT : HV_DELIVERY_VIRTUAL);
	verify_same(v, where, "padding", is->zero, 0);
	verify_same(v, where, "area", is->area.u,
		    v->layout->hypervisor.cpu_areas.base.u +
		    i * (uint64_t)HV_CPU_AREA_SIZE);
}

static void check_cpus(struct verify *v, const struct hv_cpu *cpus)
{
	for (uint32_t i = 0; i < v->model->board->n_cpus; i++)
		check_cpu(v, i, &cpus[i]);
}

static void check_ram(struct verify *v)
{
	const struct board *b = v->model->board;
	const struct hv_ram *ram = verify_list(v, "ram", v->head->ram, b->n_memory);

	for (size_t i = 0; ram && i < b->n_memory; i++) {
		const char *where = name_of(v, "ram", i);

		verify_same(v, where, "base", ram[i].base.u,
			    b->memory[i].range.base.u);
		verify_same(v, where, "size", ram[i].size,
			    b->memory[i].range.size);
	}
}

/* ---- channels ------------------------------------------------------------ */

static void check_end(struct verify *v, size_t i, const struct hv_end *is)
{
	const struct end_layout *e = &v->layout->ends[i];
	const char *where = arena_printf(v->arena, "channel '%s', end %" PRIu32,
					 e->channel->name, e->end_i);

	verify_same(v, where, "channel", is->channel, e->channel->index);
	verify_same(v, where, "cell", is->cell, e->end->cell->index);
	verify_same(v, where, "line", is->line,
		    e->doorbell_spi == UINT32_MAX ? HV_NONE :
		    v->model->target->line_id(LINE_SPI, e->doorbell_spi));
	verify_same(v, where, "flags", is->flags, HV_READ |
		    (e->end->may_write ? HV_WRITE : 0));
	verify_same(v, where, "memory", is->memory.u, e->memory.u);
	verify_same(v, where, "doorbell", is->doorbell.u, e->doorbell.u);
	verify_same(v, where, "may_ring", is->may_ring, e->may_ring);
}

static void check_channel(struct verify *v, const struct channel_layout *c,
			  const struct hv_channel *is)
{
	const char *where = arena_printf(v->arena, "channel '%s'",
					 c->channel->name);
	uint32_t flags = (c->channel->has_doorbell ? HV_CHANNEL_DOORBELL : 0) |
			 (c->channel->is_uncached ? HV_CHANNEL_UNCACHED : 0) |
			 (c->channel->is_bounce ? HV_CHANNEL_BOUNCE : 0);
	char name[HV_NAME_SIZE] = { 0 };

	strncpy(name, c->channel->name, sizeof(name) - 1);
	if (memcmp(name, is->name, sizeof(name)))
		verify_differ(v, "%s: it has another name", where);
	verify_same(v, where, "pa", is->pa.u, c->memory.base.u);
	verify_same(v, where, "size", is->size, c->memory.size);
	verify_same(v, where, "flags", is->flags, flags);
	verify_same(v, where, "padding", is->zero, 0);
	verify_same(v, where, "its number of ends", is->ends.count,
		    c->channel->n_ends);
	verify_same(v, where, "the place of its ends", is->ends.offset,
		    v->head->ends.offset +
		    c->first_end * (uint64_t)sizeof(struct hv_end));
}

static void check_channels(struct verify *v)
{
	size_t n = v->model->n_channels;
	const struct hv_channel *channels =
		verify_list(v, "channels", v->head->channels, n);
	const struct hv_end *ends = verify_list(v, "ends", v->head->ends,
						v->layout->n_ends);

	for (size_t i = 0; channels && i < n; i++)
		check_channel(v, &v->layout->channels[i], &channels[i]);
	for (size_t i = 0; ends && i < v->layout->n_ends; i++)
		check_end(v, i, &ends[i]);
}

/* ---- switches ------------------------------------------------------------ */

static uint32_t condition_of(enum switch_kind kind)
{
	switch (kind) {
	case SWITCH_ROOT:
		return HV_SWITCH_ROOT;
	case SWITCH_WINDOW:
		return HV_SWITCH_WINDOW;
	case SWITCH_SHARED:
		return HV_SWITCH_SHARED;
	}
	return 0;
}

static void check_switch(struct verify *v, size_t i, const struct hv_switch *is)
{
	const struct switch_layout *s = &v->layout->switches[i];
	const char *where = name_of(v, "switch", i);

	verify_same(v, where, "condition", is->condition,
		    condition_of(s->kind));
	verify_same(v, where, "owner", is->owner, s->owner->index);
	verify_same(v, where, "subject", is->subject, s->subject->index);
	verify_same(v, where, "arg", is->arg, s->kind == SWITCH_SHARED ?
		    s->channel->index : HV_NONE);
	verify_same(v, where, "is_on_at_boot", is->is_on_at_boot,
		    s->is_on_at_boot);
}

static void check_switches(struct verify *v)
{
	size_t n = v->layout->n_switches;
	const struct hv_switch *is = verify_list(v, "switches",
						 v->head->switches, n);

	for (size_t i = 0; is && i < n; i++)
		check_switch(v, i, &is[i]);
}

/* ---- all ----------------------------------------------------------------- */

static void tell(void *arg, const char *text)
{
	verify_differ(arg, "%s", text);
}

static void check_pool(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;

	verify_same(v, "page tables", "their place", v->head->pool.offset,
		    h->pool_offset);
	verify_same(v, "page tables", "their number of words",
		    v->head->pool.count, (h->tables.size - h->pool_offset) /
					 sizeof(uint64_t));
}

void verify_rows(struct verify *v)
{
	const struct hv_cell *cells =
		verify_list(v, "cells", v->head->cells, v->model->n_cells);
	const struct hv_cpu *cpus = verify_list(v, "cpus", v->head->cpus,
						v->model->board->n_cpus);

	check_head(v);
	if (!cells || !cpus)
		return;
	check_cpus(v, cpus);
	check_ram(v);
	check_channels(v);
	verify_virtios(v);
	check_switches(v);
	v->comparer->compare_rows(v->arena, v->arch, v->layout, tell, v);
	check_pool(v);
	verify_cells(v, cells);
	verify_apart(v, cells);
}
