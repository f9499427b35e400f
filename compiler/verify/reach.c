/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What page tables give, against what the rows say, in every state of every
 * switch at once: a word is as it is or zero, so what any state reaches is
 * reached with all words on, and the walk tells for each run the switches that
 * stand on its way. A run of RAM takes the cell's root switch alone, one of a
 * channel or a window its own switch beside it: then no state gives more.
 */
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "verify/proof.h"

#define POOL_GRANULE_WORDS (GRANULE / sizeof(uint64_t))
#define MARK_HYPERVISOR 255u

_Static_assert(HV_MAX_CELLS < MARK_HYPERVISOR, "a mark for each cell");

struct reach {
	struct proof *p;
	uint64_t *words;		/* the pool with every switch on */
	uint32_t *switches;		/* by word */
	struct pool_view pool;
};

/* ---- switches ------------------------------------------------------------ */

static const struct hv_switch_word *words_of(const struct proof *p,
					     const struct hv_switch *s)
{
	return (const void *)((const uint8_t *)p->head + s->words.offset);
}

/*
 * The tables are emitted as they are at boot. No word belongs to two switches:
 * the second would undo the first.
 */
static bool turn_on(struct reach *r, uint32_t switch_i)
{
	struct proof *p = r->p;
	const struct hv_switch *s = &p->switches[switch_i];
	const struct hv_switch_word *w = words_of(p, s);
	uint32_t mark = POOL_SWITCH(switch_i);

	if (s->condition == HV_SWITCH_ROOT)
		mark |= POOL_SWITCH_IS_ROOT;
	for (uint32_t i = 0; i < s->words.count; i++) {
		uint64_t at = w[i].index;

		if (!proof_claim(p, at < r->pool.n_words && w[i].on &&
				    !r->switches[at],
				 "switch %" PRIu32 ": word %" PRIu32 " is"
				 " outside of the page tables, empty, or another"
				 " switch's", switch_i, i))
			return false;
		proof_claim(p, p->pool[at] == (s->is_on_at_boot ? w[i].on : 0),
			    "switch %" PRIu32 ": word %" PRIu32 " is not as it"
			    " is at boot", switch_i, i);
		r->switches[at] = mark;
		r->words[at] = w[i].on;
	}
	return true;
}

/* Each word stands in a table that its owner's walk comes to. */
static void check_owner(struct reach *r, uint32_t switch_i)
{
	const struct hv_switch *s = &r->p->switches[switch_i];
	const struct hv_switch_word *w = words_of(r->p, s);

	for (uint32_t i = 0; i < s->words.count; i++)
		if (!proof_claim(r->p, r->pool.used_by[w[i].index /
						       POOL_GRANULE_WORDS] ==
				       s->owner + 1,
				 "switch %" PRIu32 ": word %" PRIu32 " is in no"
				 " table of %s", switch_i, i,
				 r->p->cells[s->owner].who))
			return;
}

/* ---- what rows say ------------------------------------------------------- */

static enum run_memory memory_of(const struct hv_region *r)
{
	if (r->kind == HV_REGION_DEVICE)
		return RUN_DEVICE;
	return r->flags & HV_UNCACHED ? RUN_UNCACHED : RUN_NORMAL;
}

static uint32_t switch_of(const struct proof *p, uint32_t cell_i,
			  const struct hv_region *r)
{
	if (r->kind == HV_REGION_WINDOW)
		return p->cells[r->arg].window_switch;
	if (r->kind != HV_REGION_CHANNEL)
		return HV_NONE;

	uint32_t first = (uint32_t)((p->channels[r->arg].ends.offset -
				     p->head->ends.offset) /
				    sizeof(struct hv_end));

	while (p->ends[first].cell != cell_i)
		first++;
	return p->end_switch[first];
}

static struct runs expected(const struct proof *p, uint32_t cell_i)
{
	const struct cell_view *c = &p->cells[cell_i];
	struct runs out = { .arena = p->arena };

	for (uint32_t i = 0; i < c->row->regions.count; i++) {
		const struct hv_region *r = &c->regions[i];

		runs_add(&out, &(struct run){
			.input = r->ipa.u,
			.output = r->pa.u,
			.size = r->size,
			.may_read = r->flags & HV_READ,
			.may_write = r->flags & HV_WRITE,
			.may_execute = r->flags & HV_EXECUTE,
			.memory = memory_of(r),
			.root_switch = c->row->root_switch,
			.part_switch = switch_of(p, cell_i, r),
		});
	}
	return out;
}

/* ---- the walk ------------------------------------------------------------ */

static const char *switch_text(const struct proof *p, uint32_t i)
{
	return i == HV_NONE ? "-" : arena_printf(p->arena, "%" PRIu32, i);
}

static const char *run_text(const struct proof *p, const struct run *r)
{
	static const char *const memory[] = {
		[RUN_NORMAL] = "write-back", [RUN_UNCACHED] = "uncached",
		[RUN_DEVICE] = "device" };

	return arena_printf(p->arena, "0x%" PRIx64 "..0x%" PRIx64 " at 0x%"
			    PRIx64 " r%c%c %s, switches %s and %s", r->input,
			    r->input + r->size - 1, r->output,
			    r->may_write ? 'w' : '-',
			    r->may_execute ? 'x' : '-', memory[r->memory],
			    switch_text(p, r->root_switch),
			    switch_text(p, r->part_switch));
}

static void compare(struct proof *p, const char *who, const struct runs *is,
		    const struct runs *should)
{
	for (size_t i = 0; i < is->n || i < should->n; i++) {
		const struct run *a = i < is->n ? &is->list[i] : NULL;
		const struct run *b = i < should->n ? &should->list[i] : NULL;

		if (a && b && run_is_same(a, b))
			continue;
		proof_differ(p, "%s: it reaches %s (%s), its regions say %s",
			     who, a ? run_text(p, a) : "nothing more",
			     a ? proof_owner_text(p, (struct extent){
				     a->output, a->size }) : "-",
			     b ? run_text(p, b) : "nothing more");
		return;
	}
}

static void check_cell(struct reach *r, uint32_t cell_i)
{
	struct proof *p = r->p;
	struct runs is = { .arena = p->arena };
	struct runs should = expected(p, cell_i);
	const char *fault;

	r->pool.mark = (uint8_t)(cell_i + 1);
	fault = p->decoder->walk_cell(p->arch, cell_i, &r->pool, &is);
	if (fault)
		proof_differ(p, "%s: %s", p->cells[cell_i].who, fault);
	else
		compare(p, p->cells[cell_i].who, &is, &should);
}

/* A table that no walk comes to must be empty: nobody knows what it is. */
static void check_unused(const struct reach *r)
{
	for (size_t i = 0; i < r->pool.n_words; i++)
		if (!proof_claim(r->p, r->pool.used_by[i / POOL_GRANULE_WORDS] ||
				       !r->words[i],
				 "the page tables have a table at word %zu that"
				 " nothing uses", i))
			return;
}

void proof_reach(struct proof *p)
{
	size_t n = p->head->pool.count;
	size_t n_granules = n / POOL_GRANULE_WORDS;
	struct reach r = {
		.p = p,
		.words = arena_array(p->arena, n, sizeof(uint64_t)),
		.switches = arena_array(p->arena, n, sizeof(uint32_t)),
	};

	memcpy(r.words, p->pool, n * sizeof(uint64_t));
	r.pool = (struct pool_view){
		.words = r.words,
		.n_words = n,
		.pa = p->head->base.u + p->image->tables_offset +
		      p->head->pool.offset,
		.used_by = arena_alloc(p->arena, n_granules),
		.switches = r.switches,
	};
	for (uint32_t i = 0; i < p->head->switches.count; i++)
		if (!turn_on(&r, i))
			return;
	for (uint32_t i = 0; i < p->head->cells.count; i++)
		check_cell(&r, i);
	for (uint32_t i = 0; i < p->head->switches.count; i++)
		check_owner(&r, i);
	r.pool.mark = MARK_HYPERVISOR;
	proof_hypervisor_reach(p, &r.pool);
	check_unused(&r);
	p->found.n_tables = n_granules;
}
