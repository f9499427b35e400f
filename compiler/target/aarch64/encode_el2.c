/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage 1 of EL2, every address its own: the runtime's text can be executed and
 * not written, its data written and not executed, the rest neither. RAM of the
 * cells and registers of virtio devices are data. Devices: the interrupt controller and the runtime's console.
 * Guard granules below the stacks, cells' devices and what is nobody's are not
 * mapped. (DDI 0487 D8.3 descriptors, D8.4.1 a regime of one privilege level)
 */
#include <stdlib.h>

#include "hv_abi.h"
#include "hv_abi_aarch64.h"

#include "base/arena.h"
#include "place/pages.h"
#include "target/aarch64/encode.h"
#include "target/aarch64/encode_regime.h"

/* Stage 1 block and page descriptor attributes. */
#define ATTRINDX_SHIFT 2
#define AP1_RES1 (UINT64_C(1) << 6)	/* one privilege level */
#define AP2_READ_ONLY (UINT64_C(1) << 7)
#define SH_OUTER (UINT64_C(2) << 8)
#define SH_INNER (UINT64_C(3) << 8)
#define AF (UINT64_C(1) << 10)
#define XN (UINT64_C(1) << 54)

/* TCR_EL2 fields, E2H is 0. */
#define TCR_IRGN0_WBWA (UINT64_C(1) << 8)
#define TCR_ORGN0_WBWA (UINT64_C(1) << 10)
#define TCR_SH0_INNER (UINT64_C(3) << 12)
#define TCR_TG0_4K (UINT64_C(0) << 14)
#define TCR_PS_SHIFT 16
#define TCR_RES1 (UINT64_C(1) << 31 | UINT64_C(1) << 23)

#define LEVEL1_BITS 39u			/* more start at level 0 */

/* MAIR_EL2 attributes, one byte each. (DDI 0487 D24.2, MAIR_ELx) */
#define MAIR_NORMAL_WB UINT64_C(0xff)
#define MAIR_DEVICE_NGNRE UINT64_C(0x04)
#define MAIR_NORMAL_NC UINT64_C(0x44)

enum use { USE_CODE, USE_CONST, USE_DATA, USE_UNCACHED, USE_DEVICE };

struct el2_run { struct pa_range range; enum use use; struct span at; };

struct list { struct arena *arena; struct el2_run *runs; size_t n; };

uint64_t encode_mair_el2(void)
{
	return MAIR_NORMAL_WB << (8 * HV_A64_MAIR_NORMAL) |
	       MAIR_DEVICE_NGNRE << (8 * HV_A64_MAIR_DEVICE) |
	       MAIR_NORMAL_NC << (8 * HV_A64_MAIR_UNCACHED);
}

uint64_t encode_tcr_el2(uint32_t bits)
{
	return TCR_RES1 | encode_pa_size(bits) << TCR_PS_SHIFT | TCR_TG0_4K |
	       TCR_SH0_INNER | TCR_ORGN0_WBWA | TCR_IRGN0_WBWA | (64 - bits);
}

static uint64_t normal(uint64_t index, uint64_t sh)
{
	return index << ATTRINDX_SHIFT | sh | AF | AP1_RES1;
}

static uint64_t attributes(enum use use)
{
	switch (use) {
	case USE_CODE:
		return normal(HV_A64_MAIR_NORMAL, SH_INNER) | AP2_READ_ONLY;
	case USE_CONST:
		return normal(HV_A64_MAIR_NORMAL, SH_INNER) | AP2_READ_ONLY | XN;
	case USE_DATA:
		return normal(HV_A64_MAIR_NORMAL, SH_INNER) | XN;
	case USE_UNCACHED:
		return normal(HV_A64_MAIR_UNCACHED, SH_OUTER) | XN;
	case USE_DEVICE:
		break;
	}
	return normal(HV_A64_MAIR_DEVICE, SH_OUTER) | XN;
}

static void add(struct list *l, struct pa_range range, enum use use,
		struct span at)
{
	if (!range.size)
		return;
	l->runs = arena_grow(l->arena, l->runs, l->n, sizeof(*l->runs));
	l->runs[l->n++] = (struct el2_run){ range, use, at };
}

static struct pa_range between(uint64_t from, uint64_t to)
{
	return (struct pa_range){ { from }, to - from };
}

/* The rows, and of the pool what no switch writes, are constants. */
static void add_tables(struct list *l, const struct hypervisor_layout *h,
		       uint64_t switched_size, struct span at)
{
	uint64_t pool = h->tables.base.u + h->pool_offset;
	uint64_t end = h->tables.base.u + h->tables.size;

	/* Place asks with too little room at first, to learn how much. */
	if (switched_size > end - pool)
		switched_size = end - pool;
	add(l, between(h->tables.base.u, pool), USE_CONST, at);
	add(l, between(pool, pool + switched_size), USE_DATA, at);
	add(l, between(pool + switched_size, end), USE_CONST, at);
}

static void add_hypervisor(struct list *l, const struct layout *layout,
			   uint64_t switched_size)
{
	const struct hypervisor_layout *h = &layout->hypervisor;
	struct span at = layout->model->hypervisor.at;

	add(l, h->head, USE_CONST, at);
	add(l, h->text, USE_CODE, at);
	add(l, h->rodata, USE_CONST, at);
	add(l, h->data_bss, USE_DATA, at);
	add_tables(l, h, switched_size, at);
	for (uint64_t o = 0; o < h->cpu_areas.size; o += HV_CPU_AREA_SIZE)
		add(l, between(h->cpu_areas.base.u + o + HV_CPU_GUARD_SIZE,
			       h->cpu_areas.base.u + o + HV_CPU_AREA_SIZE),
		    USE_DATA, at);
	add(l, h->rings, USE_DATA, at);
	/* Written once, before the MMU is on; then only copied from. */
	add(l, h->pristine, USE_CONST, at);
}

static void add_devices(struct list *l, const struct layout *layout)
{
	const struct model *m = layout->model;
	const struct interrupt_controller *c = &m->board->controller;
	const struct device *uart = m->hypervisor.console_device;

	if (c->is_present)
		add(l, pages_around(c->distributor), USE_DEVICE, c->at);
	for (size_t i = 0; c->is_present && i < m->board->n_cpus; i++)
		add(l, layout->cpu_controllers[i], USE_DEVICE, c->at);
	if (m->hypervisor.console == CONSOLE_DEVICE && uart->n_regs)
		add(l, pages_around(uart->regs[0].range), USE_DEVICE,
		    m->hypervisor.console_at);
}

static void add_ram(struct list *l, const struct layout *layout)
{
	for (size_t i = 0; i < layout->model->n_cells; i++) {
		const struct cell_layout *c = &layout->cells[i];

		for (size_t k = 0; k < c->n_mappings; k++) {
			const struct mapping *m = &c->mappings[k];

			if (m->kind == MAP_RAM)
				add(l, (struct pa_range){ m->pa, m->ipa.size },
				    m->access.is_uncached ? USE_UNCACHED
							  : USE_DATA, m->at);
		}
	}
	for (size_t i = 0; i < layout->model->n_channels; i++) {
		const struct channel_layout *c = &layout->channels[i];

		add(l, c->memory, c->channel->is_uncached ? USE_UNCACHED
							  : USE_DATA,
		    c->channel->at);
	}
}

static void add_registers(struct list *l, const struct layout *layout)
{
	for (size_t i = 0; i < layout->model->n_virtios; i++)
		add(l, layout->virtios[i].registers, USE_DATA,
		    layout->model->virtios[i].at);
}

static int by_base(const void *a, const void *b)
{
	const struct el2_run *x = a, *y = b;

	return x->range.base.u < y->range.base.u ? -1 :
	       x->range.base.u > y->range.base.u;
}

/* Neighbours of one kind share blocks. */
static void join(struct list *l)
{
	size_t n = 0;

	qsort(l->runs, l->n, sizeof(*l->runs), by_base);
	for (size_t i = 0; i < l->n; i++) {
		struct el2_run *last = n ? &l->runs[n - 1] : NULL;
		const struct el2_run *r = &l->runs[i];

		if (last && last->use == r->use &&
		    last->range.base.u + last->range.size == r->range.base.u)
			last->range.size += r->range.size;
		else
			l->runs[n++] = *r;
	}
	l->n = n;
}

struct regime encode_el2(struct arena *a, const struct layout *l,
			 uint64_t switched_size)
{
	uint32_t bits = l->model->board->address_bits;
	struct regime t = regime_new(a, "stage 1 of the hypervisor",
				 bits > LEVEL1_BITS ? 0 : 1,
				 TABLE_WORDS);
	struct list list = { .arena = a };

	add_hypervisor(&list, l, switched_size);
	add_devices(&list, l);
	add_ram(&list, l);
	add_registers(&list, l);
	join(&list);
	for (size_t i = 0; i < list.n; i++)
		regime_map(&t, &(struct run){
			.input = list.runs[i].range.base.u,
			.output = list.runs[i].range.base.u,
			.size = list.runs[i].range.size,
			.attributes = attributes(list.runs[i].use),
			.switch_i = NO_SWITCH,
			.at = list.runs[i].at,
		});
	return t;
}
