/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/aarch64/boot.h"

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/el2.h"
#include "arch/aarch64/firmware.h"
#include "core/cell.h"
#include "core/late.h"
#include "core/move.h"
#include "dev/console.h"

#define LINE 64u		/* of a cache, at most */
/* Longer than a CPU takes to come where others, on QEMU's host, are before it. */
#define UP_TIMEOUT_SECONDS 10u

/* ---- MMU off ------------------------------------------------------------ */

void boot_not_el2(void)
{
	console_early_puts("hvisor: refused: ", "not started at EL2");
}

/*
 * Bytes that nothing needs yet, for the code that moves the runtime over
 * itself: in a CPU's area, or where a payload is still to come; or 0.
 */
static uint64_t find_spot(void)
{
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		uint64_t at = hv_cpu_row(i)->area.u + HV_CPU_GUARD_SIZE;

		if (move_is_free(at, MOVER_SIZE))
			return at;
	}
	for (uint32_t i = 1; i < hv_image()->n_segments; i++) {
		uint64_t at = (hv_image()->segments[i].destination.u + LINE - 1) &
			      ~(uint64_t)(LINE - 1);

		if (hv_image()->segments[i].size >= MOVER_SIZE + LINE &&
		    move_is_free(at, MOVER_SIZE))
			return at;
	}
	return 0;
}

static __attribute__((noreturn)) void stuck(void)
{
	struct text why;

	text_begin(&why);
	text_add(&why, "the image's parts cannot be moved apart here; load it elsewhere");
	boot_refuse(&why);
}

static void move_runtime(void)
{
	uint64_t from = hv.boot.move.low, to = hv_image()->segments[0].destination.u;
	uint64_t size = hv_image()->segments[0].size, spot = 0;

	if (from < to + size && to < from + size) {
		spot = find_spot();
		if (!spot)
			stuck();
	}
	move_mark(0);	/* before: the copy has to say so too */
	head_move_runtime(to, from, size, spot);
}

static void move_payload(uint32_t i)
{
	arch_image_copy(hv_image()->segments[i].destination.u, move_source(i),
			  hv_image()->segments[i].size);
	move_mark(i);
}

/* Payloads can wait for their cells' CPUs, if these come to it, and if they do not
 * lie where the runtime is about to work: in all its memory but the pristine
 * copies, which are behind its rings, of which the log's is the last. */
static bool can_wait(uint32_t i)
{
	uint64_t size = hv_system.log_ring.u + HV_RING_SIZE - hv_system.base.u;

	return i != 0 &&
	       hv_cell_row(hv_image()->segments[i].cell)->flags & HV_CELL_HAS_PAYLOAD &&
	       !move_reads(i, hv_system.base.u, size);
}

static uint32_t next_move(void)
{
	uint32_t n_left = 0, n_stuck = 0;

	for (uint32_t i = 0; i < hv_image()->n_segments; i++) {
		bool may_go;

		if (hv.boot.move.is_done[i])
			continue;
		may_go = move_may_go(i);
		n_stuck += !may_go;
		if (can_wait(i))
			continue;
		if (may_go)
			return i;
		n_left++;
	}
	return n_left == 0 && (n_stuck == 0 || move_can_end()) ? MOVE_ALL_DONE :
		move_next(MOVE_ANY);
}

void boot_place(uint64_t loaded_at)
{
	uint32_t cpu_i = HV_NONE, i;
	struct text why;

	text_begin(&why);
	if (machine_has_tables(&why))
		cpu_i = machine_check(false, &why);
	if (cpu_i == HV_NONE)
		boot_refuse(&why);
	if (!hv.boot.move.high)	/* else this is the moved runtime */
		move_begin(loaded_at);
	while ((i = next_move()) != MOVE_ALL_DONE) {
		if (i == MOVE_STUCK)
			stuck();
		if (i == 0)
			move_runtime();
		move_payload(i);
	}
	/* Written with the cache off; soon read with it on. */
	arch_memory_flush(&hv, sizeof(hv));
	head_boot(cpu_i);
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

bool boot_says_of(uint32_t cpu_i, const char *how, struct text *why)
{
	return text_add(why, "%sCPU %lu (%#lx) %s", why->size ? "; " : "",
			(uint64_t)cpu_i, hv_cpu_row(cpu_i)->hwid, how);
}

static bool call_other(uint32_t cpu_i, struct text *why)
{
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);

	/* Before: from then on it is the CPU's own. */
	__atomic_store_n(&cpu->up, CPU_STARTING, __ATOMIC_RELEASE);
	if (firmware_cpu_on(cpu->row->hwid, (uintptr_t)head_secondary, cpu_i) == 0)
		return true;
	__atomic_store_n(&cpu->up, CPU_DOWN, __ATOMIC_RELEASE);
	return boot_says_of(cpu_i, "is not started by the firmware", why);
}

/* One that refuses says why itself. */
static bool wait_for(uint32_t cpu_i, uint64_t deadline, struct text *why)
{
	const enum cpu_up *up = &hv_cpu(cpu_i)->up;

	while (__atomic_load_n(up, __ATOMIC_ACQUIRE) == CPU_STARTING) {
		if (SYSREG_READ(cntpct_el0) > deadline)
			return boot_says_of(cpu_i, "does not come", why);
		arch_relax();
	}
	return __atomic_load_n(up, __ATOMIC_ACQUIRE) != CPU_REFUSED;
}

bool boot_is_other(uint32_t cpu_i, uint32_t own_i)
{
	uint32_t cell_i = hv_cpu_row(cpu_i)->cell;

	return own_i != HV_NONE ? cpu_i != own_i :
		cell_i != HV_NONE && cell_i != hv_system.root_cell;
}

bool boot_call_others(uint32_t own_i, struct text *why)
{
	uint32_t n = hv_system.cpus.count;
	bool is_well = true;
	uint64_t deadline;

	for (uint32_t i = 0; i < n; i++)
		is_well &= !boot_is_other(i, own_i) || call_other(i, why);
	deadline = SYSREG_READ(cntpct_el0) +
		   UP_TIMEOUT_SECONDS * SYSREG_READ(cntfrq_el0);
	for (uint32_t i = 0; i < n; i++)
		is_well &= wait_for(i, deadline, why);
	return is_well;
}

/*
 * Each cell starts when its own CPUs have come. The first CPU's is the last, so
 * that there is somebody to tell of a CPU that does not come; the others do
 * without.
 */
static void begin(uint32_t cpu_i)
{
	struct text why;

	text_begin(&why);
	cell_init();
	if (!gic_init_board(HV_NONE, &why))
		boot_refuse(&why);
	console_init();
	if (!boot_call_others(cpu_i, &why) && why.size)
		console_early_puts("hvisor: ", why.bytes);
}

void boot_main(uint32_t cpu_i)
{
	struct hv_cpu_state *cpu = hv_cpu(cpu_i);
	struct text why;

	if (!hv.boot.is_begun)
		begin(cpu_i);
	text_begin(&why);
	if (!init_cpu(cpu, &why) || late_refuses(cpu, &why)) {
		if (late_phase() != LATE_NOT)
			late_refuse_cpu(cpu, &why);
		__atomic_store_n(&cpu->up, CPU_REFUSED, __ATOMIC_RELEASE);
		boot_refuse(&why);
	}
	cell_cpu_came(cpu);
	cpu_idle(cpu);
}
