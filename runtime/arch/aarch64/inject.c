/* SPDX-License-Identifier: BSD-2-Clause */
#include "arch/aarch64/trap.h"

#include "arch/aarch64/sysreg.h"

#define EC_UNKNOWN	0x00u
#define EC_FETCH_LOWER	0x20u	/* from the same level: + 1 */
#define EC_DATA_LOWER	0x24u
#define FSC_EXTERNAL	0x10u

/* SPSR_EL2 */
#define M_MASK		UINT64_C(0x1f)
#define M_EL0		UINT64_C(0)
#define M_EL1T		UINT64_C(4)
#define M_EL1H		UINT64_C(5)
#define M_AARCH32	UINT64_C(0x10)
#define P_MASKED	UINT64_C(0x3c0)		/* D, A, I, F */
#define P_SSBS		(UINT64_C(1) << 12)
#define P_PAN		(UINT64_C(1) << 22)
#define P_DIT		(UINT64_C(1) << 24)
#define P_DIT_AARCH32	(UINT64_C(1) << 21)
#define P_TCO		(UINT64_C(1) << 25)
#define P_NZCV		(UINT64_C(0xf) << 28)

#define SCTLR_SPAN	(UINT64_C(1) << 23)
#define SCTLR_DSSBS	(UINT64_C(1) << 44)

static bool is_lower(uint64_t spsr)
{
	return (spsr & M_AARCH32) || (spsr & M_MASK) == M_EL0;
}

static uint64_t vector(uint64_t spsr)
{
	if (spsr & M_AARCH32)
		return 0x600;
	if ((spsr & M_MASK) == M_EL0)
		return 0x400;
	return (spsr & M_MASK) == M_EL1T ? 0x000 : 0x200;
}

/*
 * PSTATE on taking an exception to EL1 (AArch64.TakeException, DDI 0487
 * J1.1.2): flags and DIT stay, PAN is set unless SCTLR_EL1.SPAN says to leave
 * it, SSBS is SCTLR_EL1.DSSBS, TCO is set where there is MTE, the rest clear.
 */
static uint64_t pstate(uint64_t spsr)
{
	uint64_t sctlr = SYSREG_READ(sctlr_el1);
	uint64_t p = M_EL1H | P_MASKED | (spsr & (P_NZCV | P_PAN));

	if (spsr & (spsr & M_AARCH32 ? P_DIT_AARCH32 : P_DIT))
		p |= P_DIT;
	if (!(sctlr & SCTLR_SPAN) && id_field(SYSREG_READ(id_aa64mmfr1_el1), 20))
		p |= P_PAN;
	if ((sctlr & SCTLR_DSSBS) && id_field(SYSREG_READ(id_aa64pfr1_el1), 4))
		p |= P_SSBS;
	if (id_field(SYSREG_READ(id_aa64pfr1_el1), 8) >= 2)
		p |= P_TCO;
	return p;
}

static void inject(uint64_t spsr, uint64_t esr)
{
	SYSREG_WRITE(esr_el1, esr);
	SYSREG_WRITE(elr_el1, SYSREG_READ(elr_el2));
	SYSREG_WRITE(spsr_el1, spsr);
	SYSREG_WRITE(elr_el2, SYSREG_READ(vbar_el1) + vector(spsr));
	SYSREG_WRITE(spsr_el2, pstate(spsr));
}

void inject_undefined(void)
{
	inject(SYSREG_READ(spsr_el2),
	       (uint64_t)EC_UNKNOWN << ESR_EC_SHIFT | ESR_IL);
}

void inject_abort(bool is_fetch)
{
	uint64_t spsr = SYSREG_READ(spsr_el2);
	uint64_t ec = is_fetch ? EC_FETCH_LOWER : EC_DATA_LOWER;

	if (!is_lower(spsr))
		ec++;
	SYSREG_WRITE(far_el1, SYSREG_READ(far_el2));
	inject(spsr, ec << ESR_EC_SHIFT | ESR_IL | FSC_EXTERNAL);
}
