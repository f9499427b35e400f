/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * call.S - hv_call(uint64_t x[17]): HVC with x0 to x16, and what they are then;
 * hv_call_by_smc: the same by SMC.
 */
	.macro	call name, by
	.globl	\name
\name:
	stp	x19, x30, [sp, #-16]!
	mov	x19, x0
	ldp	x0, x1, [x19]
	ldp	x2, x3, [x19, #16]
	ldp	x4, x5, [x19, #32]
	ldp	x6, x7, [x19, #48]
	ldp	x8, x9, [x19, #64]
	ldp	x10, x11, [x19, #80]
	ldp	x12, x13, [x19, #96]
	ldp	x14, x15, [x19, #112]
	ldr	x16, [x19, #128]
	\by	#0
	stp	x0, x1, [x19]
	stp	x2, x3, [x19, #16]
	stp	x4, x5, [x19, #32]
	stp	x6, x7, [x19, #48]
	stp	x8, x9, [x19, #64]
	stp	x10, x11, [x19, #80]
	stp	x12, x13, [x19, #96]
	stp	x14, x15, [x19, #112]
	str	x16, [x19, #128]
	ldp	x19, x30, [sp], #16
	ret
	.endm

	.text
	call	hv_call, hvc
	call	hv_call_by_smc, smc
