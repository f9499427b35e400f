/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.S - into EL2 under a kernel that runs, and out of it again.
 *
 * The kernel's stub branches here at EL2 with MMU and caches off: x0 flags
 * (HV_LATE_*), x5 where at EL1 to go on. All that the kernel has in x19 to x30,
 * in SP and in EL1's registers is live. What is found at EL2 stays in registers
 * until the MMU is on, since what is written with caches off may be hidden by a
 * line that is fetched meanwhile. C leaves those alone (KEEP in the Makefile).
 */
#include "arch/aarch64/asm.h"

#define back x5
#define link x6
#define found_vbar x8
#define found_hcr x9
#define found_sctlr x10
#define found_tcr x11
#define found_ttbr0 x12
#define found_mair x13
#define found_tpidr x14
#define found_sp x15
#define flags x18

/*
 * Until the MMU is on, a refusal costs nothing but to put VBAR and SP back.
 * x17 and x1 to x4 are free.
 */
function late_entry
	mrs	x1, currentel
	cmp	x1, #8
	b.eq	1f
	halt				/* no stub calls at another level */
1:	mov	flags, x0
	mov	x0, #E_STATE
	mov	x1, #(SCTLR_M | SCTLR_C)
	mrs	found_sctlr, sctlr_el2
	mrs	found_hcr, hcr_el2
	tst	found_sctlr, x1
	b.ne	late_refuse
	tbnz	found_hcr, #HCR_E2H_SHIFT, late_refuse
	mrs	found_vbar, vbar_el2
	mrs	found_tcr, tcr_el2
	mrs	found_ttbr0, ttbr0_el2
	mrs	found_mair, mair_el2
	mrs	found_tpidr, tpidr_el2
	mov	found_sp, sp
	mov	link, x30
	tbnz	flags, #LATE_FIRST_SHIFT, 2f
	bl	late_row
	b	3f
2:	bl	late_row_first
3:	mov	x30, link
	tbnz	x0, #63, late_refuse
	el2_begin x1			/* from here on x0 is the row, until C */
	set_vectors x1
	bl	head_mmu_on
	bl	head_own_stack

	sub	sp, sp, #FOUND_SIZE
	stp	found_vbar, found_hcr, [sp, #FOUND_VBAR]
	stp	found_sctlr, found_tcr, [sp, #FOUND_SCTLR]
	stp	found_ttbr0, found_mair, [sp, #FOUND_TTBR0]
	stp	found_tpidr, found_sp, [sp, #FOUND_TPIDR]
	stp	back, link, [sp, #FOUND_BACK]
	mov	x1, flags
	mov	x2, sp
	bl	late_main
	ldp	back, x30, [sp, #FOUND_BACK]
	cbnz	x0, 4f
	add	sp, sp, #FOUND_SIZE	/* as vectors.S wants it */
4:	cmp	x0, #0			/* ne: el2_end */
	b	late_return
end late_entry

function late_refuse
	cmp	x0, x0			/* eq: EL2 is as it was */
	b	late_return
end late_refuse

/* To the kernel, with x0; where ne, under the EL2 in the struct late_found at SP.
 * Nothing of ours goes along. */
function late_return
	msr	elr_el2, back
	mov	x1, #SPSR_ENTRY
	msr	spsr_el2, x1
	.irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18
	mov	x\n, xzr
	.endr
	b.ne	1f
	eret
	dsb	nsh
	isb
1:	mov	x0, sp
	b	late_end
end late_return

/*
 * Where the call of a CPU that leaves returns to, at EL2, with all registers as
 * the kernel had them when it made it, and SP at the CPU's state. From here it
 * returns 0 to the kernel, in x0 to x3, under the EL2 that was found.
 */
function late_exit
	add	x0, sp, #A64_CPU_FOUND
	ldp	x1, x2, [x0, #FOUND_BACK]
	msr	elr_el2, x1
	msr	spsr_el2, x2
	cmp	x0, x0
	b	late_end
end late_exit

/*
 * EL2 as the struct late_found at x0 says, and back; x0 is 0 where eq, else an
 * error, x1 to x3 are 0. The MMU goes off first: the rest of its registers is not
 * changed under it. From there on nothing is read from memory.
 */
function late_end
	ldr	x1, [x0, #FOUND_VBAR]
	msr	vbar_el2, x1
	ldr	x1, [x0, #FOUND_HCR]
	msr	hcr_el2, x1
	ldp	x1, x2, [x0, #FOUND_TPIDR]
	msr	tpidr_el2, x1
	mov	sp, x2
	ldp	x2, x1, [x0, #FOUND_TTBR0]
	ldp	x0, x3, [x0, #FOUND_SCTLR]
	msr	sctlr_el2, x0
	isb				/* off before its registers change */
	msr	mair_el2, x1
	msr	ttbr0_el2, x2
	msr	tcr_el2, x3
	isb
	tlbi	alle2
	dsb	nsh			/* our translations are nobody's */
	isb
	mov	x1, #E_STATE
	csel	x0, xzr, x1, eq
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	eret
	dsb	nsh
	isb
end late_end

/*
 * Another CPU than the first: its row, or an error. The first has written that
 * others may come, and cleaned it out of the caches.
 */
function late_row
	address	x1, hv
	ldr	w2, [x1, #HV_LATE_READY]
	constant x3, LATE_READY
	cmp	w2, w3
	b.ne	2f
	mrs	x1, mpidr_el1
	bic	x1, x1, #0xff000000	/* not its Aff0 to Aff3: */
	and	x1, x1, #0xffffffffff
	address	x2, hv_system
	ldp	w3, w4, [x2, #HEAD_CPUS]	/* offset and count */
	add	x3, x2, x3
	mov	x0, #0
1:	cmp	w0, w4
	b.hs	3f
	ldr	x17, [x3, #CPU_ROW_HWID]
	cmp	x17, x1
	b.eq	4f
	add	x3, x3, #CPU_ROW_SIZE
	add	x0, x0, #1
	b	1b
2:	mov	x0, #E_STATE
	ret
3:	mov	x0, #E_NO_CELL
4:	ret
end late_row

/*
 * The first CPU: C finds out whether this is the machine in the tables, on the
 * stack in the image, and with our vectors: it probes memory.
 */
function late_row_first
	address	x1, hv_boot_stack
	add	sp, x1, #BOOT_STACK_SIZE
	stp	back, link, [sp, #-32]!
	str	x30, [sp, #16]
	msr	tpidr_el2, xzr		/* no state yet, for own_fault */
	set_vectors x1
	bl	late_check
	ldp	back, link, [sp]
	ldr	x30, [sp, #16]
	msr	vbar_el2, found_vbar
	msr	tpidr_el2, found_tpidr
	mov	sp, found_sp
	isb
	ret
end late_row_first
