/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/aarch64/firmware.h"

#include "arch/aarch64/board.h"
#include "arch/aarch64/psci.h"

static int64_t call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	/* SMCCC 1.0 may change x4..x17: DEN0028 2.6. */
	__asm__ volatile("cbz %w4, 1f\n\tsmc #0\n\tb 2f\n1:\thvc #0\n2:"
			 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
			 : "r"(a64_board()->conduit == HV_A64_CONDUIT_SMC)
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12",
			   "x13", "x14", "x15", "x16", "x17", "memory", "cc");
	return (int64_t)(int32_t)x0;
}

int64_t firmware_cpu_on(uint64_t hwid, uint64_t entry, uint64_t argument)
{
	return call(PSCI_CPU_ON | SMCCC_64, hwid, entry, argument);
}

void firmware_cpu_off(void)
{
	call(PSCI_CPU_OFF, 0, 0, 0);
}

/* 0 on, 1 off, 2 on its way; or an error (DEN0022 5.7.1). */
bool arch_cpu_is_off(uint32_t cpu_i)
{
	return call(PSCI_AFFINITY_INFO | SMCCC_64, hv_cpu_row(cpu_i)->hwid, 0, 0) == 1;
}

void arch_machine_off(void)
{
	call(PSCI_SYSTEM_OFF, 0, 0, 0);
	arch_halt();
}

void arch_machine_reset(void)
{
	call(PSCI_SYSTEM_RESET, 0, 0, 0);
	arch_halt();
}
