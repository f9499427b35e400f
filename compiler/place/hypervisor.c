/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's own memory, part behind part. What comes before the tables
 * depends on the runtime object alone: its code reaches its data, and the
 * tables, at the same distance in every image.
 */
#include <inttypes.h>

#include "hv_abi.h"

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "place/placer.h"

/* Offsets from the base; all granule multiples. */
struct parts {
	uint64_t text, rodata, data_bss, tables, pool;
	uint64_t cpu_areas, rings, pristine, end;
};

static uint64_t granules(uint64_t size)
{
	return (size + GRANULE - 1) & ~(GRANULE - 1);
}

static uint64_t ring_count(const struct placer *p)
{
	uint64_t n = 1;			/* the hypervisor's own log */

	for (size_t i = 0; i < p->model->n_cells; i++)
		n += p->model->cells[i].console == CONSOLE_VIRTUAL;
	return n;
}

static struct parts parts_of(const struct placer *p)
{
	const struct runtime_object *r = p->layout->runtime;
	uint64_t align = p->guess.pool_align;
	struct parts o = { .text = HV_IMAGE_HEAD_SIZE };

	o.rodata = o.text + granules(r->text_size);
	o.data_bss = o.rodata + granules(r->rodata_size);
	o.tables = o.data_bss + granules(r->data_size + r->bss_size);
	/* The base is aligned to more than any pool asks for. */
	o.pool = (o.tables + p->guess.rows_size + align - 1) & ~(align - 1);
	o.cpu_areas = o.pool + p->guess.pool_size;
	o.rings = o.cpu_areas + p->model->board->n_cpus * HV_CPU_AREA_SIZE;
	o.pristine = o.rings + ring_count(p) * HV_RING_SIZE;
	o.end = o.pristine + p->copies_size;
	return o;
}

uint64_t hypervisor_size(const struct placer *p)
{
	return parts_of(p).end;
}

static void itemise(const struct placer *p, const struct parts *o,
		    struct span at)
{
	const struct { const char *name; uint64_t size; } items[] = {
		{ "runtime", o->tables },
		{ "tables", o->cpu_areas - o->tables },
		{ "stacks", o->rings - o->cpu_areas },
		{ "console rings", o->pristine - o->rings },
	};

	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		diag_note(p->diag, at, "%s: %s", items[i].name,
			  space_size_text(p->arena, items[i].size));
	for (size_t i = 0; i < p->n_copies; i++) {
		const struct piece *piece = p->copies[i].piece;
		bool is_file = piece->payload;

		diag_note(p->diag, is_file ? piece->payload->at : at,
			  "pristine copy of %s%s%s: %s", is_file ? "'" : "",
			  is_file ? piece->payload->file : "a devicetree",
			  is_file ? "'" : "",
			  space_size_text(p->arena, granules(piece->size)));
	}
}

bool hypervisor_fits(const struct placer *p)
{
	const struct hypervisor *h = &p->model->hypervisor;
	struct parts o = parts_of(p);

	if (!h->has_size || o.end <= h->size)
		return true;
	diag_error(p->diag, &rule_place_full, h->at,
		   "the hypervisor needs %s, and its memory is %s",
		   space_size_text(p->arena, o.end), space_size_text(p->arena, h->size));
	itemise(p, &o, h->at);
	return false;
}

static struct pa_range part(pa_t base, uint64_t from, uint64_t to)
{
	return (struct pa_range){ { base.u + from }, to - from };
}

/* The UART's interrupt is the root cell's burden, not a control loop's. */
static uint32_t uart_cpu(const struct model *m)
{
	const struct cell *c = m->root ? m->root : &m->cells[0];

	return c->n_cpus ? c->cpus[0].index : 0;
}

void hypervisor_place(struct placer *p, pa_t base)
{
	const struct hypervisor *h = &p->model->hypervisor;
	struct hypervisor_layout *out = &p->layout->hypervisor;
	struct parts o = parts_of(p);

	*out = (struct hypervisor_layout){
		.all = { base, h->has_size ? h->size : o.end },
		.head = part(base, 0, o.text),
		.text = part(base, o.text, o.rodata),
		.rodata = part(base, o.rodata, o.data_bss),
		.data_bss = part(base, o.data_bss, o.tables),
		.tables = part(base, o.tables, o.cpu_areas),
		.cpu_areas = part(base, o.cpu_areas, o.rings),
		.rings = part(base, o.rings, o.pristine),
		.pristine = part(base, o.pristine, o.end),
		.image_size = o.cpu_areas,
		.pool_offset = o.pool - o.tables,
		.uart_cpu = uart_cpu(p->model),
	};
}
