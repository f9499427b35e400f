/* SPDX-License-Identifier: BSD-2-Clause */
/* What assembly knows of C: becomes out/gen/offsets.h, is not linked. */
#include "arch/aarch64/abort.h"
#include "arch/aarch64/boot.h"
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/gic_regs.h"
#include "arch/aarch64/psci.h"
#include "arch/aarch64/reg.h"
#include "core/late.h"

void offsets(void);
void offsets(void)
{
	__asm__ volatile(".ascii \"-> FRAME_SIZE %0\"" :: "i"(sizeof(struct a64_frame)));
	__asm__ volatile(".ascii \"-> CPU_AREA_SIZE %0\"" :: "i"(HV_CPU_AREA_SIZE));
	__asm__ volatile(".ascii \"-> CPU_STATE_SIZE %0\"" :: "i"(HV_CPU_STATE_SIZE));
	__asm__ volatile(".ascii \"-> CPU_ROW_SIZE %0\"" :: "i"(sizeof(struct hv_cpu)));
	__asm__ volatile(".ascii \"-> CPU_ROW_AREA %0\"" :: "i"(offsetof(struct hv_cpu, area)));
	__asm__ volatile(".ascii \"-> HEAD_CPUS %0\"" :: "i"(offsetof(struct hv_head, cpus.offset)));
	__asm__ volatile(".ascii \"-> HEAD_BOARD %0\"" ::
			 "i"(offsetof(struct hv_head, arch_board.offset)));
	__asm__ volatile(".ascii \"-> BOARD_TTBR0 %0\"" ::
			 "i"(offsetof(struct hv_a64_board, ttbr0_el2)));
	__asm__ volatile(".ascii \"-> BOARD_TCR %0\"" ::
			 "i"(offsetof(struct hv_a64_board, tcr_el2)));
	__asm__ volatile(".ascii \"-> BOARD_MAIR %0\"" ::
			 "i"(offsetof(struct hv_a64_board, mair_el2)));
	__asm__ volatile(".ascii \"-> BOOT_STACK_SIZE %0\"" :: "i"(BOOT_STACK_SIZE));
	__asm__ volatile(".ascii \"-> SCTLR_OFF %0\"" :: "i"(SCTLR_EL2_OFF));
	__asm__ volatile(".ascii \"-> SCTLR_ON %0\"" :: "i"(SCTLR_EL2_ON));
	__asm__ volatile(".ascii \"-> HCR_BOOT %0\"" :: "i"(HCR_EL2_BOOT));
	__asm__ volatile(".ascii \"-> SPSR_ENTRY %0\"" :: "i"(SPSR_EL1H_MASKED));
	__asm__ volatile(".ascii \"-> ESR_EC_SHIFT %0\"" :: "i"(ESR_EC_SHIFT));
	__asm__ volatile(".ascii \"-> ESR_HVC_0 %0\"" :: "i"(ESR_HVC_0));
	__asm__ volatile(".ascii \"-> ESR_SMC_BIT %0\"" :: "i"(ESR_SMC_BIT));
	__asm__ volatile(".ascii \"-> CALL_MANAGE_BIT %0\"" :: "i"(CALL_MANAGE_BIT));
	__asm__ volatile(".ascii \"-> CALL_NOBODYS %0\"" :: "i"(CALL_NOBODYS));
	__asm__ volatile(".ascii \"-> PSCI_VERSION %0\"" :: "i"(PSCI_VERSION));
	__asm__ volatile(".ascii \"-> PSCI_1_1 %0\"" :: "i"(PSCI_1_1));
	__asm__ volatile(".ascii \"-> PSCI_NOT_SUPPORTED %0\"" :: "i"(PSCI_NOT_SUPPORTED));
	__asm__ volatile(".ascii \"-> EXITS_CALL %0\"" ::
			 "i"(offsetof(struct hv_cpu_state, exits[EXIT_CALL])));
	__asm__ volatile(".ascii \"-> EXITS_MMIO %0\"" ::
			 "i"(offsetof(struct hv_cpu_state, exits[EXIT_MMIO])));
	__asm__ volatile(".ascii \"-> EXITS_REGISTER %0\"" ::
			 "i"(offsetof(struct hv_cpu_state, exits[EXIT_REGISTER])));
	__asm__ volatile(".ascii \"-> ESR_SGI1R_WRITE %0\"" :: "i"(ESR_SGI1R_WRITE));
	__asm__ volatile(".ascii \"-> SYSREG_RT %0\"" :: "i"(SYSREG_RT));
	__asm__ volatile(".ascii \"-> SYSREG_RT_SHIFT %0\"" :: "i"(SYSREG_RT_SHIFT));
	__asm__ volatile(".ascii \"-> SGI_MASK %0\"" ::
			 "i"(offsetof(struct a64_cpu, gic.sgi.mask)));
	__asm__ volatile(".ascii \"-> SGI_LIST %0\"" ::
			 "i"(offsetof(struct a64_cpu, gic.sgi.list)));
	__asm__ volatile(".ascii \"-> SGI_SHIFT %0\"" ::
			 "i"(offsetof(struct a64_cpu, gic.sgi.shift)));
	__asm__ volatile(".ascii \"-> SGI_INTID_SHIFT %0\"" :: "i"(SGI_INTID_SHIFT));
	__asm__ volatile(".ascii \"-> ABORT_MASK %0\"" :: "i"(ABORT_MASK));
	__asm__ volatile(".ascii \"-> ABORT_PLAIN %0\"" :: "i"(ABORT_PLAIN));
	__asm__ volatile(".ascii \"-> EXITS_LINE %0\"" ::
			 "i"(offsetof(struct hv_cpu_state, exits[EXIT_LINE])));
	__asm__ volatile(".ascii \"-> A64_CPU_HOT_LRS %0\"" ::
			 "i"(offsetof(struct a64_cpu, gic.hot_lrs)));
	__asm__ volatile(".ascii \"-> GIC_MAX_LINES %0\"" :: "i"(GIC_MAX_LINES));
	__asm__ volatile(".ascii \"-> LR_LINE %0\"" :: "i"(LR_LINE));
	__asm__ volatile(".ascii \"-> LR_PRIORITY_SHIFT %0\"" :: "i"(LR_PRIORITY_SHIFT));
	__asm__ volatile(".ascii \"-> LR_PHYSICAL_SHIFT %0\"" :: "i"(LR_PHYSICAL_SHIFT));
	__asm__ volatile(".ascii \"-> HV_LATE_READY %0\"" :: "i"(offsetof(struct hv_runtime, late.ready)));
	__asm__ volatile(".ascii \"-> LATE_READY %0\"" :: "i"(LATE_READY));
	__asm__ volatile(".ascii \"-> LATE_FIRST_SHIFT %0\"" :: "i"(__builtin_ctz(HV_LATE_FIRST)));
	__asm__ volatile(".ascii \"-> CPU_ROW_HWID %0\"" :: "i"(offsetof(struct hv_cpu, hwid)));
	__asm__ volatile(".ascii \"-> SCTLR_M %0\"" :: "i"(SCTLR_M));
	__asm__ volatile(".ascii \"-> SCTLR_C %0\"" :: "i"(SCTLR_C));
	__asm__ volatile(".ascii \"-> HCR_E2H_SHIFT %0\"" :: "i"(HCR_E2H_SHIFT));
	__asm__ volatile(".ascii \"-> E_STATE %0\"" :: "i"(HV_E_STATE));
	__asm__ volatile(".ascii \"-> E_NO_CELL %0\"" :: "i"(HV_E_NO_CELL));
	__asm__ volatile(".ascii \"-> FOUND_VBAR %0\"" :: "i"(offsetof(struct late_found, vbar)));
	__asm__ volatile(".ascii \"-> FOUND_HCR %0\"" :: "i"(offsetof(struct late_found, hcr)));
	__asm__ volatile(".ascii \"-> FOUND_SCTLR %0\"" :: "i"(offsetof(struct late_found, sctlr)));
	__asm__ volatile(".ascii \"-> FOUND_TCR %0\"" :: "i"(offsetof(struct late_found, tcr)));
	__asm__ volatile(".ascii \"-> FOUND_TTBR0 %0\"" :: "i"(offsetof(struct late_found, ttbr0)));
	__asm__ volatile(".ascii \"-> FOUND_MAIR %0\"" :: "i"(offsetof(struct late_found, mair)));
	__asm__ volatile(".ascii \"-> FOUND_TPIDR %0\"" :: "i"(offsetof(struct late_found, tpidr)));
	__asm__ volatile(".ascii \"-> FOUND_SP %0\"" :: "i"(offsetof(struct late_found, sp)));
	__asm__ volatile(".ascii \"-> FOUND_BACK %0\"" :: "i"(offsetof(struct late_found, back)));
	__asm__ volatile(".ascii \"-> A64_CPU_FOUND %0\"" ::
			 "i"(offsetof(struct a64_cpu, late.found)));
	__asm__ volatile(".ascii \"-> FOUND_SIZE %0\"" :: "i"(sizeof(struct late_found)));
}
