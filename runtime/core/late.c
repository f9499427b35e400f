/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/late.h"

#include "core/cell.h"
#include "core/life.h"

static void set_phase(enum late_phase phase)
{
	__atomic_store_n(&hv.late.phase, phase, __ATOMIC_SEQ_CST);
}

void late_begin(void)
{
	struct hv_cell_state *run = &hv.cells[hv_system.root_cell];

	run->state = CELL_RUNNING;
	run->n_starts = 1;
	run->started_us = arch_time_us();
	run->uses_channels = true;
	set_phase(LATE_COMING);
}

bool late_may_come(const struct hv_cpu_state *cpu)
{
	return late_phase() == LATE_COMING && cpu->up == CPU_DOWN &&
	       cpu->cell_i == hv_system.root_cell;
}

uint32_t late_count(struct hv_cpu_state *cpu, bool is_in)
{
	uint32_t n;

	lock_take(&cpu->run->lock);
	cpu->power = is_in ? CPU_ON : CPU_OFF;
	n = cpu->run->n_active += is_in ? 1 : UINT32_MAX;
	__atomic_store_n(&cpu->up, is_in ? CPU_UP : CPU_DOWN, __ATOMIC_SEQ_CST);
	lock_drop(&cpu->run->lock);
	return n;
}

/* ---- the calls ----------------------------------------------------------- */

static bool are_all_in(void)
{
	const struct hv_cpu_state *cpu = hv.cells[hv_system.root_cell].cpus;

	while (cpu && cpu->up == CPU_UP)
		cpu = cpu->next;
	return !cpu;
}

int64_t late_commit(struct hv_cpu_state *cpu)
{
	int64_t answer = HV_E_STATE;

	lock_take(&hv.late.lock);
	if (late_phase() == LATE_COMING && are_all_in()) {
		set_phase(LATE_IN);
		arch_late_commit(cpu);
		cell_start_all();
		answer = 0;
	}
	lock_drop(&hv.late.lock);
	return answer;
}

int64_t late_leave(struct hv_cpu_state *cpu)
{
	return late_phase() == LATE_GOING ? arch_late_leave(cpu) : HV_E_STATE;
}

/* ---- STOP: the cells ------------------------------------------------------ */

/* Each is told, whatever the others are; no window of a clean cell's is open. */
static bool are_all_clean(void)
{
	bool are = true;

	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		struct hv_cell_state *run = &hv.cells[i];

		if (i == hv_system.root_cell)
			continue;
		lock_take(&run->lock);
		if (run->state != CELL_CLEAN) {
			/* Refused while it is cleaned: the next call looks again. */
			(void)!life_step(i, LIFE_CLEAR);
			are = false;
		}
		lock_drop(&run->lock);
		cell_call_out(i, NULL);
	}
	return are;
}

/* ---- STOP: the CPUs ------------------------------------------------------- */

/* Not ours, or in the root cell, or off: whoever was started has come before. */
static bool is_settled(uint32_t cpu_i)
{
	const struct hv_cpu_state *cpu = hv_cpu(cpu_i);
	enum cpu_up up = __atomic_load_n(&cpu->up, __ATOMIC_ACQUIRE);

	return up == CPU_DOWN ||
	       (up == CPU_UP && cpu->cell_i == hv_system.root_cell &&
		read_once(cpu->power) == CPU_ON) ||
	       (up != CPU_STARTING && arch_cpu_is_off(cpu_i));
}

/* Every CPU that is parked looks again, and goes off. */
static void call_out(const struct hv_cpu_state *self)
{
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		const struct hv_cpu_state *cpu = hv_cpu(i);

		if (cpu != self &&
		    __atomic_load_n(&cpu->up, __ATOMIC_ACQUIRE) == CPU_UP)
			arch_ipi(cpu);
	}
}

static bool are_all_out(void)
{
	for (uint32_t i = 0; i < hv_system.cpus.count; i++)
		if (!is_settled(i))
			return false;
	return true;
}

/* The lock is held. What the image brought to cells that never ran may stay. */
static int64_t stop(struct hv_cpu_state *cpu)
{
	switch (late_phase()) {
	case LATE_NOT:
		return HV_E_STATE;
	case LATE_IN:
		set_phase(LATE_ENDING);
		__attribute__((fallthrough));
	case LATE_ENDING:
		if (!are_all_clean())
			return HV_E_BUSY;
		__attribute__((fallthrough));
	case LATE_COMING:
		set_phase(LATE_STOPPING);
		call_out(cpu);
		return HV_E_BUSY;
	case LATE_STOPPING:
		if (!are_all_out())
			return HV_E_BUSY;
		set_phase(LATE_GOING);
		return 0;
	case LATE_GOING:
		break;
	}
	return 0;
}

int64_t late_stop(struct hv_cpu_state *cpu)
{
	int64_t answer;

	lock_take(&hv.late.lock);
	answer = stop(cpu);
	lock_drop(&hv.late.lock);
	return answer;
}

/* ---- reasons ------------------------------------------------------------- */

void late_note(struct text *why)
{
	lock_take(&hv.late.lock);
	if (hv.late.why.size == 0)
		hv.late.why = *why;
	lock_drop(&hv.late.lock);
}

void late_tell(void)
{
	struct text *why = &hv.late.why;

	why->bytes[why->size] = '\n';
	why->bytes[why->size + 1] = '\0';
	arch_memory_copy((char *)(uintptr_t)hv_system.log_ring.u, why->bytes,
			 why->size + 2);
}
