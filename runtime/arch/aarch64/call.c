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

/* PSCI's by their numbers, SMCCC_VERSION as PSCI_VERSION; and those of them with
 * arguments of 64 bits. */
#define N_FUNCTIONS	32u
#define NUMBER(function) ((function) % N_FUNCTIONS)
#define BIT(function)	(1u << NUMBER(function))
#define WITH_64		(BIT(PSCI_CPU_SUSPEND) | BIT(PSCI_CPU_ON) | BIT(PSCI_AFFINITY_INFO))
#define WITH_32		(WITH_64 | BIT(PSCI_VERSION) | BIT(PSCI_CPU_OFF) | \
			 BIT(PSCI_SYSTEM_OFF) | BIT(PSCI_SYSTEM_RESET) | BIT(PSCI_FEATURES))

static __attribute__((noinline)) bool has(uint32_t function)
{
	if ((function & ~(SMCCC_64 | (N_FUNCTIONS - 1))) != PSCI_VERSION)
		return function == SMCCC_VERSION;
	return (function & SMCCC_64 ? WITH_64 : WITH_32) >> NUMBER(function) & 1;
}

static __attribute__((noinline)) int64_t cpu_on(struct hv_cpu_state *cpu, uint64_t target,
						uint64_t entry, uint64_t context)
{
	static const int8_t answers[] = {
		[CPU_ON_DONE] = PSCI_SUCCESS,
		[CPU_ON_NO_SUCH] = PSCI_INVALID_PARAMETERS,
		[CPU_ON_ALREADY] = PSCI_ALREADY_ON,
		[CPU_ON_BUSY] = PSCI_ON_PENDING,
		[CPU_ON_NO_CODE] = PSCI_INVALID_ADDRESS,
	};

	return answers[cell_cpu_on(cpu, target, (struct hv_ipa){ entry }, context)];
}

/* Levels above 0 need not be supported: DEN0022 5.7.2. */
static int64_t affinity_info(struct hv_cpu_state *cpu, uint64_t target,
			     uint64_t level)
{
	static const int8_t answers[] = { [CPU_ON] = 0, [CPU_OFF] = 1, [CPU_ON_PENDING] = 2 };
	struct hv_cpu_state *of = cell_cpu(cpu->run, target);

	if (!of || level != 0)
		return PSCI_INVALID_PARAMETERS;
	return answers[read_once(of->power)];
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

static __attribute__((noinline)) int64_t answer(struct hv_cpu_state *cpu, uint64_t a,
						uint64_t b, uint64_t c, uint32_t function)
{
	if (function == SMCCC_ARCH_FEATURES)
		return (uint32_t)a == SMCCC_VERSION || (uint32_t)a == SMCCC_ARCH_FEATURES ?
			PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
	if (!has(function))
		return PSCI_NOT_SUPPORTED;
	if (!(function & SMCCC_64)) {
		a = (uint32_t)a;
		b = (uint32_t)b;
		c = (uint32_t)c;
	}
	switch (NUMBER(function)) {
	case NUMBER(PSCI_FEATURES):
		return has((uint32_t)a) ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
	case NUMBER(PSCI_CPU_SUSPEND):
		return suspend(cpu, (uint32_t)a);
	case NUMBER(PSCI_CPU_OFF):
		cpu_park(cpu);
	case NUMBER(PSCI_CPU_ON):
		return cpu_on(cpu, a, b, c);
	case NUMBER(PSCI_AFFINITY_INFO):
		return affinity_info(cpu, a, b);
	case NUMBER(PSCI_SYSTEM_OFF):
		cell_end(cpu, END_POWEROFF, NULL);
	case NUMBER(PSCI_SYSTEM_RESET):
		cell_end(cpu, END_REBOOT, NULL);
	}
	return PSCI_1_1;	/* PSCI_VERSION, and SMCCC_VERSION is as high */
}

int64_t trap_psci(struct hv_cpu_state *cpu, uint64_t a, uint64_t b, uint64_t c,
		  uint32_t function)
{
	/* First: another CPU waits for it. */
	if (function == (PSCI_CPU_ON | SMCCC_64))
		return cpu_on(cpu, a, b, c);
	return answer(cpu, a, b, c, function);
}

void trap_call_nobodys(struct a64_frame *f, uint64_t esr)
{
	hv_count(frame_cpu(f), EXIT_CALL);
	if (esr >> ESR_EC_SHIFT == EC_SMC)
		trap_skip();		/* its ELR is the SMC itself */
	f->x[0] = (uint64_t)PSCI_NOT_SUPPORTED;
}
