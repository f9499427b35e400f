/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wait.c - WFI of a cell whose interrupts EL2 does not see (gic_direct.c).
 *
 * It ends as it would at EL1, and may end early. One with a deadline (WFIT) does
 * so at once: EL2 has no timer of its own to spare. So does AArch32's, which
 * may be one whose condition has failed.
 */
#include "arch/aarch64/gic_direct.h"
#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/trap.h"

#define ISS_TI		UINT64_C(3)	/* 0: WFI */
#define SPSR_AARCH32	(UINT64_C(1) << 4)
#define SPSR_IT_LOW	25		/* two bits, six others: DDI 0487 C5.2.19 */
#define SPSR_IT_HIGH	10
#define SPSR_IT		(UINT64_C(3) << SPSR_IT_LOW | UINT64_C(63) << SPSR_IT_HIGH)

/* Two or four bytes on, and one on in an IT block (ITAdvance). */
static void skip_aarch32(uint64_t esr, uint64_t spsr)
{
	uint64_t it = (spsr >> SPSR_IT_LOW & 3) | (spsr >> SPSR_IT_HIGH & 63) << 2;

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	SYSREG_WRITE(spsr_el2, (spsr & ~SPSR_IT) | (it & 3) << SPSR_IT_LOW |
		     it >> 2 << SPSR_IT_HIGH);
	SYSREG_WRITE(elr_el2, SYSREG_READ(elr_el2) + (esr & ESR_IL ? 4 : 2));
}

void wait_trap(uint64_t esr)
{
	uint64_t spsr = SYSREG_READ(spsr_el2);

	if (spsr & SPSR_AARCH32) {
		skip_aarch32(esr, spsr);
		return;
	}
	if (!(esr & ISS_TI))
		gic_direct_wait();
	trap_skip();
}
