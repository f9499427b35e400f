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
		uint64_t at = (m->rows[i].destination.u + MOVE_LINE - 1) &
			      ~(uint64_t)(MOVE_LINE - 1);

		if (m->rows[i].size >= MOVER_SIZE + MOVE_LINE && is_spot(m, at))
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
	uint64_t size = move_size(m, 0);
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
			  move_size(m, i));
	move_mark(m, i);
}

/*
 * None may go: one goes aside, in its own cell's RAM, which nobody else ever
 * sees.
 */
static bool park(const struct moves *m)
{
	for (uint32_t i = 1; i < m->n_rows; i++) {
		const struct hv_cell *cell = hv_cell_row(m->rows[i].cell);
		const struct hv_region *r = hv_rows(cell->regions);

		for (uint32_t k = 0; k < cell->regions.count; k++) {
			uint64_t at = r[k].kind != HV_REGION_RAM ? 0 :
				move_find_park(m, i, r[k].pa.u, r[k].size);

			if (!at)
				continue;
			mem_copy_unmapped(at, move_source(m, i), move_size(m, i));
			move_park(m, i, at);
			return true;
		}
	}
	return false;
}

/*
 * Payloads can wait for their cells' CPUs, if these come to it, and unless they
 * lie where the runtime is about to work.
 */
static bool can_wait(const struct moves *m, uint32_t i)
{
	return i != 0 &&
	       hv_cell_row(m->rows[i].cell)->flags & HV_CELL_HAS_PAYLOAD &&
	       !move_reads(m, i, hv_system.base.u, hv_system.memory_size);
}

static uint32_t next_move(const struct moves *m)
{
	uint32_t n_left = 0;

	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (move_is_done(m, i) || can_wait(m, i))
			continue;
		if (move_may_go(m, i))
			return i;
		n_left++;
	}
	return n_left == 0 && move_can_end(m) ? MOVE_ALL_DONE :
		move_next(m, MOVE_ANY);
}

/* A root cell that is running already is nothing to boot. */
static uint32_t check(void)
{
	uint32_t root_i = hv_system.root_cell, cpu_i;
	struct text why;

	text_begin(&why, "");
	if (!machine_has_tables(&why))
		boot_refuse(&why);
	if (root_i != HV_NONE && hv_cell_row(root_i)->flags & HV_CELL_RUNNING) {
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
		else if (!park(&m))
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
	return true;
}

static void name_cpu(struct text *t, uint32_t cpu_i)
{
	text_add(t, "CPU ");
	text_add_dec(t, cpu_i);
	text_add(t, " (");
	text_add_hex(t, hv_cpu_row(cpu_i)->hwid);
	text_add(t, ")");
}

static bool start_other(uint32_t cpu_i, struct text *why)
{
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);
	int64_t rc;

	/* Before: from then on it is the CPU's own. */
	__atomic_store_n(&cpu->up, CPU_STARTING, __ATOMIC_RELEASE);
	rc = firmware_cpu_on(hv_cpu_row(cpu_i)->hwid, (uintptr_t)head_secondary,
			     cpu_i);
	if (rc == 0)
		return true;
	__atomic_store_n(&cpu->up, CPU_DOWN, __ATOMIC_RELEASE);
	name_cpu(why, cpu_i);
	text_add(why, " does not start: PSCI says -");
	text_add_dec(why, (uint64_t)-rc);
	return false;
}

static bool wait_for_other(uint32_t cpu_i, uint64_t deadline, struct text *why)
{
	for (;;) {
		switch (__atomic_load_n(&hv_cpu(cpu_i)->up, __ATOMIC_ACQUIRE)) {
		case CPU_UP:
			return true;
		case CPU_REFUSED:	/* and has said why */
			return false;
		case CPU_DOWN:
		case CPU_STARTING:
		case CPU_GONE:
			break;
		}
		if (SYSREG_READ(cntpct_el0) > deadline)
			break;
		arch_relax();
	}
	name_cpu(why, cpu_i);
	text_add(why, " was started and does not answer");
	return false;
}

static bool is_to_start(uint32_t cpu_i, uint32_t own_i)
{
	return late_phase() == LATE_NOT ? cpu_i != own_i : late_starts(cpu_i);
}

bool boot_start_others(uint32_t own_i, struct text *why)
{
	uint64_t deadline;

	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		if (is_to_start(i, own_i) && !start_other(i, why))
			return false;
	}
	deadline = SYSREG_READ(cntpct_el0) +
		   UP_TIMEOUT_SECONDS * SYSREG_READ(cntfrq_el0);
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		if (is_to_start(i, own_i) && !wait_for_other(i, deadline, why))
			return false;
	}
	return true;
}

void boot_main(uint32_t cpu_i)
{
	struct text why;
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);

	text_begin(&why, "");
	cell_init();
	if (!gic_init_board(HV_NONE, &why) || !init_cpu(cpu, &why))
		boot_refuse(&why);
	if (!boot_start_others(cpu_i, &why)) {
		if (why.size)
			boot_refuse(&why);
		arch_halt();
	}
	__atomic_store_n(&cpu->up, CPU_UP, __ATOMIC_RELEASE);
	console_init();
	cell_start_all();
	cpu_idle(cpu);
}

void boot_secondary(uint32_t cpu_i)
{
	struct text why;
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);

	text_begin(&why, "");
	if (!init_cpu(cpu, &why) || late_refuses(cpu, &why)) {
		if (late_phase() != LATE_NOT)
			late_refuse_cpu(cpu, &why);
		__atomic_store_n(&cpu->up, CPU_REFUSED, __ATOMIC_RELEASE);
		boot_refuse(&why);
	}
	__atomic_store_n(&cpu->up, CPU_UP, __ATOMIC_RELEASE);
	cpu_idle(cpu);
}
