/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.c - SMC and HVC of a cell: PSCI 1.1 for its own CPUs, SMCCC discovery;
 * NOT_SUPPORTED for all else but management calls (manage.c). Both conduits are
 * one, and vectors.S tells who answers. Nothing is ever passed on to the firmware.
 */
#include "arch/aarch64/psci.h"
#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/trap.h"
#include "core/cell.h"
#include "core/late.h"

#define IS_OURS(id) (((id) & (CALL_NOBODYS | 1u << CALL_MANAGE_BIT)) == 0)
#define IS_MANAGE(id) (((id) & CALL_NOBODYS) == 0 && ((id) >> CALL_MANAGE_BIT & 1))

/* The first and the last of each range. */
_Static_assert(IS_OURS(SMCCC_VERSION) && IS_OURS(SMCCC_ARCH_FEATURES) &&
	       IS_OURS(PSCI_VERSION) && IS_OURS(PSCI_FEATURES) &&
	       IS_MANAGE(HV_CALL_FIRST) && IS_MANAGE(HV_CALL_LAST), "vectors.S");

/* CPU_SUSPEND's power_state: bit 16 is a power-down state, in both formats
 * that PSCI_FEATURES could announce the original one (DEN0022 5.4.2). */
#define POWER_STATE_DOWN (UINT64_C(1) << 16)
#define POWER_STATE_RES0 UINT64_C(0xfcfe0000)

static int64_t features(uint32_t function)
{
	switch (function) {
	case SMCCC_VERSION:
	case PSCI_VERSION:
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | SMCCC_64:
	case PSCI_CPU_OFF:
	case PSCI_CPU_ON:
	case PSCI_CPU_ON | SMCCC_64:
	case PSCI_AFFINITY_INFO:
	case PSCI_AFFINITY_INFO | SMCCC_64:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
		return PSCI_SUCCESS;
	}
	return PSCI_NOT_SUPPORTED;
}

static int64_t smccc_features(uint32_t function)
{
	return function == SMCCC_VERSION || function == SMCCC_ARCH_FEATURES ?
		PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

static int64_t cpu_on(struct hv_cpu_state *cpu, uint64_t target, uint64_t entry,
		      uint64_t context)
{
	enum cpu_on result = cell_cpu_on(cpu, target, (struct hv_ipa){ entry },
					 context);

	if (result == CPU_ON_DONE)
		return PSCI_SUCCESS;
	switch (result) {
	case CPU_ON_ALREADY:
		return PSCI_ALREADY_ON;
	case CPU_ON_BUSY:
		return PSCI_ON_PENDING;
	case CPU_ON_NO_CODE:
		return PSCI_INVALID_ADDRESS;
	case CPU_ON_DONE:
	case CPU_ON_NO_SUCH:
		break;
	}
	return PSCI_INVALID_PARAMETERS;
}

/* Levels above 0 need not be supported: DEN0022 5.7.2. */
static int64_t affinity_info(struct hv_cpu_state *cpu, uint64_t target,
			     uint64_t level)
{
	struct hv_cpu_state *of = cell_cpu(cpu->cell, target);

	if (!of || level != 0)
		return PSCI_INVALID_PARAMETERS;
	switch (__atomic_load_n(&of->power, __ATOMIC_RELAXED)) {
	case CPU_ON:
		return 0;
	case CPU_ON_PENDING:
		return 2;
	case CPU_OFF:
		break;
	}
	return 1;
}

/*
 * A standby state may end at any time, so it need not begin when an interrupt
 * is there already. Power-down states are not offered; a kernel that was there
 * before knows the firmware's, and gets standby for each: it takes that for a
 * failure, and goes on.
 */
static int64_t suspend(struct hv_cpu_state *cpu, uint64_t state)
{
	if (!late_has(cpu) && state & (POWER_STATE_DOWN | POWER_STATE_RES0))
		return PSCI_INVALID_PARAMETERS;
	gic_wait(cpu);
	return PSCI_SUCCESS;
}

int64_t trap_psci(struct hv_cpu_state *cpu, uint64_t a, uint64_t b, uint64_t c,
		  uint32_t function)
{
	/* First: another CPU waits for it. */
	if (function == (PSCI_CPU_ON | SMCCC_64))
		return cpu_on(cpu, a, b, c);
	switch (function) {
	case SMCCC_VERSION:
	case PSCI_VERSION:
		return PSCI_1_1;
	case SMCCC_ARCH_FEATURES:
		return smccc_features((uint32_t)a);
	case PSCI_FEATURES:
		return features((uint32_t)a);
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND | SMCCC_64:
		return suspend(cpu, (uint32_t)a);
	case PSCI_CPU_OFF:
		cpu_park(cpu);
	case PSCI_CPU_ON:
		return cpu_on(cpu, (uint32_t)a, (uint32_t)b, (uint32_t)c);
	case PSCI_AFFINITY_INFO:
		return affinity_info(cpu, (uint32_t)a, (uint32_t)b);
	case PSCI_AFFINITY_INFO | SMCCC_64:
		return affinity_info(cpu, a, b);
	case PSCI_SYSTEM_OFF:
		cell_end(cpu, END_POWEROFF, NULL);
	case PSCI_SYSTEM_RESET:
		cell_end(cpu, END_REBOOT, NULL);
	}
	return PSCI_NOT_SUPPORTED;
}

void trap_call_nobodys(struct a64_frame *f, uint64_t esr)
{
	hv_count(frame_cpu(f), EXIT_CALL);
	if (esr >> ESR_EC_SHIFT == EC_SMC)
		trap_skip();		/* its ELR is the SMC itself */
	f->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
}
