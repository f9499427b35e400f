/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start.S - a cell's first instructions, its vectors, and its probes.
 *
 * A cell starts at EL1 with MMU and caches off and interrupts masked, at the
 * image's first byte; x0 holds the devicetree, which is not needed: the header
 * says the same. A second CPU starts at cpu_start with its index in x0.
 */
	.section .text.start, "ax"
	.globl	_start
_start:
	mov	x0, #0
	bl	cpu_setup
	bl	main
	bl	power_off

	.globl	cpu_start
cpu_start:
	mov	x19, x0
	bl	cpu_setup
	mov	x0, x19
	bl	cpu_main
	b	.

/* x0 = CPU index: stack, vectors, floating point, index in TPIDR_EL1 */
cpu_setup:
	adrp	x1, stacks
	add	x1, x1, :lo12:stacks
	add	x2, x0, #1
	add	x1, x1, x2, lsl #12
	mov	sp, x1
	adrp	x1, vectors
	add	x1, x1, :lo12:vectors
	msr	vbar_el1, x1
	mov	x1, #(3 << 20)
	msr	cpacr_el1, x1		/* C may use FP registers */
	msr	tpidr_el1, x0
	isb
	ret

	.section .data.stacks, "aw"
	.balign	4096
stacks:
	.zero	4096 * CELL_CPUS

/*
 * Vectors. Interrupts save what a C function may destroy. A synchronous
 * exception goes on where an open probe says; without one it is told.
 */
	.macro	save
	sub	sp, sp, #192
	stp	x0, x1, [sp]
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x29, [sp, #144]
	str	x30, [sp, #160]
	mrs	x0, elr_el1
	mrs	x1, spsr_el1
	stp	x0, x1, [sp, #168]
	.endm

	.macro	restore
	ldp	x0, x1, [sp, #168]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x29, [sp, #144]
	ldr	x30, [sp, #160]
	add	sp, sp, #192
	eret
	.endm

	.macro	vector target
	.balign	0x80
	b	\target
	.endm

	.section .text, "ax"
	.balign	0x800
vectors:
	.rept	4
	vector	unexpected	/* current EL with SP_EL0: never used */
	.endr
	vector	sync
	vector	irq
	vector	unexpected
	vector	unexpected
	.rept	8
	vector	unexpected	/* lower ELs: never used */
	.endr

irq:
	save
	bl	irq_taken
	restore

sync:
	stp	x0, x1, [sp, #-16]!
	mrs	x1, tpidr_el1
	adrp	x0, probes
	add	x0, x0, :lo12:probes
	add	x0, x0, x1, lsl #3
	ldr	x1, [x0]
	cbz	x1, unexpected
	str	xzr, [x0]
	msr	elr_el1, x1
	ldp	x0, x1, [sp], #16
	eret

unexpected:
	mrs	x0, esr_el1
	mrs	x1, elr_el1
	mrs	x2, far_el1
	bl	fault_taken
	b	.

/*
 * A probe writes where to go on after a fault into this CPU's word (x9), does
 * one access, and clears the word. A fault leaves x9, x30 and sp as they were.
 */
	.macro	open_probe landing
	mrs	x10, tpidr_el1
	adrp	x9, probes
	add	x9, x9, :lo12:probes
	add	x9, x9, x10, lsl #3
	adr	x10, \landing
	str	x10, [x9]
	.endm

	.globl	probe_read
probe_read:
	open_probe probe_failed
	ldr	w2, [x0]
	str	w2, [x1]
	b	probe_done

	.globl	probe_write
probe_write:
	open_probe probe_failed
	str	w1, [x0]
	dsb	sy		/* a late answer comes before this ends */
probe_done:
	str	xzr, [x9]
	mov	x0, #0
	ret

probe_failed:
	mrs	x0, esr_el1
	ret

	.globl	probe_exec
probe_exec:
	str	x30, [sp, #-16]!
	open_probe 1f
	blr	x0
	ldr	x30, [sp], #16
	b	probe_done
1:	ldr	x30, [sp], #16
	b	probe_failed

	.globl	crash
crash:
	msr	daifset, #0xf
	mrs	x1, sctlr_el1
	bic	x1, x1, #1
	msr	sctlr_el1, x1		/* else stage 1 has an answer of its own */
	msr	vbar_el1, x0
	isb
	ldr	x1, [x0]
	b	.

	.section .data.probes, "aw"
	.balign	8
probes:
	.zero	8 * CELL_CPUS
