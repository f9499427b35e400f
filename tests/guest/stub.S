/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stub.S - boots at EL2, leaves a stub there, and goes on at EL1: as a Linux
 * does that is to become a root cell. In front of start.S.
 *
 * The stub answers as Linux's: x0 0 sets VBAR_EL2 (x1), 1 branches to x1 at EL2
 * with x2 to x4 as x0 to x2, 2 sets the stub's own vectors. And 16 writes what
 * EL2's registers hold to the array at x1, 17 sets a list register to x1.
 */
	.section .text.image, "ax"
	b	boot			/* arm64 Image header: QEMU looks for it */
	.long	0
	.quad	0			/* anywhere, on 2 MiB */
	.quad	image_end - _image
	.quad	0xa
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0
	.set	_image, . - 64

boot:	adr	x30, _start
	b	leave_el2

	/* where the firmware starts another CPU: x0, its index, goes along */
	.globl	stub_cpu
stub_cpu:
	ldr	x30, =cpu_start
	mrs	x1, currentel
	cmp	x1, #8
	b.eq	leave_el2
	br	x30

	.globl	stub_busy
stub_busy:
	adrp	x1, stub_release
	add	x1, x1, :lo12:stub_release
1:	yield
	ldr	w2, [x1]
	cbz	w2, 1b
	ldr	x0, =0x84000002		/* PSCI CPU_OFF */
	smc	#0
	b	.

	.macro	pattern reg, value
	ldr	x1, =\value
	msr	\reg, x1
	.endm

/*
 * Where nothing depends on a register it gets bits that are its own, to be found
 * again later.
 */
leave_el2:
	mov	x1, #(1 << 31)
	msr	hcr_el2, x1
	isb
	ldr	x1, =0x30c50830
	msr	sctlr_el2, x1
	ldr	x1, =0x30d00800
	msr	sctlr_el1, x1
	mov	x1, #3
	msr	cnthctl_el2, x1
	msr	cntvoff_el2, xzr
	mrs	x1, midr_el1
	msr	vpidr_el2, x1
	mrs	x1, mpidr_el1
	msr	vmpidr_el2, x1
	msr	vttbr_el2, xzr
	mov	x1, #0xf
	msr	s3_4_c12_c9_5, x1	/* ICC_SRE_EL2 */
	isb
	msr	s3_4_c12_c11_0, xzr	/* ICH_HCR_EL2 */
	pattern	cptr_el2, 0x33ff
	pattern	hstr_el2, 0
	pattern	mair_el2, 0x1122334455667788
	pattern	ttbr0_el2, 0x41230000
	pattern	tcr_el2, 0x80823518
	pattern	tpidr_el2, 0x1234567812345678
	pattern	cnthp_cval_el2, 0x5555aaaa5555aaaa
	pattern	vtcr_el2, 0x80023558
	ldr	x1, =0x42345670
	mov	sp, x1
	adrp	x1, stub_vectors
	add	x1, x1, :lo12:stub_vectors
	msr	vbar_el2, x1
	mov	x1, #0x3c5
	msr	spsr_el2, x1
	msr	elr_el2, x30
	eret

	.section .text, "ax"
	.macro	vector target
	.balign	0x80
	b	\target
	.endm

	.balign	0x800
stub_vectors:
	.rept	8
	vector	stuck
	.endr
	vector	stub
	.rept	7
	vector	stuck
	.endr

stuck:	wfi
	b	stuck

stub:	cmp	x0, #1
	b.eq	1f
	b.lo	2f
	cmp	x0, #2
	b.eq	3f
	cmp	x0, #16
	b.eq	4f
	cmp	x0, #17
	b.eq	5f
	mov	x0, #-1
	eret
1:	mov	x0, x2
	mov	x2, x4
	mov	x4, x1
	mov	x1, x3
	br	x4
2:	msr	vbar_el2, x1
	mov	x0, #0
	eret
3:	adrp	x1, stub_vectors
	add	x1, x1, :lo12:stub_vectors
	msr	vbar_el2, x1
	mov	x0, #0
	eret
	.macro	tell name
	mrs	x0, \name
	str	x0, [x1], #8
	.endm
4:	mov	x0, sp
	str	x0, [x1], #8
	.irp	name, vbar_el2, hcr_el2, sctlr_el2, tcr_el2, ttbr0_el2, mair_el2, \
		tpidr_el2, cptr_el2, hstr_el2, mdcr_el2, vttbr_el2, vtcr_el2, \
		vpidr_el2, vmpidr_el2, cnthctl_el2, cntvoff_el2, cnthp_ctl_el2, \
		cnthp_cval_el2, s3_4_c12_c9_5, s3_4_c12_c11_0, s3_4_c12_c11_7, \
		s3_4_c12_c12_0, s3_4_c12_c12_1, s3_4_c12_c12_2, s3_4_c12_c12_3, \
		s3_4_c12_c8_0, s3_4_c12_c9_0
	tell	\name
	.endr
	mov	x0, #0
	eret
5:	msr	s3_4_c12_c12_1, x1	/* ICH_LR1_EL2 */
	eret

	.macro	save_all
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	.irp	n, 19,20,21,22,23,24,25,26,27,28,29
	mov	x\n, #\n
	.endr
	mov	x30, sp
	.endm

	/* x0 -100 if one of those was lost */
	.macro	check_all
	mov	x1, sp
	cmp	x30, x1
	b.ne	8f
	.irp	n, 19,20,21,22,23,24,25,26,27,28,29
	cmp	x\n, #\n
	b.ne	8f
	.endr
	b	9f
8:	mov	x0, #-100
	mov	sp, x30
9:	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
	.endm

/* late_enter(entry x0, flags x1): what EL2 answers; -100 if it lost a register. */
	.globl	late_enter
late_enter:
	save_all
	mov	x2, x1
	mov	x1, x0
	mov	x0, #1
	mov	x3, #0
	mov	x4, #0
	adr	x5, 1f
	hvc	#0
1:	check_all

/* late_leave(function x0): the call; -100 if it lost a register from x4 on. */
	.globl	late_leave
late_leave:
	save_all
	.irp	n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18
	mov	x\n, #\n
	.endr
	hvc	#0
	.irp	n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18
	cmp	x\n, #\n
	b.ne	1f
	.endr
	b	2f
1:	mov	x29, xzr	/* so that the next finds it */
2:	check_all

	.section .data.stub, "aw"
	.balign	4
	.globl	stub_release
stub_release:
	.long	0
