/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each cell can reach, in every state of the switches that change its
 * tables: its root off, only its root on, each other switch on with and
 * without the root, and all on. A walk gives maximal runs; they are compared
 * with the layout's mappings, and then, without the layout, with what no cell
 * may ever reach.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "image/verify.h"

struct reach {
	struct verify *v;
	uint64_t *words;		/* the pool in the state looked at */
	struct pool_view pool;
	uint8_t *is_used_ever;		/* by granule, in any state */
	struct runs *reached;		/* by cell: while no window is open */
};

/* ---- states -------------------------------------------------------------- */

static const struct hv_switch_word *words_of(const struct verify *v,
					     const struct hv_switch *s)
{
	return (const void *)((const uint8_t *)v->head + s->words.offset);
}

static void turn(struct reach *r, size_t switch_i, bool is_on)
{
	const struct hv_switch *s = &r->v->switches[switch_i];
	const struct hv_switch_word *w = words_of(r->v, s);

	for (uint32_t i = 0; i < s->words.count; i++)
		r->words[w[i].index] = is_on ? w[i].on : 0;
}

/*
 * The tables are emitted as they are at boot. No word belongs to two switches:
 * the second would undo the first. What a switch turns on is something.
 */
static bool check_words(struct reach *r)
{
	const struct verify *v = r->v;
	const uint64_t *pool = (const void *)
		((const uint8_t *)v->head + v->head->pool.offset);
	uint8_t *is_taken = arena_alloc(v->arena, r->pool.n_words);
	size_t n = v->n_differences;

	for (size_t i = 0; i < v->layout->n_switches; i++) {
		const struct hv_switch *s = &v->switches[i];
		const struct hv_switch_word *w = words_of(v, s);

		for (uint32_t k = 0; k < s->words.count; k++) {
			if (w[k].index >= v->layout->pool->n_switched ||
			    !w[k].on || is_taken[w[k].index]) {
				verify_differ(r->v, "switch %zu: word %" PRIu32
					      " is outside of the page tables"
					      " that can be written, empty, or"
					      " another switch's", i, k);
				continue;
			}
			is_taken[w[k].index] = 1;
			if (pool[w[k].index] != (s->is_on_at_boot ? w[k].on : 0))
				verify_differ(r->v, "switch %zu: word %" PRIu32
					      " is not as it is at boot", i, k);
		}
	}
	return v->n_differences == n;
}

/* ---- what a state should reach ------------------------------------------- */

static enum run_memory memory_of(const struct mapping *m)
{
	if (m->kind == MAP_DEVICE)
		return RUN_DEVICE;
	return m->access.is_uncached ? RUN_UNCACHED : RUN_NORMAL;
}

static void add_expected(struct runs *out, const struct mapping *m)
{
	struct run next = {
		.input = m->ipa.base.u,
		.output = m->pa.u,
		.size = m->ipa.size,
		.may_read = m->access.may_read,
		.may_write = m->access.may_write,
		.may_execute = m->access.may_execute && m->kind != MAP_DEVICE,
		.memory = memory_of(m),
	};
	struct run *last = out->n ? &out->list[out->n - 1] : NULL;

	if (last && last->input + last->size == next.input &&
	    last->output + last->size == next.output &&
	    last->may_read == next.may_read &&
	    last->may_write == next.may_write &&
	    last->may_execute == next.may_execute &&
	    last->memory == next.memory) {
		last->size += next.size;
		return;
	}
	out->list = arena_grow(out->arena, out->list, out->n,
			       sizeof(*out->list));
	out->list[out->n++] = next;
}

static bool is_on(const struct verify *v, size_t cell_i, uint32_t switch_i,
		  const bool *state)
{
	if (!state[v->layout->cells[cell_i].root_switch_i])
		return false;
	return switch_i == UINT32_MAX || state[switch_i];
}

static struct runs expected_runs(const struct verify *v, size_t cell_i,
				 const bool *state)
{
	const struct cell_layout *c = &v->layout->cells[cell_i];
	struct runs out = { .arena = v->arena };

	for (size_t i = 0; i < c->n_mappings; i++)
		if (is_on(v, cell_i, c->mappings[i].switch_i, state))
			add_expected(&out, &c->mappings[i]);
	return out;
}

static bool is_same(const struct run *a, const struct run *b)
{
	return a->input == b->input && a->output == b->output &&
	       a->size == b->size && a->may_read == b->may_read &&
	       a->may_write == b->may_write &&
	       a->may_execute == b->may_execute && a->memory == b->memory;
}

static void compare(struct verify *v, const char *who, const char *state,
		    const struct runs *is, const struct runs *should)
{
	for (size_t i = 0; i < is->n || i < should->n; i++) {
		if (i < is->n && i < should->n &&
		    is_same(&is->list[i], &should->list[i]))
			continue;
		verify_differ(v, "%s, %s: it reaches %s, the model says %s", who,
			      state, i < is->n ?
			      verify_run_text(v->arena, &is->list[i]) : "nothing more",
			      i < should->n ?
			      verify_run_text(v->arena, &should->list[i]) :
			      "nothing more");
		return;
	}
}

/* ---- one cell ------------------------------------------------------------ */

static struct runs walk(struct reach *r, size_t cell_i, const char *who,
			const char *state)
{
	struct runs out = { .arena = r->v->arena };
	size_t n_granules = r->pool.n_words / (GRANULE / sizeof(uint64_t));
	const char *fault;

	memset(r->pool.is_used, 0, n_granules);
	fault = r->v->decoder->walk_cell(&r->v->arch, cell_i, &r->pool, &out);
	if (fault)
		verify_differ(r->v, "%s, %s: %s", who, state, fault);
	for (size_t i = 0; i < n_granules; i++)
		r->is_used_ever[i] |= r->pool.is_used[i];
	return out;
}

static void apply(struct reach *r, const bool *state)
{
	for (size_t i = 0; i < r->v->layout->n_switches; i++)
		turn(r, i, state[i]);
}

static struct runs check_state(struct reach *r, size_t cell_i,
			       const bool *state, const char *name)
{
	const char *who = arena_printf(r->v->arena, "cell '%s'",
				       r->v->model->cells[cell_i].name);
	struct runs should = expected_runs(r->v, cell_i, state);

	apply(r, state);

	struct runs is = walk(r, cell_i, who, name);

	compare(r->v, who, name, &is, &should);
	verify_forbidden(r->v, who, &is);
	return is;
}

static void check_cell(struct reach *r, size_t cell_i)
{
	const struct layout *l = r->v->layout;
	struct arena *a = r->v->arena;
	bool *state = arena_array(a, l->n_switches + 1, sizeof(*state));
	uint32_t root = l->cells[cell_i].root_switch_i;

	check_state(r, cell_i, state, "everything off");
	for (size_t i = 0; i < l->n_switches; i++) {
		if (l->switches[i].owner != &r->v->model->cells[cell_i] ||
		    i == root)
			continue;
		state[i] = true;
		check_state(r, cell_i, state, arena_printf(a, "switch %zu on,"
							   " root off", i));
		state[root] = true;
		check_state(r, cell_i, state, arena_printf(a, "switch %zu on",
							   i));
		state[i] = state[root] = false;
	}
	for (size_t i = 0; i < l->n_switches; i++)
		state[i] = true;
	check_state(r, cell_i, state, "everything on");

	/* What it reaches while all cells run: no window is open then. */
	for (size_t i = 0; i < l->n_switches; i++)
		state[i] = l->switches[i].kind != SWITCH_WINDOW;

	r->reached[cell_i] = check_state(r, cell_i, state, "windows shut");
}

/* ---- all cells ----------------------------------------------------------- */

/* A table that no walk comes to must be empty: nobody knows what it is. */
static void check_unused(const struct reach *r)
{
	size_t n = GRANULE / sizeof(uint64_t);

	for (size_t i = 0; i < r->pool.n_words; i++)
		if (!r->is_used_ever[i / n] && r->words[i]) {
			verify_differ(r->v, "the page tables have a table at"
				      " word %zu that nothing uses", i);
			return;
		}
}

void verify_reach(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;
	size_t n = v->head->pool.count;
	size_t n_granules = n / (GRANULE / sizeof(uint64_t));
	struct reach r = {
		.v = v,
		.words = arena_array(v->arena, n, sizeof(uint64_t)),
		.is_used_ever = arena_alloc(v->arena, n_granules + 1),
		.reached = arena_array(v->arena, v->model->n_cells,
				       sizeof(struct runs)),
	};

	memcpy(r.words, (const uint8_t *)v->head + v->head->pool.offset,
	       n * sizeof(uint64_t));
	r.pool = (struct pool_view){
		.words = r.words,
		.n_words = n,
		.pa = h->tables.base.u + v->head->pool.offset,
		.is_used = arena_alloc(v->arena, n_granules + 1),
	};
	if (!check_words(&r))
		return;
	for (size_t i = 0; i < v->model->n_cells; i++)
		check_cell(&r, i);
	verify_isolation(v, r.reached);

	memset(r.pool.is_used, 0, n_granules);
	verify_hypervisor(v, &r.pool);
	for (size_t i = 0; i < n_granules; i++)
		r.is_used_ever[i] |= r.pool.is_used[i];
	check_unused(&r);
}
