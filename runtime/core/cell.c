/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/cell.h"

#include "core/memory.h"
#include "core/switch.h"
#include "core/text.h"
#include "dev/console.h"

#define RESTART_PERIOD_US 50000u

/* What the policy makes of an end. */
struct verdict {
	uint32_t action;		/* HV_ON_* */
	bool gave_up;			/* a restart that the limit turned to stop */
};

static const struct hv_on *policy(const struct hv_cell *cell, enum cell_end how)
{
	switch (how) {
	case END_POWEROFF:
		return &cell->on_poweroff;
	case END_REBOOT:
		return &cell->on_reboot;
	case END_CRASH:
	case N_CELL_ENDS:
		break;
	}
	return &cell->on_crash;
}

/* A cell without a pristine payload has nothing to start again from. */
static struct verdict judge(const struct hv_cell *cell, struct hv_cell_state *run,
			    enum cell_end how)
{
	const struct hv_on *on = policy(cell, how);
	struct verdict v = { .action = on->action };

	if (on->action != HV_ON_RESTART)
		return v;
	v.gave_up = cell->copies.count == 0 ||
		    (on->limit && run->n_restarts[how] >= on->limit);
	if (v.gave_up)
		v.action = HV_ON_STOP;
	else
		run->n_restarts[how]++;
	return v;
}

static void say_restart(struct text *t, const struct hv_cell *cell,
			const struct hv_cell_state *run, enum cell_end how)
{
	uint32_t limit = policy(cell, how)->limit;

	text_add(t, "; restarting");
	if (!limit)
		return;
	text_add(t, " (");
	text_add_dec(t, run->n_restarts[how]);
	text_add(t, " of ");
	text_add_dec(t, limit);
	text_add(t, ")");
}

static void say_end(const struct hv_cpu_state *cpu, enum cell_end how,
		    const char *why, struct verdict v)
{
	struct text t = { .size = 0 };

	text_add(&t, "hvisor: cell '");
	text_add(&t, cpu->cell->name);
	text_add(&t, how == END_POWEROFF ? "' powered off" :
		     how == END_REBOOT ? "' reboots" : "' crashed");
	if (how == END_CRASH) {
		text_add(&t, ": ");
		text_add(&t, why);
	}
	if (v.action == HV_ON_RESTART)
		say_restart(&t, cpu->cell, cpu->run, how);
	else if (v.action == HV_ON_KEEP)
		text_add(&t, "; its memory is kept");
	else if (v.action == HV_ON_MACHINE_OFF)
		text_add(&t, "; the machine goes off");
	else if (v.action == HV_ON_MACHINE_RESET)
		text_add(&t, "; the machine is reset");
	else if (v.gave_up)
		text_add(&t, "; no restart is left");
	console_puts(text_line(&t));
}

/* At once: the other cells are not told, and nothing of theirs is saved. */
static void machine_off(void) __attribute__((noreturn));
static void machine_off(void)
{
	console_flush();
	arch_machine_off();
}

static void machine_reset(void) __attribute__((noreturn));
static void machine_reset(void)
{
	console_flush();
	arch_machine_reset();
}

/*
 * A CPU that was told to start and has not: it is parked and stays so. The
 * lock is held.
 */
static void cancel_pending(const struct hv_cell *cell, struct hv_cell_state *run)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		struct hv_cpu_state *cpu = hv_cpu((uint32_t)__builtin_ctzll(left));

		if (cpu->power != CPU_ON_PENDING)
			continue;
		cpu->power = CPU_OFF;
		run->n_active--;
	}
}

/* The lock is held. */
static void begin_cleaning(struct hv_cell_state *run, enum cell_state after)
{
	run->after = after;
	run->phase = CLEAN_LINES;
	run->is_at_boot = false;
	__atomic_store_n(&run->state, CELL_CLEANING, __ATOMIC_RELAXED);
}

static enum cell_state after_end(enum cell_end how, uint32_t action)
{
	if (action == HV_ON_RESTART)
		return CELL_RUNNING;
	return how == END_CRASH ? CELL_CRASHED : CELL_OFF;
}

static void call_out_others(const struct hv_cpu_state *cpu)
{
	for (uint64_t left = cpu->cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);

		if (i != cpu->cpu_i)
			arch_ipi(hv_cpu(i));
	}
}

void cell_end(struct hv_cpu_state *cpu, enum cell_end how, const char *why)
{
	struct hv_cell_state *run = cpu->run;
	struct verdict v = { .action = HV_ON_STOP };
	bool is_first;

	lock_take(&run->lock);
	is_first = run->state == CELL_RUNNING;
	if (is_first) {
		v = judge(cpu->cell, run, how);
		cancel_pending(cpu->cell, run);
		begin_cleaning(run, after_end(how, v.action));
		if (v.action == HV_ON_KEEP)
			run->phase = CLEAN_DONE;
	}
	lock_drop(&run->lock);

	if (is_first) {
		say_end(cpu, how, why, v);
		if (v.action == HV_ON_MACHINE_OFF)
			machine_off();
		if (v.action == HV_ON_MACHINE_RESET)
			machine_reset();
		call_out_others(cpu);
	}
	cpu_park(cpu);
}

static bool is_live(enum cell_state s)
{
	return s == CELL_RUNNING || s == CELL_CLEANING;
}

/*
 * Without a root cell nobody can start a cell again, so the last power-off is
 * the machine's. Each cell's state is stored before the others' are read, so
 * of two that end at once one sees both. A crash is not a power-off: somebody
 * may want to look.
 */
static bool was_last_power_off(enum cell_state after)
{
	if (hv_system.root_cell != HV_NONE || after != CELL_OFF)
		return false;
	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		if (is_live(__atomic_load_n(&hv.cells[i].state, __ATOMIC_SEQ_CST)))
			return false;
	}
	return true;
}

void cell_start_locked(const struct hv_cell *cell, struct hv_cell_state *run)
{
	struct hv_cpu_state *boot = hv_cpu(cell->boot_cpu);

	boot->entry = cell->entry;
	boot->argument = cell->tree.u;
	boot->power = CPU_ON_PENDING;
	run->n_active = 1;
	run->started_us = arch_time_us();
}

/*
 * A cell that ends as soon as it starts, again and again, does so no faster
 * than this, so that it cannot fill the log. Its own CPU spends the time.
 */
static bool is_too_soon(const struct hv_cell_state *run)
{
	return run->after == CELL_RUNNING && !run->is_at_boot &&
	       arch_time_us() - run->started_us < RESTART_PERIOD_US;
}

/* The cell's memory is as its next start, or nobody, needs it. */
static void end_cleaning(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	enum cell_state after;

	if (is_too_soon(run)) {
		arch_relax();
		return;
	}
	switch_shut_windows(cpu->cell_i);
	lock_take(&run->lock);
	after = run->after;
	if (after == CELL_RUNNING)
		cell_start_locked(cpu->cell, run);
	__atomic_store_n(&run->state, after, __ATOMIC_SEQ_CST);
	lock_drop(&run->lock);
	if (was_last_power_off(after)) {
		console_puts("hvisor: the last cell is off; the machine goes off\n");
		machine_off();
	}
}

static void clean_piece(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;

	if (run->phase == CLEAN_LINES) {
		arch_cell_reset(cpu->cell_i);
		console_cell_reset(cpu->cell_i);
		memory_clean_begin(run);
	} else if (run->phase != CLEAN_DONE) {
		memory_clean_piece(cpu->cell, cpu->cell_i, run);
	} else {
		end_cleaning(cpu);
	}
}

/* ---- the park loop ------------------------------------------------------ */

enum step { STEP_WAIT, STEP_CLEAN, STEP_ENTER };

static bool is_boot_cpu(const struct hv_cpu_state *cpu)
{
	return cpu->cell->boot_cpu == cpu->cpu_i;
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
	} else if (run->state == CELL_CLEANING && run->n_active == 0 &&
		   is_boot_cpu(cpu)) {
		step = STEP_CLEAN;
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
		}
	}
}

void cpu_park(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;
	bool is_last, was_running;

	/* Before the power state says off: from then on it may be started. */
	arch_cpu_reset(cpu);

	lock_take(&run->lock);
	cpu->power = CPU_OFF;
	is_last = --run->n_active == 0;
	was_running = run->state == CELL_RUNNING;
	if (is_last && was_running)
		begin_cleaning(run, CELL_OFF);
	lock_drop(&run->lock);

	if (is_last && was_running)
		say_end(cpu, END_POWEROFF, NULL,
			(struct verdict){ .action = HV_ON_STOP });
	if (is_last && !is_boot_cpu(cpu))
		arch_ipi(hv_cpu(cpu->cell->boot_cpu));
	cpu_idle(cpu);
}

struct hv_cpu_state *cell_cpu(const struct hv_cell *cell, uint64_t virtual_hwid)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);

		if (hv_cpu_row(i)->virtual_hwid == virtual_hwid)
			return hv_cpu(i);
	}
	return NULL;
}

/* Elsewhere the new CPU's first fetch would end the cell, vectors and all. */
static bool may_start_at(const struct hv_cell *cell, struct hv_ipa entry)
{
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++) {
		if ((r[i].flags & HV_EXECUTE) && entry.u >= r[i].ipa.u &&
		    entry.u - r[i].ipa.u < r[i].size)
			return true;
	}
	return false;
}

enum cpu_on cell_cpu_on(struct hv_cpu_state *cpu, uint64_t virtual_hwid,
			struct hv_ipa entry, uint64_t argument)
{
	struct hv_cell_state *run = cpu->run;
	struct hv_cpu_state *target = cell_cpu(cpu->cell, virtual_hwid);
	enum cpu_on result = CPU_ON_BUSY;

	if (!target)
		return CPU_ON_NO_SUCH;
	if (!may_start_at(cpu->cell, entry))
		return CPU_ON_NO_CODE;
	lock_take(&run->lock);
	/* A cell that is ending starts nothing; this CPU is about to park. */
	if (run->state == CELL_RUNNING && target->power == CPU_OFF) {
		target->entry = entry;
		target->argument = argument;
		target->power = CPU_ON_PENDING;
		run->n_active++;
		result = CPU_ON_DONE;
	} else if (target->power == CPU_ON) {
		result = CPU_ON_ALREADY;
	}
	lock_drop(&run->lock);
	if (result == CPU_ON_DONE)
		arch_ipi(target);
	return result;
}
