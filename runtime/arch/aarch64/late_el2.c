/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late_el2.c - EL2's control of a kernel that was there before.
 *
 * It has read the real ID registers, patched itself and turned features on, so
 * these stay as they are: they belong to the CPU, and the CPU to its cell. The
 * ID registers are not trapped, debug registers neither (breakpoints do not
 * reach EL2), and what the kernel left at EL2 for its own use of PAC, SVE and
 * the like stays. Memory, firmware, IMPLEMENTATION DEFINED registers and
 * set/way maintenance are trapped as any cell's are, and the PMU is the cell's
 * only when the text says so (reg.c).
 */
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/el2.h"
#include "arch/aarch64/sysreg.h"

/* HCR_EL2: pointer authentication's keys and instructions, SCXTNUM, MTE. */
#define HCR_KEPT (UINT64_C(3) << 40 | UINT64_C(1) << 53 | UINT64_C(1) << 56)
#define HCR_GIVEN (HCR_TID1 | HCR_TID3 | HCR_TID5)

/* MDCR_EL2: TDA, TDOSA, TDRA, TDE. */
#define MDCR_DEBUG (UINT64_C(15) << 8)

/* CPTR_EL2 with E2H 0: trace is nobody's. TCPAC and TFP off. */
#define CPTR_TTA (UINT64_C(1) << 20)
#define CPTR_OFF (UINT64_C(1) << 31 | UINT64_C(1) << 10)

static void save(struct late_el2 *e)
{
	e->cptr = SYSREG_READ(cptr_el2);
	e->hstr = SYSREG_READ(hstr_el2);
	e->mdcr = SYSREG_READ(mdcr_el2);
	e->vttbr = SYSREG_READ(vttbr_el2);
	e->vtcr = SYSREG_READ(vtcr_el2);
	e->vpidr = SYSREG_READ(vpidr_el2);
	e->vmpidr = SYSREG_READ(vmpidr_el2);
	e->cnthctl = SYSREG_READ(cnthctl_el2);
	e->cnthp_ctl = SYSREG_READ(cnthp_ctl_el2);
	e->cnthp_cval = SYSREG_READ(cnthp_cval_el2);
}

/* What other regimes have cached under VMIDs that change their meaning. */
static void forget_el1(void)
{
	__asm__ volatile("isb\n\ttlbi alle1\n\tdsb nsh\n\tisb" ::: "memory");
}

void late_el2_enter(struct a64_cpu *cpu)
{
	struct late_cpu *late = &cpu->late;

	save(&late->el2);
	el2_init_cell(&cpu->core);
	SYSREG_WRITE(cptr_el2, (late->el2.cptr & ~CPTR_OFF) | CPTR_TTA);
	SYSREG_WRITE(mdcr_el2, SYSREG_READ(mdcr_el2) & ~MDCR_DEBUG);
	SYSREG_WRITE(hcr_el2, (SYSREG_READ(hcr_el2) & ~HCR_GIVEN) |
		     (late->found.hcr & HCR_KEPT));
	forget_el1();
}

void late_el2_leave(struct a64_cpu *cpu)
{
	const struct late_el2 *e = &cpu->late.el2;

	SYSREG_WRITE(hcr_el2, cpu->late.found.hcr);
	SYSREG_WRITE(cptr_el2, e->cptr);
	SYSREG_WRITE(hstr_el2, e->hstr);
	SYSREG_WRITE(mdcr_el2, e->mdcr);
	SYSREG_WRITE(vttbr_el2, e->vttbr);
	SYSREG_WRITE(vtcr_el2, e->vtcr);
	SYSREG_WRITE(vpidr_el2, e->vpidr);
	SYSREG_WRITE(vmpidr_el2, e->vmpidr);
	SYSREG_WRITE(cnthctl_el2, e->cnthctl);
	SYSREG_WRITE(cnthp_cval_el2, e->cnthp_cval);
	SYSREG_WRITE(cnthp_ctl_el2, e->cnthp_ctl);
	forget_el1();
}
