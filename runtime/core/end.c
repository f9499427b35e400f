/* SPDX-License-Identifier: BSD-2-Clause */
/* A cell ends by itself: what its policy makes of it, and what is said of it. */
#include "core/cell.h"

#include "core/event.h"
#include "core/life.h"
#include "core/text.h"
#include "dev/console.h"

/* Beside HV_ON_*: a restart that the limit turned to a stop. */
#define GAVE_UP 0u

void cell_say(uint32_t cell_i, const char *what)
{
	console_puts("hvisor: cell '", hv_cell_row(cell_i)->name, "' ", what);
	event_tell();
}

/* ---- what an end means ---------------------------------------------------- */

_Static_assert(offsetof(struct hv_cell, on_poweroff) - offsetof(struct hv_cell, on_crash) ==
	       (int)END_CRASH * sizeof(struct hv_on) &&
	       offsetof(struct hv_cell, on_reboot) - offsetof(struct hv_cell, on_crash) ==
	       (int)(END_CRASH - END_REBOOT) * sizeof(struct hv_on), "policy");

/* The three stand in a row. */
static const struct hv_on *policy(const struct hv_cell *cell, enum cell_end how)
{
	return &cell->on_crash + (END_CRASH - how);
}

/* HV_ON_*, or GAVE_UP. A cell without a pristine payload has nothing to start
 * again from. */
static uint32_t judge(const struct hv_cell *cell, struct hv_cell_state *run,
		      enum cell_end how)
{
	const struct hv_on *on = policy(cell, how);

	if (on->action != HV_ON_RESTART)
		return on->action;
	if (cell->copies.count == 0 ||
	    (on->limit && run->n_restarts[how] >= on->limit))
		return GAVE_UP;
	run->n_restarts[how]++;
	return HV_ON_RESTART;
}

static void say_end(const struct hv_cpu_state *cpu, enum cell_end how,
		    const char *why, uint32_t action)
{
	static const char ends[N_CELL_ENDS][16] = {
		"powered off", "reboots", "crashed: ",
	};
	static const char actions[][24] = {
		[GAVE_UP] = "; no restart is left", [HV_ON_STOP] = "",
		[HV_ON_RESTART] = "; restarting",
		[HV_ON_KEEP] = "; its memory is kept",
		[HV_ON_MACHINE_OFF] = "; the machine goes off",
		[HV_ON_MACHINE_RESET] = "; the machine is reset",
	};
	uint32_t limit = policy(cpu->cell, how)->limit;
	struct text t;

	text_begin(&t);
	text_add(&t, "%s%s%s", ends[how], how == END_CRASH ? why : "",
		 actions[action]);
	if (action == HV_ON_RESTART && limit)
		text_add(&t, " (%lu of %lu)", (uint64_t)cpu->run->n_restarts[how],
			 (uint64_t)limit);
	cell_say(cpu->cell_i, t.bytes);
}

static enum life_request request(enum cell_end how, uint32_t action)
{
	if (action == HV_ON_RESTART)
		return LIFE_RESTART;
	if (how != END_CRASH)
		return LIFE_STOP;
	return action == HV_ON_KEEP ? LIFE_KEEP : LIFE_CRASH;
}

_Static_assert(HV_EVENT_POWEROFF + (int)END_REBOOT == HV_EVENT_REBOOT &&
	       HV_EVENT_POWEROFF + (int)END_CRASH == HV_EVENT_CRASH, "abi");

/* The lock is held, and the cell runs. */
static void step(const struct hv_cpu_state *cpu, enum cell_end how, uint32_t action)
{
	uint32_t event = HV_EVENT_POWEROFF + how;

	life_must(cpu->cell_i, request(how, action));
	event_add(cpu->cell_i, event, cpu->run->n_restarts[how]);
	if (action == GAVE_UP)
		event_add(cpu->cell_i, HV_EVENT_GAVE_UP, event);
}

/* ---- the machine ---------------------------------------------------------- */

/* Runs, or will without anybody's doing. */
static bool is_live(uint32_t cell_i)
{
	const struct hv_cell_state *run = &hv.cells[cell_i];
	enum cell_state s = __atomic_load_n(&run->state, __ATOMIC_SEQ_CST);

	if (s == CELL_CLEANING)
		s = read_once(run->after);
	return s == CELL_RUNNING || s == CELL_STARTING ||
	       (s == CELL_LOADED &&
		hv_cell_row(cell_i)->flags & HV_CELL_START_AT_BOOT);
}

/*
 * Without a root cell nobody can start a cell again, so the last power-off is
 * the machine's. Each cell's state is stored before the others' are read, so
 * of two that end at once one sees both. A crash is not a power-off: somebody
 * may want to look.
 */
static bool was_last_power_off(const struct hv_cell_state *run)
{
	if (hv_system.root_cell != HV_NONE || run->after != CELL_OFF)
		return false;
	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		if (is_live(i))
			return false;
	}
	console_puts("hvisor: ", "the last cell is off; ", "the machine goes off", "");
	return true;
}

/* At once: the other cells are not told, and nothing of theirs is saved. */
static void end_machine(uint32_t action)
{
	if (action != HV_ON_MACHINE_OFF && action != HV_ON_MACHINE_RESET)
		return;
	console_flush();
	if (action == HV_ON_MACHINE_OFF)
		arch_machine_off();
	arch_machine_reset();
}

/* ---- CPUs leave ----------------------------------------------------------- */

void cell_call_out(uint32_t cell_i, const struct hv_cpu_state *but)
{
	for (const struct hv_cpu_state *cpu = hv.cells[cell_i].cpus; cpu; cpu = cpu->next)
		if (cpu != but)
			arch_ipi(cpu);
}

/* The step was taken, and its lock dropped. */
static void tell(const struct hv_cpu_state *cpu, enum cell_end how, const char *why,
		 uint32_t action)
{
	say_end(cpu, how, why, action);
	end_machine(was_last_power_off(cpu->run) ? HV_ON_MACHINE_OFF : action);
	cell_call_out(cpu->cell_i, cpu);
}

/* Its last CPU turning itself off is a power-off, whatever the policy. */
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
		step(cpu, END_POWEROFF, HV_ON_STOP);
	lock_drop(&run->lock);

	if (is_unseen)
		tell(cpu, END_POWEROFF, NULL, HV_ON_STOP);
	if (is_last && cpu->cpu_i != cpu->cell->boot_cpu)
		arch_ipi(hv_cpu(cpu->cell->boot_cpu));
	cpu_idle(cpu);
}

void cpu_park_and_keep(struct hv_cpu_state *cpu)
{
	struct hv_cell_state *run = cpu->run;

	/* Acquire: `after` belongs to it; neither changes while this CPU is on. */
	if (__atomic_load_n(&run->state, __ATOMIC_ACQUIRE) == CELL_CLEANING &&
	    read_once(run->after) == CELL_KEPT) {
		cpu->kept_start = run->n_starts;
		arch_cpu_keep(cpu);
	}
	cpu_park(cpu);
}

void cell_end(struct hv_cpu_state *cpu, enum cell_end how, const char *why)
{
	struct hv_cell_state *run = cpu->run;
	uint32_t action = HV_ON_STOP;
	bool is_first;

	lock_take(&run->lock);
	is_first = run->state == CELL_RUNNING;
	if (is_first) {
		action = judge(cpu->cell, run, how);
		step(cpu, how, action);
	}
	lock_drop(&run->lock);

	if (is_first)
		tell(cpu, how, why, action);
	if (how == END_CRASH)
		cpu_park_and_keep(cpu);
	cpu_park(cpu);
}
