/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vectors.S - into EL2 and back.
 *
 * While a cell runs SP_EL2 is the address of this CPU's struct a64_cpu, its
 * stack right below. A vector pushes one struct a64_frame and stores in it only
 * what its path needs: x0 to x3 at once; x4 to x7, x16, x17 and x30 before C,
 * which may change them; the others, which C keeps (KEEP in the Makefile), where
 * a path has to know the cell's values.
 *
 * What a cell does often is decided here, before there is a frame. A vector has
 * room for 32 instructions, and those that are never taken have room for what the
 * others go on with: the assembler refuses what does not fit.
 */
#include "offsets.h"

	.macro vector at
	.org	el2_vectors + \at
	.endm

	.macro never at				/* EL2's own fault */
	vector	\at
	b	own_fault
	.endm

	.macro save_4
	stp	x0, x1, [sp, #-FRAME_SIZE]!
	stp	x2, x3, [sp, #16]
	.endm

	/* Nothing behind an ERET is executed, not even speculatively. With xzr as
	 * `first` x0 stays what it is now. */
	.macro leave_4 first=x0
	ldp	x2, x3, [sp, #16]
	ldp	\first, x1, [sp], #FRAME_SIZE
	eret
	dsb	nsh
	isb
	.endm

	/* The others by `what`, stp or ldp: those that C may change, */
	.macro c_may_change what
	\what	x4, x5, [sp, #32]
	\what	x6, x7, [sp, #48]
	\what	x16, x17, [sp, #128]
	\what	x30, xzr, [sp, #240]
	.endm

	.macro x8_to_x15 what
	\what	x8, x9, [sp, #64]
	\what	x10, x11, [sp, #80]
	\what	x12, x13, [sp, #96]
	\what	x14, x15, [sp, #112]
	.endm

	/* and those that it keeps. */
	.macro c_keeps what
	x8_to_x15 \what
	\what	x18, x19, [sp, #144]
	\what	x20, x21, [sp, #160]
	\what	x22, x23, [sp, #176]
	\what	x24, x25, [sp, #192]
	\what	x26, x27, [sp, #208]
	\what	x28, x29, [sp, #224]
	.endm

	.macro leave_after_c
	c_may_change ldp
	leave_4
	.endm

	/* Changes x3. */
	.macro count which
	ldr	x3, [sp, #(FRAME_SIZE + \which)]
	add	x3, x3, #1
	str	x3, [sp, #(FRAME_SIZE + \which)]
	.endm

	/* Past the instruction that ELR names. */
	.macro skip tmp
	mrs	\tmp, elr_el2
	add	\tmp, \tmp, #4
	msr	elr_el2, \tmp
	.endm

	.section .text.vectors, "ax"
	.balign 0x800
	.global el2_vectors
	.hidden el2_vectors
el2_vectors:

/* ---- EL2's own ------------------------------------------------------------ */

/* The stack may be what is wrong, so this begins on a fresh one. */
	vector	0x000
own_fault:
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	mrs	x2, far_el2
	mrs	x3, tpidr_el2
	cbnz	x3, 1f
	adr	x3, hv_boot_stack
	add	x3, x3, #BOOT_STACK_SIZE
1:	mov	sp, x3
	b	trap_own_fault

/*
 * A data abort in translation of a load or store of one of x0 to x7, described
 * whole, neither extended by sign nor of an exclusive or the like: one mask. The
 * syndrome is in x1.
 */
	never	0x080
enter_trap:
	ldr	w2, sgi1r_write
	eor	w2, w1, w2
	tst	w2, #~SYSREG_RT
	b.eq	enter_sgi
	ldr	w2, abort_mask
	ldr	w3, abort_plainly
	and	w2, w1, w2
	cmp	w2, w3
	b.ne	enter_other
	c_may_change stp
	mov	x0, sp
	bl	abort_plain
	cbz	w0, enter_sync_saved
	skip	x0
	count	EXITS_MMIO
	leave_after_c

/* What was written to ICC_SGI1R_EL1 is in x1: struct gic_sgi. */
	never	0x100
sgi:	ldp	x2, x3, [sp, #(FRAME_SIZE + SGI_MASK)]
	and	x2, x1, x2
	cmp	x2, x3
	b.ne	sgi_any
	ldp	x2, x3, [sp, #(FRAME_SIZE + SGI_LIST)]
	and	x2, x1, x2
	ldr	x0, [sp, #(FRAME_SIZE + SGI_SHIFT)]
	tbnz	x0, #63, sgi_virtual
	lsl	x2, x2, x0
	orr	x2, x2, x3
	and	x1, x1, #(15 << SGI_INTID_SHIFT)
	orr	x1, x1, x2
	msr	icc_sgi1r_el1, x1
	skip	x1
	count	EXITS_REGISTER
	leave_4
sgi_virtual:
	c_may_change stp
	add	x0, sp, #FRAME_SIZE
	bl	vgic_sgi_listed
	b	sgi_sent

	never	0x180
sgi_any:
	c_may_change stp
	add	x0, sp, #FRAME_SIZE
	bl	vgic_sgi
sgi_sent:
	skip	x1
	count	EXITS_REGISTER
	leave_after_c

/*
 * A synchronous exception of EL2 itself: head_probe's load, which then returns
 * false, or walk_cell's walk, which then has failed (both expect x16 and x17 to be
 * lost); anything else is our own fault.
 */
	vector	0x200
	mrs	x16, elr_el2
	adr	x17, head_probe_load
	cmp	x16, x17
	adr	x17, head_probe_failed
	b.eq	1f
	adr	x17, walk_at
	cmp	x16, x17
	adr	x17, walk_failed
	b.ne	own_fault
1:	msr	elr_el2, x17
	eret
	dsb	nsh
	isb

/* The same by permission, which is one bit of the syndrome, or anything else. */
enter_other:
	tbz	w1, #FSC_PERMISSION_BIT, enter_sync
	eor	w2, w2, w3
	cmp	w2, #FSC_PERMISSION
	b.ne	enter_sync
	c_may_change stp
	mov	x0, sp
	bl	abort_permission
	cbz	w0, enter_sync_saved
	skip	x0
	count	EXITS_MMIO
	b	leave

/* A call that may be somebody's. Of x2 one bit says SMC: then ELR is the
 * instruction itself. */
	never	0x280				/* masked, all three */
enter_call:
	count	EXITS_CALL
	tbz	w2, #ESR_SMC_BIT, 1f
	skip	x1
1:	tbnz	w0, #CALL_MANAGE_BIT, enter_manage
	movz	w3, #((PSCI_VERSION >> 16) & 0xffff), lsl #16
	cmp	w0, w3
	b.ne	enter_psci
	mov	w0, #PSCI_1_1
	leave_4 xzr

	never	0x300
enter_psci:
	c_may_change stp
	mov	w4, w0
	add	x0, sp, #FRAME_SIZE
	ldr	x1, [sp, #8]
	ldp	x2, x3, [sp, #16]
	bl	trap_psci
	str	x0, [sp]
	leave_after_c

/* Arguments and results are in x0 to x17. */
	never	0x380
enter_manage:
	c_may_change stp
	x8_to_x15 stp
	add	x0, sp, #FRAME_SIZE
	mov	x1, sp
	bl	manage_call
	x8_to_x15 ldp
	leave_after_c

/* ---- a cell, AArch64 ------------------------------------------------------- */

/*
 * HVC #0 and SMC #0 have a syndrome each, one bit apart. Other immediates, which
 * name no service, are trap_sync's.
 */
	vector	0x400
	save_4
	mrs	x1, esr_el2
	mov	w2, #ESR_HVC_0
	eor	w2, w1, w2
	tst	w2, #~(1 << ESR_SMC_BIT)
	b.ne	enter_trap
	tst	w0, #CALL_NOBODYS
	b.eq	enter_call
	count	EXITS_CALL
	tbnz	w2, #ESR_SMC_BIT, 2f
1:	mov	x0, #PSCI_NOT_SUPPORTED
	leave_4 xzr
2:	skip	x1
	b	1b

/*
 * A line of the cell's own goes to the first list register, if all are free: then
 * none holds it, and another stays free. All else is trap_irq's: the runtime's
 * own, which alone have priority 0, and what is none. After the acknowledge its
 * effects are waited for (IHI 0069H 4.2.3): on ICC_RPR_EL1, and what the sender
 * of an IPI wrote is seen. Nothing else is active, so the running priority is the
 * line's own.
 *
 * Whether the cell still runs is not asked here: an IPI follows each change of
 * that, and finds the line in its list register.
 */
	vector	0x480
	save_4
	mrs	x0, icc_iar1_el1
	dsb	sy
	isb
	mrs	x1, icc_rpr_el1
	cmp	w0, #GIC_MAX_LINES
	b.hs	enter_irq
	msr	icc_eoir1_el1, x0
	cbz	w1, enter_irq
	ldr	w2, [sp, #(FRAME_SIZE + A64_CPU_HOT_LRS)]
	mrs	x3, ich_elrsr_el2
	bics	wzr, w2, w3
	b.ne	enter_irq
	orr	x2, x0, x0, lsl #LR_PHYSICAL_SHIFT
	orr	x2, x2, x1, lsl #LR_PRIORITY_SHIFT
	orr	x2, x2, #LR_LINE
	msr	ich_lr0_el2, x2
	count	EXITS_LINE
	leave_4

	vector	0x500				/* Group 0: the runtime's alone */
	save_4
	c_may_change stp
	add	x0, sp, #FRAME_SIZE
	bl	trap_fiq
	b	leave_or_park

	vector	0x580
	save_4
	c_may_change stp
	c_keeps stp
	mov	x0, sp
	bl	trap_serror

/* ---- a cell's EL0, AArch32 -------------------------------------------------- */

/* All registers, for whatever the trapped instruction names. */
	vector	0x600
	save_4
enter_sync:
	c_may_change stp
enter_sync_saved:
	c_keeps stp
	mov	x0, sp
	bl	trap_sync
	c_keeps ldp
	b	leave

/* The line is in x0, the running priority in x1. */
	vector	0x680
	b	el2_vectors + 0x480
enter_irq:
	c_may_change stp
	mov	w2, w1
	mov	w1, w0
	add	x0, sp, #FRAME_SIZE		/* struct a64_cpu */
	bl	trap_irq
leave_or_park:
	tbnz	w0, #0, park
leave:	leave_after_c

	vector	0x700
	b	el2_vectors + 0x500
park:	c_keeps stp				/* the frame as a whole */
	add	x0, sp, #FRAME_SIZE
	bl	cpu_park_and_keep

	vector	0x780
	b	el2_vectors + 0x580
sgi1r_write:
	.word	ESR_SGI1R_WRITE
abort_mask:
	.word	ABORT_MASK
abort_plainly:
	.word	ABORT_PLAIN

/*
 * ICC_SGI1R_EL1, from any register, which the table gets into x1: eight bytes for
 * each, and w2 is 32 times its number.
 */
enter_sgi:
	adr	x3, sgi_from
	add	x3, x3, x2, lsr #(SYSREG_RT_SHIFT - 3)
	br	x3
	vector	0x800
sgi_from:
	mov	x1, x0
	b	sgi
	.irp n, 1,2,3				/* saved, and used since */
	ldr	x1, [sp, #(8 * \n)]
	b	sgi
	.endr
	.irp n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	mov	x1, x\n
	b	sgi
	.endr
	mov	x1, xzr
	b	sgi
