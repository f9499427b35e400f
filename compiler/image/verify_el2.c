/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the runtime itself reaches: each address as itself; code that it cannot
 * write, data that it cannot execute, guards that are not there, and no device
 * but the interrupt controller and its console.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "image/verify.h"

struct expected {
	struct arena *arena;
	struct run *runs;
	size_t n;
};

static void add(struct expected *e, uint64_t base, uint64_t size, bool may_write,
		bool may_execute, enum run_memory memory)
{
	if (!size)
		return;
	e->runs = arena_grow(e->arena, e->runs, e->n, sizeof(*e->runs));
	e->runs[e->n++] = (struct run){ base, base, size, true, may_write,
					may_execute, memory };
}

static void add_part(struct expected *e, struct pa_range r, bool may_write,
		     bool may_execute)
{
	add(e, r.base.u, r.size, may_write, may_execute, RUN_NORMAL);
}

static void add_pages(struct expected *e, struct pa_range r)
{
	uint64_t base = r.base.u & ~(GRANULE - 1);
	uint64_t last = pa_last(r).u | (GRANULE - 1);

	add(e, base, last - base + 1, true, false, RUN_DEVICE);
}

/* Of the tables only those granules of the pool that switches change. */
static void add_hypervisor(struct expected *e, const struct layout *l)
{
	const struct hypervisor_layout *h = &l->hypervisor;
	uint64_t switched = l->pool->n_switched * sizeof(uint64_t);
	uint64_t tables = h->tables.base.u;

	add_part(e, h->head, false, false);
	add_part(e, h->text, false, true);
	add_part(e, h->rodata, false, false);
	add_part(e, h->data_bss, true, false);
	add(e, tables, h->pool_offset, false, false, RUN_NORMAL);
	add(e, tables + h->pool_offset, switched, true, false, RUN_NORMAL);
	add(e, tables + h->pool_offset + switched,
	    h->tables.size - h->pool_offset - switched, false, false,
	    RUN_NORMAL);
	for (uint64_t at = 0; at < h->cpu_areas.size; at += HV_CPU_AREA_SIZE)
		add(e, h->cpu_areas.base.u + at + HV_CPU_GUARD_SIZE,
		    HV_CPU_AREA_SIZE - HV_CPU_GUARD_SIZE, true, false,
		    RUN_NORMAL);
	add_part(e, h->rings, true, false);
	/* Filled before the MMU is on; nothing writes there again. */
	add_part(e, h->pristine, false, false);
}

/* Once for each channel, however many ends it has. */
static void add_ram(struct expected *e, const struct layout *l)
{
	for (size_t i = 0; i < l->model->n_cells; i++)
		for (size_t k = 0; k < l->cells[i].n_mappings; k++) {
			const struct mapping *m = &l->cells[i].mappings[k];

			if (m->kind == MAP_RAM)
				add(e, m->pa.u, m->ipa.size, true, false,
				    m->access.is_uncached ? RUN_UNCACHED :
							    RUN_NORMAL);
		}
	for (size_t i = 0; i < l->model->n_channels; i++)
		add(e, l->channels[i].memory.base.u, l->channels[i].memory.size,
		    true, false, l->model->channels[i].is_uncached ?
		    RUN_UNCACHED : RUN_NORMAL);
}

static void add_devices(struct expected *e, const struct layout *l)
{
	const struct model *m = l->model;
	const struct interrupt_controller *c = &m->board->controller;

	if (c->is_present)
		add_pages(e, c->distributor);
	for (size_t i = 0; c->is_present && i < m->board->n_cpus; i++)
		add_pages(e, l->cpu_controllers[i]);
	if (m->hypervisor.console == CONSOLE_DEVICE &&
	    m->hypervisor.console_device->n_regs)
		add_pages(e, m->hypervisor.console_device->regs[0].range);
}

static int by_input(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return x->input < y->input ? -1 : x->input > y->input;
}

static bool continues(const struct run *a, const struct run *b)
{
	return a->input + a->size == b->input && a->may_write == b->may_write &&
	       a->may_execute == b->may_execute && a->memory == b->memory;
}

static void join(struct expected *e)
{
	size_t n = 0;

	qsort(e->runs, e->n, sizeof(*e->runs), by_input);
	for (size_t i = 0; i < e->n; i++)
		if (n && continues(&e->runs[n - 1], &e->runs[i]))
			e->runs[n - 1].size += e->runs[i].size;
		else
			e->runs[n++] = e->runs[i];
	e->n = n;
}

static const char *run_text(struct arena *a, const struct run *r)
{
	return arena_printf(a, "0x%" PRIx64 "..0x%" PRIx64 "%s%s%s", r->input,
			    r->input + r->size - 1, r->may_write ? " write" : "",
			    r->may_execute ? " execute" : "",
			    r->memory == RUN_DEVICE ? " device" :
			    r->memory == RUN_UNCACHED ? " uncached" : "");
}

static void compare(struct verify *v, const struct runs *is,
		    const struct expected *e)
{
	for (size_t i = 0; i < is->n || i < e->n; i++) {
		const struct run *a = i < is->n ? &is->list[i] : NULL;
		const struct run *b = i < e->n ? &e->runs[i] : NULL;

		if (a && b && a->input == b->input && a->size == b->size &&
		    a->may_write == b->may_write &&
		    a->may_execute == b->may_execute && a->memory == b->memory)
			continue;
		verify_differ(v, "the hypervisor reaches %s, not %s",
			      a ? run_text(v->arena, a) : "nothing more",
			      b ? run_text(v->arena, b) : "nothing more");
		return;
	}
}

void verify_hypervisor(struct verify *v, const struct pool_view *pool)
{
	struct runs is = { .arena = v->arena };
	struct expected e = { .arena = v->arena };
	const char *fault = v->decoder->walk_hypervisor(&v->arch, pool, &is);

	if (fault) {
		verify_differ(v, "the hypervisor's own tables: %s", fault);
		return;
	}
	/* Whatever the layout says. */
	for (size_t i = 0; i < is.n; i++)
		if (is.list[i].input != is.list[i].output ||
		    (is.list[i].may_write && is.list[i].may_execute))
			verify_differ(v, "the hypervisor can write and execute,"
				      " or sees elsewhere, %s",
				      run_text(v->arena, &is.list[i]));
	add_hypervisor(&e, v->layout);
	add_devices(&e, v->layout);
	add_ram(&e, v->layout);
	join(&e);
	compare(v, &is, &e);
}
