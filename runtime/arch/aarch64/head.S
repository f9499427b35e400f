/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head.S - the first instructions of every CPU, the mover, and the way into a
 * cell.
 *
 * Before the MMU is on everything is position-independent: the image may lie
 * anywhere in RAM, on a granule (its loaders align it to 2 MiB).
 */
#include "arch/aarch64/asm.h"

/*
 * The boot CPU, wherever the image is. The boot stack is in the image, so that
 * it is nobody else's memory whatever the image was loaded over.
 */
function hv_entry
	b	1f
	b	late_entry		/* HV_IMAGE_LATE_ENTRY */
1:	mrs	x1, currentel
	cmp	x1, #8
	b.eq	2f
	address	x0, hv_boot_stack
	add	sp, x0, #BOOT_STACK_SIZE
	bl	boot_not_el2
	halt
2:	bl	head_begin
	address	x0, hv_image_base
.Lplace:
	set_vectors x1
	address	x1, hv_boot_stack
	add	sp, x1, #BOOT_STACK_SIZE
	b	boot_place
end hv_entry

/* From C, or from the firmware: x0, this CPU's row, is kept on the way to C. */
function head_boot
	b	1f
end head_boot

function head_secondary
	bl	head_begin
	set_vectors x1
1:	bl	head_mmu_on
	bl	head_own_stack
	b	boot_main
end head_secondary

function head_begin
	el2_begin x1
	ret
end head_begin

/*
 * SP and TPIDR_EL2 from row x0 of cpus: the address of the CPU's state.
 * Changes x1 and x2; x0 is the row still.
 */
function head_own_stack
	address	x1, hv_system
	ldr	w2, [x1, #HEAD_CPUS]
	add	x1, x1, x2
	mov	x2, #CPU_ROW_SIZE
	madd	x1, x0, x2, x1
	ldr	x1, [x1, #CPU_ROW_AREA]
	mov	x2, #(CPU_AREA_SIZE - CPU_STATE_SIZE)
	add	x1, x1, x2
	mov	sp, x1
	msr	tpidr_el2, x1
	ret
end head_own_stack

/*
 * EL2 stage 1 as emitted: identity, so the next instruction is where it was.
 * Changes x1 and x2.
 */
function head_mmu_on
	address	x1, hv_system + HEAD_SIZE
	ldr	x2, [x1, #BOARD_MAIR]
	msr	mair_el2, x2
	ldr	x2, [x1, #BOARD_TCR]
	msr	tcr_el2, x2
	ldr	x2, [x1, #BOARD_TTBR0]
	msr	ttbr0_el2, x2
	isb
	tlbi	alle2
	ic	iallu
	dsb	nsh			/* both done before the first translation */
	isb
	constant x2, SCTLR_ON
	msr	sctlr_el2, x2
	isb				/* translated from the next fetch on */
	ret
end head_mmu_on

/*
 * head_move_runtime(to x0, from x1, size x2, spot x3)
 * With a spot, the mover first copies itself there, for the copy would
 * overwrite it. Then it copies, and goes on at .Lplace in the moved image.
 */
function head_move_runtime
	mov	x20, x0
	mov	x21, x1
	mov	x22, x2
	adr	x24, .Lplace
	sub	x24, x24, x1
	add	x24, x24, x0
	address	x25, memmove		/* with mem_mover, in this order */
	address	x26, mem_mover
	cbz	x3, 1f
	sub	x26, x26, x25
	add	x26, x26, x3
	mov	x27, x3
	address	x19, mem_mover_end
	sub	x19, x19, x25
	mov	x0, x3
	mov	x1, x19
	bl	arch_memory_flush	/* no dirty line comes back over it */
	mov	x0, x27
	mov	x1, x25
	mov	x2, x19
	bl	memmove
	dsb	sy			/* written before it is fetched */
	ic	iallu
	dsb	sy
	isb
1:	mov	x0, x20
	mov	x1, x22
	bl	arch_memory_flush	/* nor over the copy */
	br	x26
end head_move_runtime

/* bool head_probe(address x0); see vectors.S. */
function head_probe
	.global head_probe_load, head_probe_failed
	.hidden head_probe_load, head_probe_failed
head_probe_load:
	ldr	x1, [x0]
	dsb	sy			/* an abort of this load comes now */
	mov	x0, #1
	ret
head_probe_failed:
	mov	x0, #0
	ret
end head_probe

/*
 * arch_enter(struct hv_cpu_state x0, entry x1, argument x2): into the cell, with
 * everything masked and nothing in any register but the argument. The zeroes come
 * two at a time.
 */
function arch_enter
	mov	sp, x0
	msr	elr_el2, x1
	mov	x19, x2
	bl	gic_cpu_enter
	mov	x0, #SPSR_ENTRY
	msr	spsr_el2, x0
	mov	x0, x19
	adr	x1, zeroes
	.irp pair, "x2, x3", "x4, x5", "x6, x7", "x8, x9", "x10, x11", "x12, x13", \
		   "x14, x15", "x16, x17", "x18, x19", "x20, x21", "x22, x23", \
		   "x24, x25", "x26, x27", "x28, x29"
	ldp	\pair, [x1]
	.endr
	mov	x30, xzr
	mov	x1, xzr
	eret
	dsb	nsh
	isb
	.balign 16
zeroes:	.quad	0, 0, 0, 0
end arch_enter

/* All of FP and SIMD; the only use that EL2 makes of them. */
function head_zero_fp
	.arch_extension fp
	adr	x0, zeroes
	.irp pair, "q0, q1", "q2, q3", "q4, q5", "q6, q7", "q8, q9", "q10, q11", \
		   "q12, q13", "q14, q15", "q16, q17", "q18, q19", "q20, q21", \
		   "q22, q23", "q24, q25", "q26, q27", "q28, q29", "q30, q31"
	ldp	\pair, [x0]
	.endr
	msr	fpcr, xzr
	msr	fpsr, xzr
	ret
end head_zero_fp

	.section .bss.hv_boot_stack, "aw", %nobits
	.balign 16
	.global hv_boot_stack
	.hidden hv_boot_stack
hv_boot_stack:
	.space	BOOT_STACK_SIZE
