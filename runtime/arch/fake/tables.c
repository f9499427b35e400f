/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.c - tables that a test builds row by row.
 */
#include "arch/fake/tables.h"

#include "arch/fake/fake.h"
#include "core/cell.h"
#include "dev/console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GRANULE 0x1000u

/* Writable here, const for core: one object under two names. */
struct fake_tables fake_tables;
__asm__(".globl hv_system\n\t.set hv_system, fake_tables");
struct hv_image_head fake_image;
__asm__(".globl hv_image_base\n\t.set hv_image_base, fake_image");

static struct hv_list list(const void *first, uint32_t count)
{
	return (struct hv_list){
		.offset = (uint32_t)((const char *)first -
				     (const char *)&fake_tables),
		.count = count,
	};
}

/* Not all is named in the tables: kept here, or it would count as leaked. */
static void *kept[4 * HV_MAX_CPUS];
static uint32_t n_kept;

void *fake_memory(uint64_t size)
{
	void *p = aligned_alloc(GRANULE, (size + GRANULE - 1) / GRANULE * GRANULE);

	if (!p || n_kept == sizeof(kept) / sizeof(*kept))
		abort();
	memset(p, 0, size);
	kept[n_kept++] = p;
	return p;
}

static struct hv_pa pa_of(const void *p)
{
	return (struct hv_pa){ (uint64_t)(uintptr_t)p };
}

void fake_begin(void)
{
	struct hv_head *h = &fake_tables.head;

	while (n_kept)
		free(kept[--n_kept]);
	memset(&fake_tables, 0, sizeof(fake_tables));
	memset(&fake_image, 0, sizeof(fake_image));
	memset(&fake, 0, sizeof(fake));
	memset(&hv, 0, sizeof(hv));
	fake.room = FAKE_SENT_SIZE;
	h->magic = HV_MAGIC;
	h->abi_version = HV_ABI_VERSION;
	h->base = pa_of(&fake_image);
	h->cpus = list(fake_tables.cpus, 0);
	h->cells = list(fake_tables.cells, 0);
	h->channels = list(fake_tables.channels, 0);
	h->ends = list(fake_tables.ends, 0);
	h->virtios = list(fake_tables.virtios, 0);
	h->switches = list(fake_tables.switches, 0);
	h->pool = list(fake_tables.pool, FAKE_ROWS);
	h->arch_board = list(&fake_tables.board, 1);
	h->arch_cpus = list(fake_tables.arch_cpus, HV_MAX_CPUS);
	h->root_cell = HV_NONE;
	h->uart = HV_UART_PL011;
	h->uart_base = pa_of(fake_memory(GRANULE));
	h->uart_line = 33;
	h->log_ring = pa_of(fake_memory(HV_RING_SIZE));
}

struct hv_cell *fake_cell(const char *name, uint32_t n_cpus)
{
	struct hv_head *h = &fake_tables.head;
	uint32_t i = h->cells.count++;
	struct hv_cell *c = &fake_tables.cells[i];

	snprintf(c->name, sizeof(c->name), "%s", name);
	c->flags = HV_CELL_HAS_PAYLOAD | HV_CELL_START_AT_BOOT;
	c->boot_cpu = h->cpus.count;
	c->entry.u = 0x40000000 + 0x1000 * i;
	c->tree.u = 0x48000000 + 0x1000 * i;
	c->regions = list(fake_tables.regions[i], 0);
	c->mmio = list(fake_tables.mmio[i], 0);
	c->mmio_slots = list(fake_tables.slots[i], FAKE_SLOTS);
	c->mmio_multiplier = 1u << 28;
	c->mmio_shift = 28;
	c->copies = list(fake_tables.copies[i], 0);
	c->line_words = list(fake_tables.line_words[i], FAKE_WORDS);
	c->on_crash.action = c->on_poweroff.action = HV_ON_STOP;
	c->on_reboot.action = HV_ON_RESTART;
	c->console = HV_CONSOLE_VIRTUAL;
	c->console_line = 100 + i;
	c->event_line = HV_NONE;
	c->root_switch = FAKE_ROWS - 1;		/* a row of no words */
	c->console_ring = pa_of(fake_memory(HV_RING_SIZE));
	fake_tables.line_words[i][c->console_line / 32] |= 1u << c->console_line % 32;

	for (uint32_t n = 0; n < n_cpus; n++)
		c->cpu_mask |= UINT64_C(1) << fake_cpu(i);
	return c;
}

uint32_t fake_cpu(uint32_t cell_i)
{
	uint32_t i = fake_tables.head.cpus.count++;
	struct hv_cpu *row = &fake_tables.cpus[i];

	row->hwid = i;
	row->virtual_hwid = i;
	row->cell = cell_i;
	row->area = pa_of(fake_memory(HV_CPU_AREA_SIZE));
	if (cell_i != HV_NONE)
		row->index = fake_tables.cells[cell_i].n_cpus++;
	return i;
}

void fake_mmio(struct hv_cell *cell, uint64_t ipa, uint32_t handler, uint32_t arg)
{
	struct hv_mmio *rows = fake_tables.mmio[cell - fake_tables.cells];
	uint16_t *slots = fake_tables.slots[cell - fake_tables.cells];

	rows[cell->mmio.count++] = (struct hv_mmio){
		.base = { ipa }, .size = GRANULE, .handler = handler, .arg = arg,
	};
	slots[ipa / GRANULE % FAKE_SLOTS] = (uint16_t)cell->mmio.count;
}

void fake_region(struct hv_cell *cell, void *memory, uint64_t size, uint32_t kind)
{
	struct hv_region *rows = fake_tables.regions[cell - fake_tables.cells];

	rows[cell->regions.count++] = (struct hv_region){
		.pa = pa_of(memory), .size = size, .kind = kind,
		.flags = HV_READ | HV_WRITE | (kind == HV_REGION_RAM ? HV_EXECUTE : 0),
		.arg = HV_NONE,
	};
}

void fake_copy(struct hv_cell *cell, const void *from, void *to, uint64_t size)
{
	struct hv_copy *rows = fake_tables.copies[cell - fake_tables.cells];

	rows[cell->copies.count++] = (struct hv_copy){
		.from = pa_of(from), .to = pa_of(to), .size = size,
	};
}

uint32_t fake_channel(void)
{
	uint32_t i = fake_tables.head.channels.count++;

	fake_tables.channels[i].ends =
		list(&fake_tables.ends[fake_tables.head.ends.count], 0);
	return i;
}

struct hv_end *fake_end_row(uint32_t cell_i, uint32_t line, uint64_t may_ring)
{
	uint32_t channel = fake_tables.head.channels.count - 1;
	struct hv_end *e = &fake_tables.ends[fake_tables.head.ends.count++];

	fake_tables.channels[channel].ends.count++;
	*e = (struct hv_end){
		.channel = channel, .cell = cell_i, .line = line,
		.may_ring = may_ring,
	};
	return e;
}

struct hv_virtio *fake_virtio(uint32_t front, uint32_t back, uint32_t n_queues)
{
	uint32_t i = fake_tables.head.virtios.count++;
	struct hv_virtio *v = &fake_tables.virtios[i];

	*v = (struct hv_virtio){
		.kind = HV_VIRTIO_BLOCK, .front = front, .back = back,
		.front_line = 300 + i, .back_line = 400 + i,
		.registers = pa_of(fake_memory(2 * HV_VIRTIO_SIZE)),
		.views = list(fake_tables.views[i], 0), .n_queues = n_queues,
	};
	return v;
}

struct hv_view *fake_view(struct hv_virtio *v)
{
	return &fake_tables.views[v - fake_tables.virtios][v->views.count++];
}

void fake_boot(void)
{
	cell_init();
	for (uint32_t i = 0; i < fake_tables.head.cpus.count; i++)
		hv_cpu(i)->up = CPU_UP;
	console_init();
}

void fake_start(void)
{
	for (uint32_t i = 0; i < fake_tables.head.cpus.count; i++)
		cell_cpu_came(hv_cpu(i));
}
