/* SPDX-License-Identifier: BSD-2-Clause */
/* What assembly knows of C: becomes out/gen/offsets.h, is not linked. */
#include "arch/aarch64/abort.h"
#include "arch/aarch64/boot.h"
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/gic_regs.h"
#include "arch/aarch64/psci.h"
#include "arch/aarch64/reg.h"
#include "core/late.h"

#define SAYS(name, value) \
	__asm__ volatile(".ascii \"-> " #name " %0\"" :: "i"(value))

void offsets(void);
void offsets(void)
{
	SAYS(FRAME_SIZE, sizeof(struct a64_frame));
	SAYS(CPU_AREA_SIZE, HV_CPU_AREA_SIZE);
	SAYS(CPU_STATE_SIZE, HV_CPU_STATE_SIZE);
	SAYS(CPU_ROW_SIZE, sizeof(struct hv_cpu));
	SAYS(CPU_ROW_AREA, offsetof(struct hv_cpu, area));
	SAYS(HEAD_CPUS, offsetof(struct hv_head, cpus.offset));
	SAYS(HEAD_SIZE, sizeof(struct hv_head));
	SAYS(BOARD_TTBR0, offsetof(struct hv_a64_board, ttbr0_el2));
	SAYS(BOARD_TCR, offsetof(struct hv_a64_board, tcr_el2));
	SAYS(BOARD_MAIR, offsetof(struct hv_a64_board, mair_el2));
	SAYS(BOOT_STACK_SIZE, BOOT_STACK_SIZE);
	SAYS(SCTLR_OFF, SCTLR_EL2_OFF);
	SAYS(SCTLR_ON, SCTLR_EL2_ON);
	SAYS(HCR_BOOT, HCR_EL2_BOOT);
	SAYS(SPSR_ENTRY, SPSR_EL1H_MASKED);
	SAYS(ESR_HVC_0, ESR_HVC_0);
	SAYS(ESR_SMC_BIT, ESR_SMC_BIT);
	SAYS(CALL_MANAGE_BIT, CALL_MANAGE_BIT);
	SAYS(CALL_NOBODYS, CALL_NOBODYS);
	SAYS(PSCI_VERSION, PSCI_VERSION);
	SAYS(PSCI_1_1, PSCI_1_1);
	SAYS(PSCI_NOT_SUPPORTED, PSCI_NOT_SUPPORTED);
	SAYS(EXITS_CALL, offsetof(struct hv_cpu_state, exits[EXIT_CALL]));
	SAYS(EXITS_MMIO, offsetof(struct hv_cpu_state, exits[EXIT_MMIO]));
	SAYS(EXITS_REGISTER, offsetof(struct hv_cpu_state, exits[EXIT_REGISTER]));
	SAYS(ESR_SGI1R_WRITE, ESR_SGI1R_WRITE);
	SAYS(SYSREG_RT, SYSREG_RT);
	SAYS(SYSREG_RT_SHIFT, SYSREG_RT_SHIFT);
	SAYS(SGI_MASK, offsetof(struct a64_cpu, gic.sgi.mask));
	SAYS(SGI_LIST, offsetof(struct a64_cpu, gic.sgi.list));
	SAYS(SGI_SHIFT, offsetof(struct a64_cpu, gic.sgi.shift));
	SAYS(SGI_INTID_SHIFT, SGI_INTID_SHIFT);
	SAYS(ABORT_MASK, ABORT_MASK);
	SAYS(ABORT_PLAIN, ABORT_PLAIN);
	SAYS(FSC_PERMISSION, FSC_PERMISSION);
	SAYS(FSC_PERMISSION_BIT, __builtin_ctz(FSC_PERMISSION));
	SAYS(EXITS_LINE, offsetof(struct hv_cpu_state, exits[EXIT_LINE]));
	SAYS(A64_CPU_HOT_LRS, offsetof(struct a64_cpu, gic.hot_lrs));
	SAYS(GIC_MAX_LINES, GIC_MAX_LINES);
	SAYS(LR_LINE, LR_LINE);
	SAYS(LR_PRIORITY_SHIFT, LR_PRIORITY_SHIFT);
	SAYS(LR_PHYSICAL_SHIFT, LR_PHYSICAL_SHIFT);
	SAYS(HV_LATE_READY, offsetof(struct hv_runtime, late.ready));
	SAYS(LATE_READY, LATE_READY);
	SAYS(LATE_FIRST_SHIFT, __builtin_ctz(HV_LATE_FIRST));
	SAYS(CPU_ROW_HWID, offsetof(struct hv_cpu, hwid));
	SAYS(SCTLR_M, SCTLR_M);
	SAYS(SCTLR_C, SCTLR_C);
	SAYS(HCR_E2H_SHIFT, HCR_E2H_SHIFT);
	SAYS(E_STATE, HV_E_STATE);
	SAYS(E_NO_CELL, HV_E_NO_CELL);
	SAYS(FOUND_VBAR, offsetof(struct late_found, vbar));
	SAYS(FOUND_HCR, offsetof(struct late_found, hcr));
	SAYS(FOUND_SCTLR, offsetof(struct late_found, sctlr));
	SAYS(FOUND_TTBR0, offsetof(struct late_found, ttbr0));
	SAYS(FOUND_TPIDR, offsetof(struct late_found, tpidr));
	SAYS(FOUND_BACK, offsetof(struct late_found, back));
	SAYS(A64_CPU_FOUND, offsetof(struct a64_cpu, late.found));
	SAYS(FOUND_SIZE, sizeof(struct late_found));
}
