/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tables, list by list: the head, CPUs, RAM, channels and their ends,
 * switches. Every field is compared with model and layout; the bytes that no
 * row has are zero. Cells are in verify_cells.c, page tables in
 * verify_reach.c.
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

/* The hypervisor's UART, if it has one that it can drive. */
static const struct device *uart_of(const struct model *m)
{
	const struct device *d = m->hypervisor.console_device;

	return m->hypervisor.console == CONSOLE_DEVICE && d->n_regs &&
	       d->uart == UART_PL011 ? d : NULL;
}

static void check_uart(struct verify *v)
{
	const struct device *d = uart_of(v->model);
	const struct hv_head *is = v->head;

	verify_same(v, "head", "uart", is->uart, d ? HV_UART_PL011 :
						     HV_UART_NONE);
	verify_same(v, "head", "uart_base", is->uart_base.u,
		    d ? d->regs[0].range.base.u : 0);
	verify_same(v, "head", "uart_line", is->uart_line, d && d->n_lines ?
		    v->model->target->line_id(d->lines[0].kind,
					      d->lines[0].number) : HV_NONE);
	verify_same(v, "head", "uart_cpu", is->uart_cpu,
		    v->layout->hypervisor.uart_cpu);
}

static void check_head(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;
	const struct hv_head *is = v->head;

	verify_same(v, "head", "magic", is->magic, HV_MAGIC);
	verify_same(v, "head", "abi_version", is->abi_version, HV_ABI_VERSION);
	verify_same(v, "head", "arch", is->arch, v->model->target->elf_machine);
	verify_same(v, "head", "total_size", is->total_size, h->tables.size);
	verify_same(v, "head", "base", is->base.u, h->all.base.u);
	verify_same(v, "head", "image_size", is->image_size, h->image_size);
	verify_same(v, "head", "memory_size", is->memory_size, h->all.size);
	verify_same(v, "head", "root_cell", is->root_cell,
		    v->model->root ? v->model->root->index : HV_NONE);
	verify_same(v, "head", "log_ring", is->log_ring.u, h->rings.base.u);
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
	verify_same(v, where, "delivery", is->delivery, HV_DELIVERY_VIRTUAL);
	verify_same(v, where, "padding", is->zero, 0);
	verify_same(v, where, "area", is->area.u,
		    v->layout->hypervisor.cpu_areas.base.u +
		    i * (uint64_t)HV_CPU_AREA_SIZE);
}

static bool check_cpus(struct verify *v)
{
	size_t n = v->model->board->n_cpus;
	const struct hv_cpu *cpus = verify_list(v, "cpus", v->head->cpus,
						sizeof(*cpus), n);

	for (uint32_t i = 0; cpus && i < n; i++)
		check_cpu(v, i, &cpus[i]);
	return cpus;
}

static bool check_ram(struct verify *v)
{
	const struct board *b = v->model->board;
	const struct hv_ram *ram = verify_list(v, "ram", v->head->ram,
					       sizeof(*ram), b->n_memory);

	for (size_t i = 0; ram && i < b->n_memory; i++) {
		const char *where = name_of(v, "ram", i);

		verify_same(v, where, "base", ram[i].base.u,
			    b->memory[i].range.base.u);
		verify_same(v, where, "size", ram[i].size,
			    b->memory[i].range.size);
	}
	return ram;
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
			 (c->channel->is_uncached ? HV_CHANNEL_UNCACHED : 0);
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

static bool check_channels(struct verify *v)
{
	size_t n = v->model->n_channels;
	const struct hv_channel *channels =
		verify_list(v, "channels", v->head->channels,
			    sizeof(*channels), n);
	const struct hv_end *ends = verify_list(v, "ends", v->head->ends,
						sizeof(*ends),
						v->layout->n_ends);

	for (size_t i = 0; channels && i < n; i++)
		check_channel(v, &v->layout->channels[i], &channels[i]);
	for (size_t i = 0; ends && i < v->layout->n_ends; i++)
		check_end(v, i, &ends[i]);
	return channels && ends;
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

/*
 * A window is a stopped cell's memory in another cell: shut at boot, whatever
 * the layout says, unless that cell has nothing that would start it.
 */
static void check_window(struct verify *v, const char *where,
			 const struct hv_switch *is)
{
	if (is->condition != HV_SWITCH_WINDOW)
		return;
	if (is->is_on_at_boot)
		verify_differ(v, "%s: the window is open when the machine"
			      " starts", where);
	if (is->owner == is->subject)
		verify_differ(v, "%s: a cell is a window on itself", where);
}

static bool check_switch(struct verify *v, size_t i, const struct hv_switch *is)
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
	verify_same(v, where, "padding", is->zero, 0);
	check_window(v, where, is);
	return verify_list(v, arena_printf(v->arena, "words of %s", where),
			   is->words, sizeof(struct hv_switch_word),
			   is->words.count);
}

static bool check_switches(struct verify *v)
{
	size_t n = v->layout->n_switches;
	bool are_there = true;

	v->switches = verify_list(v, "switches", v->head->switches,
				  sizeof(struct hv_switch), n);
	for (size_t i = 0; v->switches && i < n; i++)
		are_there &= check_switch(v, i, &v->switches[i]);
	return v->switches && are_there;
}

/* ---- all ----------------------------------------------------------------- */

static void tell(void *arg, const char *text)
{
	verify_differ(arg, "%s", text);
}

static bool check_arch(struct verify *v)
{
	const struct decoder *d = v->decoder;

	v->arch.head = v->head;
	v->arch.board = verify_list(v, "arch_board", v->head->arch_board,
				    d->board_size, 1);
	v->arch.cpus = verify_list(v, "arch_cpus", v->head->arch_cpus,
				   d->cpu_size, v->model->board->n_cpus);
	v->arch.cells = verify_list(v, "arch_cells", v->head->arch_cells,
				    d->cell_size, v->model->n_cells);
	if (!v->arch.board || !v->arch.cpus || !v->arch.cells)
		return false;
	d->check_rows(v->arena, &v->arch, v->layout, tell, v);
	return true;
}

static bool check_pool(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;

	verify_same(v, "page tables", "their place", v->head->pool.offset,
		    h->pool_offset);
	return v->head->pool.offset % GRANULE == 0 &&
	       verify_list(v, "page tables", v->head->pool, sizeof(uint64_t),
			   (size_t)((h->tables.size - h->pool_offset) /
				    sizeof(uint64_t)));
}

static void check_rest(struct verify *v)
{
	const uint8_t *bytes = (const uint8_t *)v->head;

	for (uint64_t i = 0; i < v->layout->hypervisor.tables.size; i++)
		if (!v->is_seen[i] && bytes[i]) {
			verify_differ(v, "the tables have bytes at 0x%" PRIx64
				      " that belong to no row", i);
			return;
		}
}

bool verify_rows(struct verify *v)
{
	const struct hv_cell *cells;
	bool are_there;

	v->is_seen = arena_alloc(v->arena,
				 (size_t)v->layout->hypervisor.tables.size);
	memset(v->is_seen, 1, sizeof(struct hv_head));
	check_head(v);
	cells = verify_list(v, "cells", v->head->cells, sizeof(*cells),
			    v->model->n_cells);
	/* No short cut: every list is looked at. */
	are_there = check_cpus(v);
	are_there &= check_ram(v);
	are_there &= check_channels(v);
	are_there &= check_switches(v);
	are_there &= check_arch(v);
	are_there &= check_pool(v);
	if (!cells || !are_there)
		return false;
	verify_cells(v, cells);
	check_rest(v);
	return true;
}
