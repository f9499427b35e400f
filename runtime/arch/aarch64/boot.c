/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/aarch64/boot.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/el2.h"
#include "arch/aarch64/firmware.h"
#include "arch/aarch64/mem.h"
#include "core/cell.h"
#include "core/late.h"
#include "core/move.h"
#include "dev/console.h"

#define LINE 64u		/* of a cache, at most */
#define UP_TIMEOUT_SECONDS 2u

/* ---- MMU off ------------------------------------------------------------ */

void boot_not_el2(void)
{
	console_early_puts("hvisor: refused: not started at EL2\n");
}

static bool is_spot(const struct moves *m, uint64_t at)
{
	return move_is_free(m, at, MOVER_SIZE);
}

/*
 * Bytes that nothing needs yet, for the code that moves the runtime over
 * itself: in a CPU's area, at the end of the hypervisor's memory, or where a
 * payload is still to come.
 */
static uint64_t find_spot(const struct moves *m)
{
	uint64_t end = hv_system.base.u + hv_system.memory_size - MOVER_SIZE;

	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		uint64_t at = hv_cpu_row(i)->area.u + HV_CPU_GUARD_SIZE;

		if (is_spot(m, at))
			return at;
	}
	for (uint32_t i = 1; i < m->n_rows; i++) {
		uint64_t at = (m->rows[i].destination.u + LINE - 1) &
			      ~(uint64_t)(LINE - 1);

		if (m->rows[i].size >= MOVER_SIZE + LINE && is_spot(m, at))
			return at;
	}
	return is_spot(m, end) ? end : 0;
}

static void stuck(void) __attribute__((noreturn));
static void stuck(void)
{
	struct text why;

	text_begin(&why, "the image lies where its parts cannot be moved apart; "
		       "load it elsewhere");
	boot_refuse(&why);
}

static void move_runtime(const struct moves *m)
{
	uint64_t from = m->state->low, to = m->rows[0].destination.u;
	uint64_t size = m->rows[0].size;
	uint64_t spot = 0;

	if (from < to + size && to < from + size) {
		spot = find_spot(m);
		if (!spot)
			stuck();
	}
	move_mark(m, 0);	/* before: the copy has to say so too */
	head_move_runtime(to, from, size, spot, from);
}

static void move_payload(const struct moves *m, uint32_t i)
{
	mem_copy_unmapped(m->rows[i].destination.u, move_source(m, i),
			  m->rows[i].size);
	move_mark(m, i);
}

/* Where the runtime is about to work: all its memory but the pristine copies,
 * which lie behind its rings. */
static uint64_t work_size(void)
{
	uint64_t ring = hv_system.log_ring.u;

	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		if (ring < hv_cell_row(i)->console_ring.u)
			ring = hv_cell_row(i)->console_ring.u;
	}
	return ring + HV_RING_SIZE - hv_system.base.u;
}

/* Payloads can wait for their cells' CPUs, if these come to it. */
static bool can_wait(const struct moves *m, uint32_t i, uint64_t size)
{
	return i != 0 &&
	       hv_cell_row(m->rows[i].cell)->flags & HV_CELL_HAS_PAYLOAD &&
	       !move_reads(m, i, hv_system.base.u, size);
}

static uint32_t next_move(const struct moves *m)
{
	uint32_t n_left = 0, n_stuck = 0;
	uint64_t size = work_size();

	for (uint32_t i = 0; i < m->n_rows; i++) {
		bool may_go;

		if (m->state->is_done[i])
			continue;
		may_go = move_may_go(m, i);
		n_stuck += !may_go;
		if (can_wait(m, i, size))
			continue;
		if (may_go)
			return i;
		n_left++;
	}
	return n_left == 0 && (n_stuck == 0 || move_can_end(m)) ? MOVE_ALL_DONE :
		move_next(m, MOVE_ANY);
}

/* A root cell that is running already is nothing to boot. */
static uint32_t check(void)
{
	uint32_t cpu_i;
	struct text why;

	text_begin(&why, "");
	if (!machine_has_tables(&why))
		boot_refuse(&why);
	if (late_is_meant()) {
		text_add(&why, "the image is to be launched from the root cell");
		boot_refuse(&why);
	}
	cpu_i = machine_check(&why);
	if (cpu_i == HV_NONE)
		boot_refuse(&why);
	return cpu_i;
}

uint32_t boot_place(uint64_t loaded_at)
{
	const struct hv_image_head *image = (const void *)hv_image_base;
	uint32_t cpu_i = check();
	struct moves m = {
		.rows = image->segments,
		.n_rows = image->n_segments,
		.state = &hv.boot.move,
	};
	uint32_t i;

	if (!m.state->high)	/* else this is the moved runtime */
		move_begin(&m, loaded_at, image->file_size);
	while ((i = next_move(&m)) != MOVE_ALL_DONE) {
		if (i == 0)
			move_runtime(&m);
		else if (i != MOVE_STUCK)
			move_payload(&m, i);
		else
			stuck();
	}
	/* Written with the cache off; soon read with it on. */
	mem_flush(&hv, sizeof(hv));
	return cpu_i;
}

/* ---- MMU on ------------------------------------------------------------- */

static bool init_cpu(struct hv_cpu_state *cpu, struct text *why)
{
	if (!machine_check_cpu(why))
		return false;
	el2_init_cpu(cpu);
	if (!gic_init_cpu(cpu, why))
		return false;
	if (cpu->cell)
		arch_cpu_reset(cpu);
	else
		gic_cpu_reset(cpu);
	return true;
}

/* Of several things that are wrong each is said. */
static bool is_wrong(uint32_t cpu_i, const char *how, struct text *why)
{
	text_add(why, why->size ? "; " : "");
	machine_name_cpu(cpu_i, why);
	text_add(why, how);
	return false;
}

static bool call_other(uint32_t cpu_i, struct text *why)
{
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);

	/* Before: from then on it is the CPU's own. */
	__atomic_store_n(&cpu->up, CPU_STARTING, __ATOMIC_RELEASE);
	if (firmware_cpu_on(cpu->row->hwid, (uintptr_t)head_secondary, cpu_i) == 0)
		return true;
	__atomic_store_n(&cpu->up, CPU_DOWN, __ATOMIC_RELEASE);
	return is_wrong(cpu_i, " is not started by the firmware", why);
}

static bool wait_for_other(uint32_t cpu_i, uint64_t deadline, struct text *why)
{
	for (;;) {
		switch (__atomic_load_n(&hv_cpu(cpu_i)->up, __ATOMIC_ACQUIRE)) {
		case CPU_UP:
			return true;
		case CPU_DOWN:		/* of both it has been said why */
		case CPU_REFUSED:
			return false;
		case CPU_STARTING:
		case CPU_GONE:
			break;
		}
		if (SYSREG_READ(cntpct_el0) > deadline)
			return is_wrong(cpu_i, " was started and does not answer", why);
		arch_relax();
	}
}

static bool is_to_call(uint32_t cpu_i, uint32_t own_i)
{
	return late_phase() == LATE_NOT ? cpu_i != own_i : late_starts(cpu_i);
}

bool boot_call_others(uint32_t own_i, struct text *why)
{
	bool is_well = true;
	uint64_t deadline;

	for (uint32_t i = 0; i < hv_system.cpus.count; i++)
		is_well &= !is_to_call(i, own_i) || call_other(i, why);
	deadline = SYSREG_READ(cntpct_el0) +
		   UP_TIMEOUT_SECONDS * SYSREG_READ(cntfrq_el0);
	for (uint32_t i = 0; i < hv_system.cpus.count; i++)
		is_well &= !is_to_call(i, own_i) || wait_for_other(i, deadline, why);
	return is_well;
}

static void join(struct hv_cpu_state *cpu) __attribute__((noreturn));
static void join(struct hv_cpu_state *cpu)
{
	struct text why;

	text_begin(&why, "");
	if (!init_cpu(cpu, &why) || late_refuses(cpu, &why)) {
		if (late_phase() != LATE_NOT)
			late_refuse_cpu(cpu, &why);
		__atomic_store_n(&cpu->up, CPU_REFUSED, __ATOMIC_RELEASE);
		boot_refuse(&why);
	}
	cell_cpu_came(cpu);
	cpu_idle(cpu);
}

/*
 * Each cell starts when its own CPUs have come. This CPU's is the last, so that
 * there is somebody to tell of a CPU that does not come; the others do without.
 */
void boot_main(uint32_t cpu_i)
{
	struct text why;

	text_begin(&why, "");
	cell_init();
	if (!gic_init_board(HV_NONE, &why))
		boot_refuse(&why);
	console_init();
	if (!boot_call_others(cpu_i, &why) && why.size)
		boot_say("hvisor: ", &why);
	join(hv_cpu(cpu_i));
}

void boot_secondary(uint32_t cpu_i)
{
	join(hv_cpu(cpu_i));
}
