/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * walk.S - see abort.h.
 *
 * The walk may end in an external abort, where the memory of a cell's tables answers
 * with an error, and that is taken here, to EL2: vectors.S knows the instruction. (On a
 * device no table is walked, by HCR_EL2.PTW.) What it has changed is the cell's, who
 * is yet to be told of its own fault.
 */
#include "arch/aarch64/asm.h"

/* uint64_t walk_cell(far x0, esr x1). A read is always permitted where a write is. */
function walk_cell
	.global walk_at, walk_failed
	.hidden walk_at, walk_failed
	mrs	x2, par_el1
	mrs	x3, elr_el2
	mrs	x4, spsr_el2
walk_at:
	at	s1e1r, x0
	isb				/* PAR_EL1 is what it says from here on */
	mrs	x0, par_el1
	msr	par_el1, x2
	ret
walk_failed:
	msr	far_el2, x0
	msr	esr_el2, x1		/* trap_sync looks at it again */
	msr	spsr_el2, x4
	msr	elr_el2, x3
	msr	par_el1, x2
	mov	x0, #1			/* PAR_FAILED */
	ret
end walk_cell
