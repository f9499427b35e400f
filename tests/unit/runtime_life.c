/* SPDX-License-Identifier: BSD-2-Clause */
/* Every step from every state: the table says what the manual does, no more. */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/life.h"

enum { CELL, PEER, WINDOW = 77, ROOT = 99 };

static struct hv_cell *a;

static void setup(void)
{
	fake_begin();
	a = fake_cell("a", 1);
	fake_cell("peer", 1);
	fake_region(a, fake_memory(4096), 4096, HV_REGION_CHANNEL);
	fake_tables.regions[CELL][0].arg = 0;
	fake_tables.switches[0] = (struct hv_switch){
		.condition = HV_SWITCH_WINDOW, .owner = PEER, .subject = CELL,
		.words = { (uint32_t)((char *)fake_tables.words -
				      (char *)&fake_tables), 1 },
	};
	fake_tables.switches[1] = (struct hv_switch){
		.condition = HV_SWITCH_ROOT, .owner = CELL, .subject = CELL,
		.words = { (uint32_t)((char *)&fake_tables.words[1] -
				      (char *)&fake_tables), 1 },
	};
	a->root_switch = 1;
	fake_tables.head.switches.count = 2;
	fake_tables.words[0] = (struct hv_switch_word){ .index = 3, .on = WINDOW };
	fake_tables.words[1] = (struct hv_switch_word){ .index = 4, .on = ROOT };
	fake_boot();
}

TestSuite(life, .init = setup);

/* The cell as it is before a step, and what hv-abi(7) expects of it. */
struct situation {
	enum cell_state state, after;
	bool is_pristine, is_free;
};

struct outcome {
	int32_t answer;
	enum cell_state state, after;
};

static bool is_stopped(enum cell_state s)
{
	return s == CELL_OFF || s == CELL_CRASHED || s == CELL_KEPT;
}

static struct outcome stay(struct situation s, int32_t answer)
{
	return (struct outcome){ answer, s.state, s.after };
}

static struct outcome go(enum cell_state state)
{
	return (struct outcome){ 0, state, CELL_EMPTY };
}

static struct outcome clean(enum cell_state after, int32_t answer)
{
	return (struct outcome){ answer, CELL_CLEANING, after };
}

static struct outcome run(struct situation s)
{
	return go(s.is_free ? CELL_RUNNING : CELL_STARTING);
}

static struct outcome start(struct situation s)
{
	bool is_needing = s.state == CELL_EMPTY || s.state == CELL_CLEAN ||
			  s.state == CELL_KEPT;

	if (s.state == CELL_LOADED)
		return run(s);
	if (s.state == CELL_CLEANING && s.after == CELL_LOADED)
		return stay(s, HV_E_BUSY);
	if (!s.is_pristine)
		return stay(s, HV_E_STATE);
	if (is_needing)
		return clean(CELL_RUNNING, 0);
	if (is_stopped(s.state))
		return run(s);
	if (s.state == CELL_CLEANING && s.after != CELL_RUNNING)
		return stay(s, HV_E_BUSY);
	return stay(s, HV_E_STATE);
}

static struct outcome stop(struct situation s)
{
	if (s.state == CELL_RUNNING || s.state == CELL_STARTING ||
	    (s.state == CELL_CLEANING && s.after == CELL_RUNNING))
		return clean(CELL_OFF, 0);
	return stay(s, HV_E_STATE);
}

static struct outcome load_begin(struct situation s)
{
	if (s.state == CELL_RUNNING || s.state == CELL_STARTING ||
	    (s.state == CELL_CLEANING && s.after == CELL_RUNNING))
		return stay(s, HV_E_STATE);
	if (s.state == CELL_CLEANING)
		return stay(s, HV_E_BUSY);
	return s.state == CELL_CLEAN ? go(CELL_LOADING) : clean(CELL_CLEAN, HV_E_BUSY);
}

static struct outcome clear(struct situation s)
{
	if (s.state == CELL_CLEANING && s.after == CELL_RUNNING)
		return clean(CELL_OFF, 0);
	return s.state == CELL_CLEANING || s.state == CELL_CLEAN ?
		stay(s, HV_E_STATE) : clean(CELL_CLEAN, HV_E_BUSY);
}

static struct outcome cleaned(struct situation s)
{
	if (s.state == CELL_STARTING)
		return run(s);
	if (s.state != CELL_CLEANING)
		return stay(s, HV_E_STATE);
	return s.after == CELL_RUNNING ? run(s) : go(s.after);
}

static struct outcome expected(struct situation s, enum life_request request)
{
	switch (request) {
	case LIFE_BOOT:
		if (s.state == CELL_LOADED)
			return run(s);
		if (s.state == CELL_CLEANING && s.after == CELL_LOADED)
			return clean(CELL_RUNNING, 0);
		break;
	case LIFE_START:
		return start(s);
	case LIFE_STOP:
		return stop(s);
	case LIFE_LOAD_BEGIN:
		return load_begin(s);
	case LIFE_LOAD_END:
		if (s.state == CELL_LOADING)
			return clean(CELL_LOADED, 0);
		break;
	case LIFE_CLEAR:
		return clear(s);
	case LIFE_CRASH:
	case LIFE_KEEP:
	case LIFE_RESTART:
		if (s.state == CELL_RUNNING)
			return clean(request == LIFE_CRASH ? CELL_CRASHED :
				     request == LIFE_KEEP ? CELL_KEPT :
				     CELL_RUNNING, 0);
		break;
	case LIFE_REFUSED:
		if (s.state == CELL_CLEANING && s.after == CELL_LOADED)
			return clean(CELL_CLEAN, 0);
		break;
	case LIFE_CLEANED:
		return cleaned(s);
	case N_LIFE_REQUESTS:
		break;
	}
	return stay(s, HV_E_STATE);
}

static void try(struct situation s, enum life_request request)
{
	struct hv_cell_state *cell = &hv.cells[CELL];
	struct outcome want = expected(s, request), got;
	bool was_running = s.state == CELL_RUNNING;

	cell->state = s.state;
	cell->after = s.after;
	cell->phase = CLEAN_ZERO;
	cell->uses_channels = false;
	a->copies.count = s.is_pristine;
	hv.cells[PEER].cleans = s.is_free ? 0 : 1;
	hv_cpu(CELL)->power = CPU_OFF;
	cell->n_active = 0;
	fake_tables.pool[3] = s.state == CELL_LOADING ? WINDOW : 0;
	fake_tables.pool[4] = was_running ? ROOT : 0;
	fake.n_cell_flushes[CELL] = 0;

	got.answer = life_step(CELL, request);
	got.state = cell->state;
	got.after = cell->after;
	cr_assert(got.answer == want.answer && got.state == want.state &&
		  got.after == want.after,
		  "request %d in %d (%d), pristine %d, free %d: %d %d (%d), not %d %d (%d)",
		  request, s.state, s.after, s.is_pristine, s.is_free, got.answer,
		  got.state, got.after, want.answer, want.state, want.after);
	/* The window is open in LOADING and nowhere else, channels are used in
	 * RUNNING, and what is being cleaned goes on where it is. */
	cr_assert_eq(fake_tables.pool[3], got.state == CELL_LOADING ? WINDOW : 0);
	/* Who runs has its memory, whoever stops has lost it at once. */
	cr_assert_eq(fake_tables.pool[4], got.state == CELL_RUNNING ? ROOT : 0);
	cr_assert_eq(fake.n_cell_flushes[CELL],
		     was_running && got.state != CELL_RUNNING);
	cr_assert_eq(cell->uses_channels,
		     got.state == CELL_RUNNING && s.state != CELL_RUNNING);
	if (s.state == CELL_CLEANING && got.state == CELL_CLEANING)
		cr_assert(cell->phase == CLEAN_ZERO || request == LIFE_REFUSED);
}

Test(life, every_step_from_every_state)
{
	/* Where CLEANING can lead. */
	static const enum cell_state afters[] = {
		CELL_RUNNING, CELL_OFF, CELL_CRASHED, CELL_KEPT, CELL_LOADED, CELL_CLEAN,
	};

	for (uint32_t k = 0; k < 4 * N_CELL_STATES * N_LIFE_REQUESTS; k++) {
		enum life_request request = k / 4 % N_LIFE_REQUESTS;
		struct situation s = {
			.state = k / 4 / N_LIFE_REQUESTS,
			.is_pristine = k & 1, .is_free = k >> 1 & 1,
		};

		for (uint32_t i = 0; i < (s.state == CELL_CLEANING ? 6 : 1); i++) {
			s.after = s.state == CELL_CLEANING ? afters[i] : CELL_EMPTY;
			try(s, request);
		}
	}
}
