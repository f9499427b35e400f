/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/aarch64/trap.h"

#include "arch/aarch64/abort.h"
#include "arch/aarch64/reg.h"
#include "arch/aarch64/sysreg.h"
#include "core/cell.h"
#include "core/text.h"

/* Exception classes, DDI 0487 D19.2.37. */
#define EC_WAIT		0x01u
#define EC_FETCH	0x20u

/*
 * Whatever is not named here is a feature that the cell was not given (SVE,
 * SME, PAC, LS64, ...), or an AArch32 EL0's coprocessor access that a trap
 * caught: undefined. An AArch32 instruction whose condition fails is reported
 * as undefined too, which the architecture leaves open for undefined ones.
 */
void trap_sync(struct a64_frame *f)
{
	struct hv_cpu_state *cpu = frame_cpu(f);
	uint64_t esr = SYSREG_READ(esr_el2);
	uint32_t ec = (uint32_t)(esr >> ESR_EC_SHIFT) & 63;

	switch (ec) {
	case EC_DATA:
		abort_data(f, esr);
		return;
	case EC_REGISTER:
		hv_count(cpu, EXIT_REGISTER);
		reg_trap(f, esr);
		return;
	case EC_HVC:
	case EC_SMC:
		trap_call_nobodys(f, esr);
		return;
	case EC_WAIT:
		hv_count(cpu, EXIT_REGISTER);
		wait_trap(esr);
		return;
	case EC_FETCH:
		hv_count(cpu, EXIT_FAULT);
		abort_fetch(f);
		return;
	}
	hv_count(cpu, EXIT_OTHER);
	inject_undefined();
}

bool trap_irq(struct hv_cpu_state *cpu, uint32_t line, uint32_t running)
{
	uint32_t priority = gic_priority(cpu, running);

	hv_count(cpu, EXIT_LINE);
	if (line >= GIC_MAX_LINES || priority == GIC_PRIORITY_OWN)
		cpu->n_not_lines++;
	gic_take(cpu, line, priority);
	return cpu_must_park(cpu);
}

bool trap_fiq(struct hv_cpu_state *cpu)
{
	hv_count(cpu, EXIT_LINE);
	cpu->n_not_lines++;
	gic_fiq(cpu);
	return cpu_must_park(cpu);
}

/* Asynchronous, so it belongs to no instruction that could be told. */
void trap_serror(struct a64_frame *f)
{
	struct text why;

	text_begin(&why);
	text_add(&why, "system error, syndrome %#lx", SYSREG_READ(esr_el2));
	cell_end(frame_cpu(f), END_CRASH, why.bytes);
}

void trap_own_fault(uint64_t esr, uint64_t elr, uint64_t far)
{
	struct text why;

	text_begin(&why);
	text_add(&why, "EL2 took an exception: syndrome %#lx at %#lx, address %#lx",
		 esr, elr, far);
	panic(why.bytes);
}
