/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.c - one CPU of a running kernel comes in, or goes.
 *
 * Nothing of the kernel's may be lost whatever happens here, so each step has
 * one that undoes it, and a CPU that cannot come in leaves as it came. What the
 * module has done before (copies, hashes, other CPUs taken offline) is in
 * loader/kmod.
 */
#include "arch/aarch64/late.h"

#include "arch/aarch64/boot.h"
#include "arch/aarch64/cpu.h"
#include "core/cell.h"
#include "core/late.h"
#include "dev/console.h"

#define GONE_TIMEOUT_US 10000000u	/* as boot.c waits for them to come */

/* ---- MMU off ------------------------------------------------------------ */

/* What the tables say of a launch; they are ours. */
static bool check_system(uint32_t cpu_i, struct text *why)
{
	if (hv_cpu_row(cpu_i)->cell != hv_system.root_cell)
		text_add(why, "the first CPU is not the root cell's");
	else if (hv.late.ready)
		text_add(why, "the image has been entered before");
	return why->size == 0;
}

int64_t late_check(void)
{
	struct text *why = &hv.late.why;
	uint32_t cpu_i;

	text_begin(why);
	if (!machine_has_tables(why))
		return HV_E_ARGUMENT;	/* nor a place to say why */
	cpu_i = machine_check(true, why);
	if (cpu_i == HV_NONE || !check_system(cpu_i, why) || !gic_late_check(why)) {
		/* No dirty line of an earlier life comes over it. */
		arch_memory_flush((void *)(uintptr_t)hv_system.log_ring.u, TEXT_SIZE);
		late_tell();
		return HV_E_STATE;
	}
	/* Written with the cache off; soon read with it on. */
	arch_memory_flush(&hv, sizeof(hv));
	return cpu_i;
}

/* ---- in ------------------------------------------------------------------- */

static bool enter_cpu(struct a64_cpu *cpu, struct text *why)
{
	if (!machine_check_cpu(why))
		return false;
	late_el2_enter(cpu);
	if (gic_late_enter(&cpu->core, why))
		return true;
	late_el2_leave(cpu);
	return false;
}

static void leave_cpu(struct a64_cpu *cpu)
{
	gic_late_leave(&cpu->core);
	late_el2_leave(cpu);
}

/* The other cells' CPUs go off again; none of their cells has started. One that
 * does not in time has its memory still, which nobody is told: the first reason
 * counts. */
static void stop_others(struct hv_cpu_state *cpu)
{
	uint64_t from_us = arch_time_us();

	while (late_stop(cpu) == HV_E_BUSY &&
	       arch_time_us() - from_us <= GONE_TIMEOUT_US)
		arch_relax();
}

static bool refuse(bool is_told, struct text *why)
{
	if (is_told)
		text_add(why, "told to refuse");
	return is_told;
}

bool late_refuses(const struct hv_cpu_state *cpu, struct text *why)
{
	return refuse(hv.late.refuser && hv.late.refuser == cpu->cpu_i, why);
}

/* From here on the others may come. */
static void open_door(void)
{
	hv.late.ready = LATE_READY;
	arch_memory_flush(&hv.late.ready, sizeof(hv.late.ready));
}

static bool bring_others(uint64_t flags, struct text *why)
{
	console_init();
	hv.late.refuser = flags >> HV_LATE_REFUSER_SHIFT & 0xff;
	return boot_call_others(HV_NONE, why);
}

static bool enter(struct a64_cpu *cpu, uint64_t flags, bool is_first, struct text *why)
{
	if (is_first && !gic_init_board(hv_system.root_cell, why))
		return false;
	if (enter_cpu(cpu, why)) {
		if ((!is_first || bring_others(flags, why)) &&
		    !refuse(flags & HV_LATE_REFUSE, why))
			return true;
		late_note(why);		/* before what may still go wrong */
		if (is_first)
			stop_others(&cpu->core);
		leave_cpu(cpu);
	}
	if (is_first)
		gic_late_end();
	return false;
}

int64_t late_main(uint32_t cpu_i, uint64_t flags, const struct late_found *found)
{
	struct a64_cpu *cpu = a64_cpu(hv_cpu(cpu_i));
	struct text why;
	bool is_first = flags & HV_LATE_FIRST;

	text_begin(&why);
	if (is_first) {
		cell_init();
		late_begin();
	} else if (!late_may_come(&cpu->core)) {
		return HV_E_STATE;
	}
	cpu->late.found = *found;
	if (enter(cpu, flags, is_first, &why)) {
		if (is_first)
			open_door();
		(void)late_count(&cpu->core, true);
		gic_cpu_enter(&cpu->core);
		return 0;
	}
	late_note(&why);
	if (is_first)
		late_tell();
	return HV_E_STATE;
}

/* ---- out ------------------------------------------------------------------ */

/* The call returns to late_exit, when the registers that are the kernel's are
 * loaded, and all that is on the stack is done with. */
int64_t arch_late_leave(struct hv_cpu_state *cpu)
{
	struct late_found *found = &a64_cpu(cpu)->late.found;

	bool is_last;

	leave_cpu(a64_cpu(cpu));
	is_last = late_count(cpu, false) == 0;
	gic_answer_last(cpu);
	if (is_last) {
		gic_late_end();
		late_tell();
	}
	found->back = SYSREG_READ(elr_el2);
	found->link = SYSREG_READ(spsr_el2);
	SYSREG_WRITE(elr_el2, (uintptr_t)late_exit);
	SYSREG_WRITE(spsr_el2, SPSR_EL2H_MASKED);
	return 0;
}

void late_refuse_cpu(struct hv_cpu_state *cpu, struct text *why)
{
	late_note(why);
	__atomic_store_n(&cpu->up, CPU_REFUSED, __ATOMIC_RELEASE);
	arch_cpu_off();
}
