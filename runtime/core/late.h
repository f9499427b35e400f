/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.h - the root cell was there first: late launch, step by step.
 *
 * COMING: the root cell's CPUs come in one by one, the first makes everything
 * ready and starts the other cells' CPUs, which park. COMMIT, when all are IN:
 * the others' cells start. STOP: first they are ENDING, and their memory is
 * cleaned; then, STOPPING, their CPUs, and those that the root cell has turned
 * off, go off through the firmware, and none can be turned on any more. GOING:
 * each of the root cell's CPUs leaves; after the last one nothing of the runtime
 * is left.
 */
#ifndef CORE_LATE_H
#define CORE_LATE_H

#include "core/hv.h"

static inline enum late_phase late_phase(void)
{
	return __atomic_load_n(&hv.late.phase, __ATOMIC_SEQ_CST);
}

/* The tables are for a late launch. */
static inline bool late_is_meant(void)
{
	return hv_system.root_cell != HV_NONE &&
		hv_cell_row(hv_system.root_cell)->flags & HV_CELL_RUNNING;
}

/* No cell is started any more. */
static inline bool late_is_ending(void)
{
	return late_phase() >= LATE_ENDING;
}

/* Parked CPUs are to go off. */
static inline bool late_is_going_off(void)
{
	return late_phase() >= LATE_STOPPING;
}

/* Whether this CPU belongs to the root cell of a late launch. */
static inline bool late_has(const struct hv_cpu_state *cpu)
{
	return late_phase() != LATE_NOT && cpu->cell_i == hv_system.root_cell;
}

/* After cell_init, by the first CPU. */
void late_begin(void);
/* Before a CPU comes in: it is one of those, and is not in. */
bool late_may_come(const struct hv_cpu_state *cpu) __attribute__((warn_unused_result));
/* It is in its cell, or out of it; how many are in now. */
uint32_t late_count(struct hv_cpu_state *cpu, bool is_in);

/* The calls: 0 or HV_E_*. */
int64_t late_commit(struct hv_cpu_state *cpu);
int64_t late_stop(struct hv_cpu_state *cpu);
int64_t late_leave(struct hv_cpu_state *cpu);

/* Why the launch failed; the first reason is kept. */
void late_note(struct text *why);
/* Where the kernel's module finds it: at the start of the log's page, which is
 * a ring no more. */
void late_tell(void);

#endif
