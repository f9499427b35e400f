/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the hypervisor itself reaches: each address as itself, code that it
 * cannot write, data that it cannot execute, guards that are not there, the
 * cells' memory never executable, and no device but the interrupt controller
 * and its console. The rows say where everything is but the ends of text and
 * constants, and of the page tables that switches write: those are read from
 * the map, and then held to what they must be.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

struct map {
	struct arena *arena;
	struct run *list;
	size_t n;
};

static void add(struct map *m, struct extent e, bool may_write,
		bool may_execute, enum run_memory memory)
{
	if (!e.size)
		return;
	m->list = arena_grow(m->arena, m->list, m->n, sizeof(*m->list));
	m->list[m->n++] = (struct run){
		.input = e.base, .output = e.base, .size = e.size,
		.may_read = true, .may_write = may_write,
		.may_execute = may_execute, .memory = memory,
		.root_switch = HV_NONE, .part_switch = HV_NONE };
}

static struct extent between(uint64_t from, uint64_t to)
{
	return (struct extent){ from, to - from };
}

/* ---- what only the map says ---------------------------------------------- */

static const struct run *run_at(const struct proof *p, uint64_t at)
{
	for (size_t i = 0; i < p->el2.n; i++)
		/* What lies before wraps, and is larger than any run. */
		if (at - p->el2.list[i].input < p->el2.list[i].size)
			return &p->el2.list[i];
	return NULL;
}

/* Where the run that has `at` ends, but not behind `limit`. */
static uint64_t end_at(const struct proof *p, uint64_t at, uint64_t limit)
{
	const struct run *r = run_at(p, at);
	uint64_t end = r ? r->input + r->size : at;

	return end < limit ? end : limit;
}

static void add_image(struct proof *p, struct map *m)
{
	uint64_t base = p->head->base.u;
	uint64_t tables = base + p->image->tables_offset;
	uint64_t pool = tables + p->head->pool.offset;
	uint64_t end = base + p->head->image_size;
	uint64_t text = base + HV_IMAGE_HEAD_SIZE;
	uint64_t rodata = end_at(p, text, tables);
	uint64_t data = end_at(p, rodata, tables);
	const struct run *first = run_at(p, pool);
	uint64_t switched = first && first->may_write ? end_at(p, pool, end) :
							pool;

	p->rodata_end = data - base;
	p->switched_end = switched;
	add(m, between(base, text), false, false, RUN_NORMAL);
	add(m, between(text, rodata), false, true, RUN_NORMAL);
	add(m, between(rodata, data), false, false, RUN_NORMAL);
	add(m, between(data, tables), true, false, RUN_NORMAL);
	add(m, between(tables, pool), false, false, RUN_NORMAL);
	add(m, between(pool, switched), true, false, RUN_NORMAL);
	add(m, between(switched, end), false, false, RUN_NORMAL);
}

/* ---- what the rows say --------------------------------------------------- */

static void add_working_memory(const struct proof *p, struct map *m)
{
	for (uint32_t i = 0; i < p->head->cpus.count; i++)
		add(m, (struct extent){ p->cpus[i].area.u + HV_CPU_GUARD_SIZE,
					HV_CPU_AREA_SIZE - HV_CPU_GUARD_SIZE },
		    true, false, RUN_NORMAL);
	add(m, (struct extent){ p->head->log_ring.u, HV_RING_SIZE }, true,
	    false, RUN_NORMAL);
	for (uint32_t i = 0; i < p->head->cells.count; i++)
		if (p->cells[i].row->console_ring.u)
			add(m, (struct extent){ p->cells[i].row->console_ring.u,
						HV_RING_SIZE },
			    true, false, RUN_NORMAL);
	/* Filled before the MMU is on; nothing writes there again. */
	for (uint32_t i = 0; i < p->image->n_segments; i++) {
		const struct hv_segment *s = &p->image->segments[i];

		if (s->kind == HV_SEGMENT_PRISTINE)
			add(m, extent_pages((struct extent){
				s->destination.u, s->size }), false, false,
			    RUN_NORMAL);
	}
}

static bool is_uncached(const struct proof *p, const struct owner *o)
{
	if (o->kind == OWNER_CHANNEL)
		return p->channels[o->row].flags & HV_CHANNEL_UNCACHED;
	return p->cells[o->cell].regions[o->row].flags & HV_UNCACHED;
}

static void add_owners(const struct proof *p, struct map *m)
{
	for (size_t i = 0; i < p->n_owners; i++) {
		const struct owner *o = &p->owners[i];

		switch (o->kind) {
		case OWNER_HYPERVISOR:
		case OWNER_DEVICE:
			break;
		case OWNER_CONTROLLER:
		case OWNER_CONSOLE:
			add(m, o->pa, true, false, RUN_DEVICE);
			break;
		case OWNER_VIRTIO:
			add(m, o->pa, true, false, RUN_NORMAL);
			break;
		case OWNER_CHANNEL:
		case OWNER_RAM:
			add(m, o->pa, true, false, is_uncached(p, o) ?
			    RUN_UNCACHED : RUN_NORMAL);
			break;
		}
	}
}

static int by_input(const void *a, const void *b)
{
	const struct run *x = a, *y = b;

	return (x->input > y->input) - (x->input < y->input);
}

/* The hypervisor's parts are apart from each other too. */
static struct runs join(struct proof *p, const struct map *m)
{
	struct runs out = { .arena = p->arena };

	qsort(m->list, m->n, sizeof(*m->list), by_input);
	for (size_t i = 0; i < m->n; i++) {
		const struct run *r = &m->list[i];

		if (i)
			proof_claim(p, r[-1].input + r[-1].size <= r->input,
				    "two parts of the hypervisor are at 0x%"
				    PRIx64, r->input);
		runs_add(&out, r);
	}
	return out;
}

/* ---- both ---------------------------------------------------------------- */

static const char *run_text(struct arena *a, const struct run *r)
{
	return arena_printf(a, "0x%" PRIx64 "..0x%" PRIx64 "%s%s%s", r->input,
			    r->input + r->size - 1, r->may_write ? " write" : "",
			    r->may_execute ? " execute" : "",
			    r->memory == RUN_DEVICE ? " device" :
			    r->memory == RUN_UNCACHED ? " uncached" : "");
}

static void compare(struct proof *p, const struct runs *should)
{
	const struct runs *is = &p->el2;

	for (size_t i = 0; i < is->n || i < should->n; i++) {
		const struct run *a = i < is->n ? &is->list[i] : NULL;
		const struct run *b = i < should->n ? &should->list[i] : NULL;

		if (a && b && run_is_same(a, b))
			continue;
		proof_differ(p, "the hypervisor reaches %s, not %s",
			     a ? run_text(p->arena, a) : "nothing more",
			     b ? run_text(p->arena, b) : "nothing more");
		return;
	}
}

/* Whatever the rows say. */
static void check_runs(struct proof *p)
{
	for (size_t i = 0; i < p->el2.n; i++) {
		const struct run *r = &p->el2.list[i];

		proof_claim(p, r->input == r->output, "the hypervisor sees 0x%"
			    PRIx64 " at 0x%" PRIx64, r->output, r->input);
		proof_claim(p, !r->may_write || !r->may_execute,
			    "the hypervisor can write and execute %s",
			    run_text(p->arena, r));
	}
}

/* What switches write can be written: all of it lies before `switched`. */
static void check_words(struct proof *p, const struct pool_view *pool)
{
	for (uint32_t i = 0; i < p->head->switches.count; i++) {
		const struct hv_switch *s = &p->switches[i];
		const struct hv_switch_word *w = (const void *)
			((const uint8_t *)p->head + s->words.offset);

		for (uint32_t k = 0; k < s->words.count; k++)
			if (!proof_claim(p, pool->pa + 8 * w[k].index <
					    p->switched_end,
					 "switch %" PRIu32 ": word %" PRIu32
					 " is where the hypervisor cannot write",
					 i, k))
				return;
	}
}

void proof_hypervisor_reach(struct proof *p, const struct pool_view *pool)
{
	struct map m = { .arena = p->arena };
	const char *fault;

	p->el2.arena = p->arena;
	fault = p->decoder->walk_hypervisor(p->arch, pool, &p->el2);
	if (fault) {
		proof_differ(p, "the hypervisor's own tables: %s", fault);
		return;
	}
	check_runs(p);
	add_image(p, &m);
	check_words(p, pool);
	add_working_memory(p, &m);
	add_owners(p, &m);

	struct runs should = join(p, &m);

	compare(p, &should);
}
