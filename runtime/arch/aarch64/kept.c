/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of a cell that crashed, for whoever wants to know why. */
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/sysreg.h"

/* x0 to x15, x16 to x30, and the special ones. */
_Static_assert(sizeof(struct a64_kept) == HV_N_REGISTER_PARTS * 128, "parts");

/* The frame lies below the CPU's state, and is whole: vectors.S stores all of
 * it after a fault, and before it parks the CPU after an interrupt. */
void arch_cpu_keep(struct hv_cpu_state *cpu)
{
	struct a64_kept *k = &a64_cpu(cpu)->kept;

	k->frame = ((const struct a64_frame *)cpu)[-1];
	k->special[0] = SYSREG_READ(elr_el2);
	k->special[1] = SYSREG_READ(spsr_el2);
	k->special[2] = SYSREG_READ(sp_el0);
	k->special[3] = SYSREG_READ(sp_el1);
	k->special[4] = SYSREG_READ(esr_el2);
	k->special[5] = SYSREG_READ(far_el2);
	k->special[6] = SYSREG_READ(elr_el1);
	k->special[7] = SYSREG_READ(spsr_el1);
	k->special[8] = SYSREG_READ(esr_el1);
	k->special[9] = SYSREG_READ(far_el1);
	k->special[10] = SYSREG_READ(vbar_el1);
	k->special[11] = SYSREG_READ(sctlr_el1);
	k->special[12] = SYSREG_READ(ttbr0_el1);
	k->special[13] = SYSREG_READ(ttbr1_el1);
	k->special[14] = SYSREG_READ(tcr_el1);
	k->special[15] = SYSREG_READ(mair_el1);
}

/* The second part is a word shorter: there is no x31. */
void arch_cpu_kept(const struct hv_cpu_state *cpu, uint32_t part, uint64_t *words)
{
	const struct a64_kept *k = &((const struct a64_cpu *)cpu)->kept;

	__builtin_memcpy(words, (const char *)k + part * 128, part == 1 ? 120 : 128);
}
