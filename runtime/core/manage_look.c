/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that tell how cells and their CPUs are. */
#include "core/manage.h"

#include "core/event.h"
#include "core/memory.h"

static uint32_t said_state(enum cell_state s)
{
	switch (s) {
	case CELL_CLEAN:
	case CELL_LOADING:
		return HV_STATE_EMPTY;
	case CELL_KEPT:
		return HV_STATE_CRASHED;
	case CELL_STARTING:
		return HV_STATE_CLEANING;
	case CELL_EMPTY:
	case CELL_CLEANING:
	case CELL_LOADED:
	case CELL_RUNNING:
	case CELL_OFF:
	case CELL_CRASHED:
	case N_CELL_STATES:
		break;
	}
	return s;
}

_Static_assert((int)CELL_EMPTY == HV_STATE_EMPTY &&
	       (int)CELL_CLEANING == HV_STATE_CLEANING &&
	       (int)CELL_LOADED == HV_STATE_LOADED &&
	       (int)CELL_RUNNING == HV_STATE_RUNNING &&
	       (int)CELL_OFF == HV_STATE_OFF &&
	       (int)CELL_CRASHED == HV_STATE_CRASHED, "abi");

int64_t manage_state(uint32_t cell_i, struct manage_reply *r)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	uint64_t now_us = arch_time_us();
	bool is_running;

	lock_take(&run->lock);
	is_running = run->state == CELL_RUNNING;
	reply_add(r, said_state(run->state));
	reply_add(r, run->n_starts);
	reply_add(r, is_running ? now_us - run->started_us : 0);
	reply_add(r, run->n_restarts[END_CRASH]);
	reply_add(r, run->n_restarts[END_REBOOT]);
	reply_add(r, run->state == CELL_LOADING ? HV_LOADING : 0);
	reply_add(r, life_has_payload(cell_i));
	lock_drop(&run->lock);
	return 0;
}

int64_t manage_event(uint64_t n, struct manage_reply *r)
{
	struct event e;
	uint64_t next;

	if (!event_get(n, &e, &next))
		return HV_E_EMPTY;
	reply_add(r, next);
	reply_add(r, e.kind);
	reply_add(r, e.cell_i);
	reply_add(r, e.time_us);
	reply_add(r, e.detail);
	return 0;
}

static struct hv_cpu_state *cpu_of(uint32_t cell_i, uint64_t k)
{
	for (uint64_t left = hv_cell_row(cell_i)->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);

		if (hv_cpu_row(i)->index == k)
			return hv_cpu(i);
	}
	return NULL;
}

_Static_assert((int)N_EXITS == HV_N_EXITS && (int)EXIT_CALL == HV_EXIT_CALL &&
	       (int)EXIT_OTHER == HV_EXIT_OTHER && (int)CPU_ON == HV_POWER_ON, "abi");

/* Counted by a CPU that runs: each is one load. */
int64_t manage_stats(uint32_t cell_i, uint64_t k, struct manage_reply *r)
{
	const struct hv_cpu_state *cpu = cpu_of(cell_i, k);

	if (!cpu)
		return HV_E_NO_CELL;
	for (uint32_t i = 0; i < N_EXITS; i++)
		reply_add(r, __atomic_load_n(&cpu->exits[i], __ATOMIC_RELAXED));
	reply_add(r, r->x[EXIT_LINE] -
		  __atomic_load_n(&cpu->n_not_lines, __ATOMIC_RELAXED));
	reply_add(r, __atomic_load_n(&cpu->power, __ATOMIC_RELAXED));
	return 0;
}

int64_t manage_registers(uint32_t cell_i, uint64_t k, uint64_t part,
			 struct manage_reply *r)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	const struct hv_cpu_state *cpu = cpu_of(cell_i, k);
	int64_t answer = HV_E_STATE;

	if (!cpu)
		return HV_E_NO_CELL;
	if (part >= HV_N_REGISTER_PARTS)
		return HV_E_ARGUMENT;
	lock_take(&run->lock);
	if (run->state == CELL_KEPT) {
		answer = cpu->is_kept ? 0 : HV_E_EMPTY;
		r->n = answer ? 0 : arch_cpu_kept(cpu, (uint32_t)part, r->x);
	}
	lock_drop(&run->lock);
	return answer;
}

/* Under the lock, so that the memory is not cleaned meanwhile. */
int64_t manage_peek(uint32_t cell_i, uint64_t ipa, struct manage_reply *r)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	int64_t answer = HV_E_STATE;

	if (ipa % HV_PEEK_SIZE)
		return HV_E_ARGUMENT;
	lock_take(&run->lock);
	if (run->state == CELL_KEPT) {
		answer = memory_peek(hv_cell_row(cell_i), (struct hv_ipa){ ipa },
				     r->x) ? 0 : HV_E_ARGUMENT;
		r->n = MANAGE_RESULTS;
	}
	lock_drop(&run->lock);
	return answer;
}
