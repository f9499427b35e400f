/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cell.h - cells and their CPUs start, stop, crash and start again.
 *
 * A CPU is in its cell, or parked: in EL2, with nothing of the cell left in
 * it, in a loop that waits to be told. Whoever ends a cell sets its state and
 * sends the others an IPI; each parks; when the last one has, the cell's boot
 * CPU cleans its lines and memory in bounded pieces (memory.h) and the cell
 * goes where its policy says. So no CPU waits for another, and no CPU of a
 * cell is let in again before all of them are out.
 */
#ifndef CORE_CELL_H
#define CORE_CELL_H

#include "core/hv.h"
#include "core/life.h"

/* Before any other CPU runs: every cell's and every CPU's state, from the
 * tables; nothing runs yet. */
void cell_init(void);
/*
 * This CPU has come up. A cell that starts at boot does so when all its CPUs have,
 * and in a late launch not before cell_start_all. Until then nobody else changes
 * its state.
 */
void cell_cpu_came(struct hv_cpu_state *cpu);
void cell_start_all(void);

/* After the cell's state was changed: its CPUs, but for one, look at it. */
void cell_call_out(uint32_t cell_i, const struct hv_cpu_state *but);
/* "hvisor: cell 'NAME' WHAT", in the log; and the root cell is told of its
 * event. No lock is held. */
void cell_say(uint32_t cell_i, const char *what);

/* Where a CPU of the runtime lives when it is not in a cell. */
void cpu_idle(struct hv_cpu_state *cpu) __attribute__((noreturn));
/* Leaves the cell, for CPU_OFF or because the cell no longer runs. */
void cpu_park(struct hv_cpu_state *cpu) __attribute__((noreturn));
/* The same, where arch_cpu_keep may be called: for a cell whose crash is kept. */
void cpu_park_and_keep(struct hv_cpu_state *cpu) __attribute__((noreturn));

/* Asked on the way back into a cell, after an interrupt. */
static inline bool cpu_must_park(const struct hv_cpu_state *cpu)
{
	return read_once(cpu->run->state) != CELL_RUNNING;
}

/* The cell on this CPU ends, for the reason given, by the policy in its row.
 * `why` is for people, and only for END_CRASH. */
void cell_end(struct hv_cpu_state *cpu, enum cell_end how, const char *why)
	__attribute__((noreturn));

enum cpu_on {
	CPU_ON_DONE,
	CPU_ON_NO_SUCH,
	CPU_ON_NO_CODE,		/* the cell cannot execute at the entry */
	CPU_ON_ALREADY,
	CPU_ON_BUSY,
};

/* Another CPU of the same cell, named by what the cell reads as its id. */
enum cpu_on cell_cpu_on(struct hv_cpu_state *cpu, uint64_t virtual_hwid,
			struct hv_ipa entry, uint64_t argument)
	__attribute__((warn_unused_result));
/* NULL when the cell has no such CPU. */
struct hv_cpu_state *cell_cpu(const struct hv_cell_state *run, uint64_t virtual_hwid);

#endif
