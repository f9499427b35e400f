/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/life.h"

#include "core/shared.h"
#include "core/switch.h"

enum needs {
	ALWAYS,
	PRISTINE,		/* a copy of the payload is kept */
	FREE,			/* nothing that the cell shares is being cleaned */
	PRISTINE_FREE,
};

/*
 * From `from`, and where that is CELL_CLEANING, on the way to `was`. To `to`,
 * and where that is CELL_CLEANING, from `phase` on, and then to `after`. The
 * first row that fits counts; what no row fits is refused.
 */
struct row {
	uint8_t request, from, was, needs;
	uint8_t to, after, phase;
	int8_t answer;
};

#define NOT_CLEANING CELL_EMPTY		/* in `was` and `after`: not looked at */
#define TO(state) state, NOT_CLEANING, CLEAN_DONE
#define CLEANING_TO(state, phase) CELL_CLEANING, state, phase

static const struct row rows[] = {
	{ LIFE_BOOT, CELL_LOADED, 0, FREE, TO(CELL_RUNNING), 0 },
	{ LIFE_BOOT, CELL_LOADED, 0, ALWAYS, TO(CELL_STARTING), 0 },
	{ LIFE_BOOT, CELL_CLEANING, CELL_LOADED, ALWAYS,
	  CLEANING_TO(CELL_RUNNING, CLEAN_SAME), 0 },

	{ LIFE_CLEANED, CELL_CLEANING, CELL_RUNNING, FREE, TO(CELL_RUNNING), 0 },
	{ LIFE_CLEANED, CELL_CLEANING, CELL_RUNNING, ALWAYS, TO(CELL_STARTING), 0 },
	{ LIFE_CLEANED, CELL_STARTING, 0, FREE, TO(CELL_RUNNING), 0 },
	{ LIFE_CLEANED, CELL_CLEANING, CELL_OFF, ALWAYS, TO(CELL_OFF), 0 },
	{ LIFE_CLEANED, CELL_CLEANING, CELL_CRASHED, ALWAYS, TO(CELL_CRASHED), 0 },
	{ LIFE_CLEANED, CELL_CLEANING, CELL_KEPT, ALWAYS, TO(CELL_KEPT), 0 },
	{ LIFE_CLEANED, CELL_CLEANING, CELL_LOADED, ALWAYS, TO(CELL_LOADED), 0 },
	{ LIFE_CLEANED, CELL_CLEANING, CELL_CLEAN, ALWAYS, TO(CELL_CLEAN), 0 },

	{ LIFE_START, CELL_LOADED, 0, FREE, TO(CELL_RUNNING), 0 },
	{ LIFE_START, CELL_LOADED, 0, ALWAYS, TO(CELL_STARTING), 0 },
	{ LIFE_START, CELL_OFF, 0, PRISTINE_FREE, TO(CELL_RUNNING), 0 },
	{ LIFE_START, CELL_OFF, 0, PRISTINE, TO(CELL_STARTING), 0 },
	{ LIFE_START, CELL_CRASHED, 0, PRISTINE_FREE, TO(CELL_RUNNING), 0 },
	{ LIFE_START, CELL_CRASHED, 0, PRISTINE, TO(CELL_STARTING), 0 },
	{ LIFE_START, CELL_KEPT, 0, PRISTINE,
	  CLEANING_TO(CELL_RUNNING, CLEAN_LINES), 0 },
	{ LIFE_START, CELL_EMPTY, 0, PRISTINE,
	  CLEANING_TO(CELL_RUNNING, CLEAN_LINES), 0 },
	{ LIFE_START, CELL_CLEAN, 0, PRISTINE,
	  CLEANING_TO(CELL_RUNNING, CLEAN_LINES), 0 },
	{ LIFE_START, CELL_CLEANING, CELL_CLEAN, PRISTINE,
	  CLEANING_TO(CELL_CLEAN, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_START, CELL_CLEANING, CELL_OFF, PRISTINE,
	  CLEANING_TO(CELL_OFF, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_START, CELL_CLEANING, CELL_CRASHED, PRISTINE,
	  CLEANING_TO(CELL_CRASHED, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_START, CELL_CLEANING, CELL_KEPT, PRISTINE,
	  CLEANING_TO(CELL_KEPT, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_START, CELL_CLEANING, CELL_LOADED, ALWAYS,
	  CLEANING_TO(CELL_LOADED, CLEAN_SAME), HV_E_BUSY },

	{ LIFE_STOP, CELL_RUNNING, 0, ALWAYS,
	  CLEANING_TO(CELL_OFF, CLEAN_LINES), 0 },
	{ LIFE_STOP, CELL_STARTING, 0, ALWAYS,
	  CLEANING_TO(CELL_OFF, CLEAN_LINES), 0 },
	{ LIFE_STOP, CELL_CLEANING, CELL_RUNNING, ALWAYS,
	  CLEANING_TO(CELL_OFF, CLEAN_SAME), 0 },

	{ LIFE_LOAD_BEGIN, CELL_CLEAN, 0, ALWAYS, TO(CELL_LOADING), 0 },
	{ LIFE_LOAD_BEGIN, CELL_EMPTY, 0, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_LOADING, 0, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_LOADED, 0, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_OFF, 0, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_CRASHED, 0, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_KEPT, 0, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_CLEANING, CELL_OFF, ALWAYS,
	  CLEANING_TO(CELL_OFF, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_CLEANING, CELL_CRASHED, ALWAYS,
	  CLEANING_TO(CELL_CRASHED, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_CLEANING, CELL_KEPT, ALWAYS,
	  CLEANING_TO(CELL_KEPT, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_CLEANING, CELL_CLEAN, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_SAME), HV_E_BUSY },
	{ LIFE_LOAD_BEGIN, CELL_CLEANING, CELL_LOADED, ALWAYS,
	  CLEANING_TO(CELL_LOADED, CLEAN_SAME), HV_E_BUSY },

	{ LIFE_LOAD_END, CELL_LOADING, 0, ALWAYS,
	  CLEANING_TO(CELL_LOADED, CLEAN_LOADED), 0 },

	{ LIFE_POWEROFF, CELL_RUNNING, 0, ALWAYS,
	  CLEANING_TO(CELL_OFF, CLEAN_LINES), 0 },
	{ LIFE_CRASH, CELL_RUNNING, 0, ALWAYS,
	  CLEANING_TO(CELL_CRASHED, CLEAN_LINES), 0 },
	{ LIFE_KEEP, CELL_RUNNING, 0, ALWAYS,
	  CLEANING_TO(CELL_KEPT, CLEAN_LINES), 0 },
	{ LIFE_RESTART, CELL_RUNNING, 0, ALWAYS,
	  CLEANING_TO(CELL_RUNNING, CLEAN_LINES), 0 },

	{ LIFE_REFUSED, CELL_CLEANING, CELL_LOADED, ALWAYS,
	  CLEANING_TO(CELL_CLEAN, CLEAN_LINES), 0 },
};

static bool is_pristine(uint32_t cell_i)
{
	return hv_cell_row(cell_i)->copies.count != 0;
}

static bool has(uint32_t cell_i, uint8_t needs)
{
	bool is_free = !(needs & FREE) || shared_is_free(cell_i);

	return is_free && (!(needs & PRISTINE) || is_pristine(cell_i));
}

static const struct row *find(uint32_t cell_i, enum life_request request)
{
	const struct hv_cell_state *run = &hv.cells[cell_i];

	for (uint32_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *r = &rows[i];

		if (r->request == request && r->from == run->state &&
		    (r->from != CELL_CLEANING || r->was == run->after) &&
		    has(cell_i, r->needs))
			return r;
	}
	return NULL;
}

/*
 * A CPU that hears no IPI has nothing more to execute, and so comes by itself.
 * The fence: it is to find that its cell does not run any more, and not to be
 * told of a fault.
 */
static void close_root(uint32_t cell_i)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	switch_root(cell_i, false);
}

/* The cell's boot CPU alone touches `phase` in CLEANING: CLEAN_SAME leaves it. */
static void take(uint32_t cell_i, const struct row *r)
{
	struct hv_cell_state *run = &hv.cells[cell_i];

	/* Shut before the state says that somebody else may use the memory. */
	if (r->from == CELL_LOADING || r->to == CELL_RUNNING)
		switch_windows(cell_i, false);
	if (r->to == CELL_LOADING)
		switch_windows(cell_i, true);
	if (r->to == CELL_RUNNING) {
		switch_root(cell_i, true);
		shared_use(cell_i);
	}
	if (r->phase != CLEAN_SAME) {
		run->phase = (enum clean_phase)r->phase;
		run->is_sparing = run->is_loaded = r->phase == CLEAN_LOADED;
	}
	__atomic_store_n(&run->after, (enum cell_state)r->after, __ATOMIC_RELAXED);
	/* SEQ_CST: cell.c compares the states of cells that end at once. */
	__atomic_store_n(&run->state, (enum cell_state)r->to, __ATOMIC_SEQ_CST);
	if (r->from == CELL_RUNNING)
		close_root(cell_i);
}

int32_t life_step(uint32_t cell_i, enum life_request request)
{
	const struct row *r;

	/* What others clean does not change between the look and the step. */
	lock_take(&hv.shared_lock);
	r = find(cell_i, request);
	if (r)
		take(cell_i, r);
	lock_drop(&hv.shared_lock);
	return r ? r->answer : HV_E_STATE;
}

void life_must(int32_t answer)
{
	if (answer)
		panic("a cell cannot take a step of its own");
}

bool life_has_payload(uint32_t cell_i)
{
	const struct hv_cell_state *run = &hv.cells[cell_i];
	enum cell_state s = run->state == CELL_CLEANING ? run->after : run->state;

	return s == CELL_LOADED || s == CELL_STARTING || s == CELL_RUNNING ||
	       (s != CELL_LOADING && is_pristine(cell_i));
}
