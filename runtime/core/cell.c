/* SPDX-License-Identifier: BSD-2-Clause */
/* A CPU of a running cell turns on another one, which waits for that in EL2. */
#include "core/cell.h"

#include "core/memory.h"
#include "core/late.h"

/* On most boards rows count as the numbers do, and most cells see those. */
static inline bool is_row_like_number(const struct hv_cell *cell,
				      uint64_t virtual_hwid)
{
	uint32_t i = virtual_hwid % HV_MAX_CPUS;

	return cell->cpu_mask >> i & 1 &&
	       hv_cpu_row(i)->virtual_hwid == virtual_hwid;
}

struct hv_cpu_state *cell_cpu(const struct hv_cell_state *run, uint64_t virtual_hwid)
{
	struct hv_cpu_state *cpu = run->cpus;

	while (cpu && cpu->row->virtual_hwid != virtual_hwid)
		cpu = cpu->next;
	return cpu;
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

static __attribute__((noinline)) enum cpu_on
turn_on(struct hv_cpu_state *cpu, struct hv_cpu_state *target, struct hv_ipa entry,
	uint64_t argument)
{
	struct hv_cell_state *run = cpu->run;
	enum cpu_on result = CPU_ON_BUSY;

	if (!may_start_at(cpu->cell, entry))
		return CPU_ON_NO_CODE;
	lock_take(&run->lock);
	/* A cell that is ending starts nothing; this CPU is about to park. */
	if (run->state == CELL_RUNNING && target->power == CPU_OFF &&
	    !late_is_going_off()) {
		target->entry = entry;
		target->argument = argument;
		target->power = CPU_ON_PENDING;
		run->n_active++;
		result = CPU_ON_DONE;
	} else if (target->power == CPU_ON) {
		result = CPU_ON_ALREADY;
	}
	lock_drop(&run->lock);
	if (result != CPU_ON_DONE)
		return result;
	arch_ipi(target);
	return CPU_ON_DONE;
}

/* Apart, so that who need not search does not pay for its frame. */
static __attribute__((noinline)) enum cpu_on
search_and_turn_on(struct hv_cpu_state *cpu, uint64_t virtual_hwid,
		   struct hv_ipa entry, uint64_t argument)
{
	struct hv_cpu_state *target = cell_cpu(cpu->run, virtual_hwid);

	return target ? turn_on(cpu, target, entry, argument) : CPU_ON_NO_SUCH;
}

enum cpu_on cell_cpu_on(struct hv_cpu_state *cpu, uint64_t virtual_hwid,
			struct hv_ipa entry, uint64_t argument)
{
	if (!is_row_like_number(cpu->cell, virtual_hwid))
		return search_and_turn_on(cpu, virtual_hwid, entry, argument);
	return turn_on(cpu, hv_cpu(virtual_hwid % HV_MAX_CPUS), entry, argument);
}

/* ---- the park loop ------------------------------------------------------ */

enum step { STEP_WAIT, STEP_CLEAN, STEP_ENTER, STEP_OFF };

static bool is_to_clean(const struct hv_cpu_state *cpu)
{
	const struct hv_cell_state *run = cpu->run;

	return (run->state == CELL_CLEANING || run->state == CELL_STARTING) &&
	       run->n_active == 0 && cpu->cell->boot_cpu == cpu->cpu_i;
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
			memory_piece(cpu);
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
