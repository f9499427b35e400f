/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/life.h"

#include "core/event.h"
#include "core/late.h"
#include "core/shared.h"
#include "core/switch.h"

/* Where a cell is: in a state, or in CELL_CLEANING on the way to one. */
#define IN(state) (1u << (state))
#define TO(state) (1u << (N_CELL_STATES + (state)))

#define ON(request) (1u << (request))

/* As `to`: the state that it was on the way to. */
#define ARRIVES N_CELL_STATES
/* As `to`, `after` and `phase`: nothing changes. */
#define STAYS CELL_CLEANING, CELL_CLEANING, CLEAN_SAME
/* As those: no more than the state. */
#define GOES(state) state, CELL_EMPTY, CLEAN_DONE
/* As those: CELL_CLEANING, from that phase on, and then to `after`. */
#define CLEANS(after, phase) CELL_CLEANING, after, phase

/* On one of `on`, and where it is one of `at`, and where `is_pristine` only if a
 * copy of the payload is kept. What no row fits is refused. */
struct row {
	uint32_t at;
	uint16_t on;
	uint8_t is_pristine;
	uint8_t to, after, phase;
	int8_t answer;
};

/* The first ones are on the way from reset to a cell. */
static const struct row rows[] = {
	{ TO(CELL_LOADED), ON(LIFE_BOOT), 0,
	  CLEANS(CELL_RUNNING, CLEAN_SAME), 0 },
	{ TO(CELL_RUNNING) | TO(CELL_OFF) | TO(CELL_CRASHED) | TO(CELL_KEPT) |
	  TO(CELL_LOADED) | TO(CELL_CLEAN) | IN(CELL_STARTING), ON(LIFE_CLEANED), 0,
	  GOES(ARRIVES), 0 },
	{ IN(CELL_LOADED), ON(LIFE_BOOT) | ON(LIFE_START), 0,
	  GOES(CELL_RUNNING), 0 },

	{ IN(CELL_OFF) | IN(CELL_CRASHED), ON(LIFE_START), 1,
	  GOES(CELL_RUNNING), 0 },
	{ IN(CELL_KEPT) | IN(CELL_EMPTY) | IN(CELL_CLEAN), ON(LIFE_START), 1,
	  CLEANS(CELL_RUNNING, CLEAN_LINES), 0 },
	{ TO(CELL_CLEAN) | TO(CELL_OFF) | TO(CELL_CRASHED) | TO(CELL_KEPT),
	  ON(LIFE_START), 1, STAYS, HV_E_BUSY },
	{ TO(CELL_LOADED), ON(LIFE_START), 0, STAYS, HV_E_BUSY },

	{ IN(CELL_RUNNING) | IN(CELL_STARTING), ON(LIFE_STOP), 0,
	  CLEANS(CELL_OFF, CLEAN_LINES), 0 },
	{ TO(CELL_RUNNING), ON(LIFE_STOP) | ON(LIFE_CLEAR), 0,
	  CLEANS(CELL_OFF, CLEAN_SAME), 0 },

	{ IN(CELL_CLEAN), ON(LIFE_LOAD_BEGIN), 0, GOES(CELL_LOADING), 0 },
	{ IN(CELL_EMPTY) | IN(CELL_LOADING) | IN(CELL_LOADED) | IN(CELL_OFF) |
	  IN(CELL_CRASHED) | IN(CELL_KEPT), ON(LIFE_LOAD_BEGIN) | ON(LIFE_CLEAR), 0,
	  CLEANS(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ IN(CELL_RUNNING) | IN(CELL_STARTING), ON(LIFE_CLEAR), 0,
	  CLEANS(CELL_CLEAN, CLEAN_LINES), HV_E_BUSY },
	{ TO(CELL_OFF) | TO(CELL_CRASHED) | TO(CELL_KEPT) | TO(CELL_CLEAN) |
	  TO(CELL_LOADED), ON(LIFE_LOAD_BEGIN), 0, STAYS, HV_E_BUSY },
	{ IN(CELL_LOADING), ON(LIFE_LOAD_END), 0,
	  CLEANS(CELL_LOADED, CLEAN_LOADED), 0 },

	{ IN(CELL_RUNNING), ON(LIFE_CRASH), 0, CLEANS(CELL_CRASHED, CLEAN_LINES), 0 },
	{ IN(CELL_RUNNING), ON(LIFE_KEEP), 0, CLEANS(CELL_KEPT, CLEAN_LINES), 0 },
	{ IN(CELL_RUNNING), ON(LIFE_RESTART), 0, CLEANS(CELL_RUNNING, CLEAN_LINES), 0 },

	{ TO(CELL_LOADED), ON(LIFE_REFUSED), 0, CLEANS(CELL_CLEAN, CLEAN_LINES), 0 },
};

static const struct row *find(uint32_t cell_i, enum life_request request)
{
	const struct hv_cell_state *run = &hv.cells[cell_i];
	uint32_t at = run->state == CELL_CLEANING ? TO(run->after) : IN(run->state);

	for (const struct row *r = rows; r < rows + sizeof(rows) / sizeof(*rows); r++) {
		if (r->at & at && r->on & ON(request) &&
		    (!r->is_pristine || hv_cell_row(cell_i)->copies.count))
			return r;
	}
	return NULL;
}

/* The boot CPU's IPI is the caller's. */
static void begin(uint32_t cell_i)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	struct hv_cell_state *run = &hv.cells[cell_i];
	struct hv_cpu_state *boot = hv_cpu(cell->boot_cpu);

	switch_root(cell_i, true);
	run->uses_channels = true;
	boot->entry = cell->entry;
	boot->argument = cell->tree.u;
	boot->power = CPU_ON_PENDING;
	run->n_active = 1;
	run->started_us = arch_time_us();
	event_add(cell_i, HV_EVENT_START, ++run->n_starts);
}

/*
 * A CPU that was told to start and has not is parked, and stays so. One that
 * hears no IPI has nothing more to execute, and so comes by itself. The fence:
 * it is to find that its cell does not run any more, and not to be told of a
 * fault.
 */
static void end(uint32_t cell_i)
{
	for (struct hv_cpu_state *cpu = hv.cells[cell_i].cpus; cpu; cpu = cpu->next) {
		if (cpu->power == CPU_ON_PENDING) {
			cpu->power = CPU_OFF;
			hv.cells[cell_i].n_active--;
		}
	}
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	switch_root(cell_i, false);
}

/* Where it goes, if it is to run: what others clean does not change meanwhile. */
static enum cell_state target(uint32_t cell_i, const struct row *r)
{
	const struct hv_cell_state *run = &hv.cells[cell_i];
	uint32_t to = r->to;

	if (to == ARRIVES)
		to = run->state == CELL_STARTING ? CELL_RUNNING : run->after;
	return to == CELL_RUNNING && !shared_is_free(cell_i) ? CELL_STARTING :
		(enum cell_state)to;
}

/* The cell's boot CPU alone touches `phase` in CLEANING: CLEAN_SAME leaves it. */
static void take(uint32_t cell_i, const struct row *r)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	enum cell_state from = run->state, to = target(cell_i, r);

	/* Shut before the state says that somebody else may use the memory. */
	if (from == CELL_LOADING || to == CELL_LOADING || to == CELL_RUNNING)
		switch_windows(cell_i, to == CELL_LOADING);
	if (r->phase != CLEAN_SAME) {
		run->phase = (enum clean_phase)r->phase;
		run->row_i = 0;
		run->row_offset = 0;
		run->is_sparing = r->phase == CLEAN_LOADED;
	}
	if (r->after != CELL_CLEANING)
		write_once(run->after, (enum cell_state)r->after);
	/* SEQ_CST: end.c compares the states of cells that end at once. */
	__atomic_store_n(&run->state, to, __ATOMIC_SEQ_CST);
	if (to == CELL_RUNNING)
		begin(cell_i);
	else if (from == CELL_RUNNING)
		end(cell_i);
}

int32_t life_step(uint32_t cell_i, enum life_request request)
{
	const struct row *r = NULL;

	lock_take(&hv.shared_lock);
	if (request != LIFE_START || !late_is_ending())
		r = find(cell_i, request);
	if (r)
		take(cell_i, r);
	lock_drop(&hv.shared_lock);
	return r ? r->answer : HV_E_STATE;
}

void life_must(uint32_t cell_i, enum life_request request)
{
	if (life_step(cell_i, request))
		panic("a cell cannot take a step of its own");
}

bool life_has_payload(uint32_t cell_i)
{
	const struct hv_cell_state *run = &hv.cells[cell_i];
	enum cell_state s = run->state == CELL_CLEANING ? run->after : run->state;

	return s == CELL_LOADED || s == CELL_STARTING || s == CELL_RUNNING ||
	       (s != CELL_LOADING && hv_cell_row(cell_i)->copies.count);
}
