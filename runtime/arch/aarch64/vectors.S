/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vectors.S - into EL2 and back.
 *
 * While a cell runs SP_EL2 is the address of this CPU's struct a64_cpu, its
 * stack right below; a vector pushes one struct a64_frame. A synchronous
 * exception saves x0..x30, since it may need any of them; a call (SMC, HVC) and
 * an interrupt only those that a C function may change, and an interrupt the
 * others when it ends the cell on this CPU.
 */
#include "offsets.h"

	.macro vector
	.balign 0x80
	.endm

	.macro save_volatile
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	.endm

	/* x19..x29 are the cell's own as long as no C function has begun, or
	 * after it has returned. */
	.macro save_rest
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	str	x30, [sp, #240]
	.endm

	.macro load_volatile
	ldp	x0, x1, [sp, #0]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	.endm

	/* Nothing behind an ERET is executed, not even speculatively. */
	.macro leave
	add	sp, sp, #FRAME_SIZE
	eret
	dsb	nsh
	isb
	.endm

	.macro take_sync
	vector
	save_volatile
	mrs	x1, esr_el2
	lsr	x2, x1, #ESR_EC_SHIFT
	sub	x2, x2, #EC_HVC
	cmp	x2, #(EC_SMC - EC_HVC)
	b.ls	enter_call
	b	enter_sync
	.endm

	.macro take_irq
	vector
	save_volatile
	b	enter_irq
	.endm

	.macro take_serror
	vector
	save_volatile
	save_rest
	mov	x0, sp
	bl	trap_serror
	.endm

	.macro take_never			/* EL2's own fault */
	vector
	b	own_fault
	.endm

	.section .text.vectors, "ax"
	.balign 0x800
	.global el2_vectors
	.hidden el2_vectors
el2_vectors:
	take_never				/* EL2 with SP_EL0: never used */
	take_never
	take_never
	take_never
	vector					/* EL2, synchronous */
	b	own_sync
	take_never				/* masked, all three */
	take_never
	take_never
	take_sync				/* a cell, AArch64 */
	take_irq
	take_never				/* Group 0: nothing is in it */
	take_serror
	take_sync				/* a cell's EL0, AArch32 */
	take_irq
	take_never
	take_serror
	.balign 0x80

enter_sync:
	save_rest
	mov	x0, sp
	bl	trap_sync
	load_volatile
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	leave

enter_call:
	stp	x18, x30, [sp, #144]
	mov	x0, sp
	bl	trap_call
	load_volatile
	ldp	x18, x30, [sp, #144]
	leave

enter_irq:
	stp	x18, x30, [sp, #144]
	add	x0, sp, #FRAME_SIZE		/* struct a64_cpu */
	bl	trap_irq
	tbnz	w0, #0, park
	load_volatile
	ldp	x18, x30, [sp, #144]
	leave

/* After enter_irq, the frame as a whole: x30 stands where x19 belongs. */
park:
	ldp	x18, x30, [sp, #144]
	save_rest
	add	x0, sp, #FRAME_SIZE
	bl	trap_park

/*
 * A synchronous exception of EL2 itself: head_probe's load, which then returns
 * false (and expects x16 and x17 to be lost); anything else is our own fault.
 */
own_sync:
	mrs	x16, elr_el2
	adr	x17, head_probe_load
	cmp	x16, x17
	b.ne	own_fault
	adr	x17, head_probe_failed
	msr	elr_el2, x17
	eret
	dsb	nsh
	isb

/* The stack may be what is wrong, so this begins on a fresh one. */
own_fault:
	mrs	x0, esr_el2
	mrs	x1, elr_el2
	mrs	x2, far_el2
	mrs	x3, tpidr_el2
	cbnz	x3, 1f
	adrp	x3, hv_boot_stack
	add	x3, x3, #:lo12:hv_boot_stack
	add	x3, x3, #BOOT_STACK_SIZE
1:	mov	sp, x3
	b	trap_own_fault

	.section .note.GNU-stack, "", %progbits
