/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cell.h"

#include "core/event.h"
#include "core/late.h"
#include "core/life.h"
#include "core/memory.h"
#include "core/payload.h"
#include "core/place.h"
#include "core/shared.h"
#include "core/text.h"
#include "dev/console.h"

#define RESTART_PERIOD_US 50000u

void cell_cancel_pending(const struct hv_cell *cell, struct hv_cell_state *run)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		struct hv_cpu_state *cpu = hv_cpu((uint32_t)__builtin_ctzll(left));

		if (cpu->power != CPU_ON_PENDING)
			continue;
		cpu->power = CPU_OFF;
		run->n_active--;
	}
}

void cell_call_out(const struct hv_cell *cell, const struct hv_cpu_state *but)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		const struct hv_cpu_state *cpu =
			hv_cpu((uint32_t)__builtin_ctzll(left));

		if (cpu != but)
			arch_ipi(cpu);
	}
}

static void forget_kept(const struct hv_cell *cell)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1)
		hv_cpu((uint32_t)__builtin_ctzll(left))->is_kept = false;
}

int32_t cell_step(uint32_t cell_i, enum life_request request)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	struct hv_cell_state *run = &hv.cells[cell_i];
	struct hv_cpu_state *boot = hv_cpu(cell->boot_cpu);
	int32_t answer = HV_E_STATE;

	if (request != LIFE_START || !late_is_ending())
		answer = life_step(cell_i, request);

	if (answer == 0 && run->state == CELL_RUNNING) {
		forget_kept(cell);
		boot->entry = cell->entry;
		boot->argument = cell->tree.u;
		boot->power = CPU_ON_PENDING;
		run->n_active = 1;
		run->started_us = arch_time_us();
		event_add(cell_i, HV_EVENT_START, ++run->n_starts);
	}
	return answer;
}

static bool is_live(enum cell_state s)
{
	return s == CELL_RUNNING || s == CELL_CLEANING || s == CELL_STARTING;
}

/*
 * Without a root cell nobody can start a cell again, so the last power-off is
 * the machine's. Each cell's state is stored before the others' are read, so
 * of two that end at once one sees both. A crash is not a power-off: somebody
 * may want to look.
 */
static bool was_last_power_off(enum cell_state state)
{
	if (hv_system.root_cell != HV_NONE || state != CELL_OFF)
		return false;
	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		if (is_live(__atomic_load_n(&hv.cells[i].state, __ATOMIC_SEQ_CST)))
			return false;
	}
	return true;
}

/*
 * A cell that ends as soon as it starts, again and again, does so no faster
 * than this, so that it cannot fill the log. Its own CPU spends the time.
 */
static bool is_too_soon(const struct hv_cell_state *run)
{
	return __atomic_load_n(&run->after, __ATOMIC_RELAXED) == CELL_RUNNING &&
	       run->n_starts != 0 &&
	       arch_time_us() - run->started_us < RESTART_PERIOD_US;
}

/* The cell's memory is as its next start, or nobody, needs it. */
static void end_cleaning(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	enum cell_state state;
	int32_t answer;
	bool is_loaded;

	if (is_too_soon(run)) {
		arch_relax();
		return;
	}
	lock_take(&run->lock);
	/* A stop since next_step, in CELL_STARTING, has begun a new cleaning. */
	is_loaded = run->is_loaded;	/* forgotten by the step */
	answer = run->phase == CLEAN_DONE ?
		cell_step(cpu->cell_i, LIFE_CLEANED) : HV_E_BUSY;
	state = run->state;
	if (answer == 0 && state == CELL_LOADED && is_loaded)
		event_add(cpu->cell_i, HV_EVENT_LOADED, 0);
	lock_drop(&run->lock);

	if (answer) {		/* or a peer is cleaning what they share */
		arch_relax();
		return;
	}
	if (state == CELL_RUNNING || state == CELL_LOADED)
		event_tell();
	if (was_last_power_off(state)) {
		console_puts("hvisor: the last cell is off; the machine goes off\n");
		cell_machine_off();
	}
}

static void refuse_payload(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	struct text t;

	lock_take(&run->lock);
	event_add(cpu->cell_i, HV_EVENT_REFUSED, run->row_i);
	life_must(life_step(cpu->cell_i, LIFE_REFUSED));
	lock_drop(&run->lock);
	text_begin(&t, "hvisor: cell '");
	text_add(&t, cpu->cell->name);
	text_add(&t, "' was loaded with what its text does not name");
	console_puts(text_line(&t));
	event_tell();
}

static void check_piece(struct hv_cpu_state *cpu)
{
	switch (payload_check_piece(cpu->cell, cpu->cell_i, cpu->run)) {
	case PAYLOAD_MORE:
		break;
	case PAYLOAD_GOOD:
		arch_code_changed();
		cpu->run->phase = CLEAN_DONE;
		break;
	case PAYLOAD_OTHER:
		refuse_payload(cpu);
		break;
	}
}

static void clean_piece(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;

	/* Not before: the image may still be read where this would write. */
	if (run->phase <= CLEAN_LINES && !place_piece(cpu->cell_i))
		return;
	if (run->phase == CLEAN_PLACE) {
		run->phase = CLEAN_DONE;
	} else if (run->phase == CLEAN_LINES) {
		arch_cell_reset(cpu->cell_i);
		console_cell_reset(cpu->cell_i);
		shared_leave(cpu->cell_i);
		memory_clean_begin(run);
	} else if (run->phase == CLEAN_CHECK) {
		check_piece(cpu);
	} else if (run->phase != CLEAN_DONE) {
		memory_clean_piece(cpu->cell, cpu->cell_i, run);
	} else {
		end_cleaning(cpu);
	}
}

/* ---- the park loop ------------------------------------------------------ */

enum step { STEP_WAIT, STEP_CLEAN, STEP_ENTER, STEP_OFF };

static bool is_boot_cpu(const struct hv_cpu_state *cpu)
{
	return cpu->cell->boot_cpu == cpu->cpu_i;
}

static bool is_to_clean(const struct hv_cpu_state *cpu)
{
	const struct hv_cell_state *run = cpu->run;

	return (run->state == CELL_CLEANING || run->state == CELL_STARTING) &&
	       run->n_active == 0 && is_boot_cpu(cpu);
}

static enum step next_step(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	enum step step = STEP_WAIT;

	if (!run)
		return STEP_WAIT;
	lock_take(&run->lock);
	if (run->state == CELL_RUNNING && cpu->power == CPU_ON_PENDING) {
		cpu->power = CPU_ON;
		step = STEP_ENTER;
	} else if (is_to_clean(cpu)) {
		step = STEP_CLEAN;
	} else if (late_is_going_off() && cpu->power == CPU_OFF) {
		step = STEP_OFF;	/* under the lock: nobody turns it on now */
	}
	lock_drop(&run->lock);
	return step;
}

void cpu_idle(struct hv_cpu_state *cpu)
{
	for (;;) {
		switch (next_step(cpu)) {
		case STEP_WAIT:
			arch_wait(cpu);
			break;
		case STEP_CLEAN:
			clean_piece(cpu);
			arch_poll(cpu);
			break;
		case STEP_ENTER:
			arch_enter(cpu, cpu->entry, cpu->argument);
		case STEP_OFF:
			__atomic_store_n(&cpu->up, CPU_GONE, __ATOMIC_SEQ_CST);
			arch_cpu_off();
		}
	}
}

void cpu_park(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	bool is_last, is_unseen;

	/* Before the power state says off: from then on it may be started. */
	arch_cpu_reset(cpu);

	lock_take(&run->lock);
	cpu->power = CPU_OFF;
	is_last = --run->n_active == 0;
	is_unseen = is_last && run->state == CELL_RUNNING;
	if (is_unseen)
		cell_end_unseen(cpu);
	lock_drop(&run->lock);

	if (is_unseen)
		cell_say_unseen(cpu);
	if (is_last && !is_boot_cpu(cpu))
		arch_ipi(hv_cpu(cpu->cell->boot_cpu));
	cpu_idle(cpu);
}

void cpu_park_and_keep(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;

	lock_take(&run->lock);
	cpu->is_kept = run->state == CELL_CLEANING && run->after == CELL_KEPT;
	lock_drop(&run->lock);
	if (cpu->is_kept)
		arch_cpu_keep(cpu);
	cpu_park(cpu);
}
