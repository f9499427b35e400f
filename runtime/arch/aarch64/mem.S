/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mem.S - see mem.h. Nothing here uses FP, the stack, or unaligned accesses; nor,
 * like all functions that return to C, x8 to x15 (KEEP in the Makefile).
 */

#include "arch/aarch64/asm.h"

/*
 * memmove(to x0, from x1, size x2). Forward when the destination is below the
 * source or not within it, else backward; x0 is kept for the return value.
 */
function memmove mover
	.global	memcpy
	.hidden	memcpy
memcpy:
	sub	x3, x0, x1
	cmp	x3, x2			/* unsigned: below the source is huge */
	b.lo	.Lbackward
	orr	x4, x0, x1
	mov	x3, x0			/* destination cursor */
	tst	x4, #7
	b.ne	.Lforward_bytes
	subs	x2, x2, #64
	b.lo	2f
1:	ldp	x5, x6, [x1], #64
	ldp	x7, x17, [x1, #-48]
	stp	x5, x6, [x3], #64
	stp	x7, x17, [x3, #-48]
	ldp	x5, x6, [x1, #-32]
	ldp	x7, x17, [x1, #-16]
	stp	x5, x6, [x3, #-32]
	stp	x7, x17, [x3, #-16]
	subs	x2, x2, #64
	b.hs	1b
2:	add	x2, x2, #64
.Lforward_8:
	subs	x4, x2, #8
	b.lo	.Lforward_bytes
	mov	x2, x4
	ldr	x5, [x1], #8
	str	x5, [x3], #8
	b	.Lforward_8
.Lforward_bytes:
	cbz	x2, 1f
	ldrb	w5, [x1], #1
	strb	w5, [x3], #1
	sub	x2, x2, #1
	b	.Lforward_bytes
1:	ret

.Lbackward:
	add	x3, x0, x2
	add	x1, x1, x2
	orr	x4, x3, x1
	tst	x4, #7
	b.ne	.Lbackward_bytes
	subs	x2, x2, #64
	b.lo	2f
1:	ldp	x5, x6, [x1, #-16]
	ldp	x7, x17, [x1, #-32]
	stp	x5, x6, [x3, #-16]
	stp	x7, x17, [x3, #-32]
	ldp	x5, x6, [x1, #-48]
	ldp	x7, x17, [x1, #-64]!
	stp	x5, x6, [x3, #-48]
	stp	x7, x17, [x3, #-64]!
	subs	x2, x2, #64
	b.hs	1b
2:	add	x2, x2, #64
.Lbackward_bytes:
	cbz	x2, 1f
	ldrb	w5, [x1, #-1]!
	strb	w5, [x3, #-1]!
	sub	x2, x2, #1
	b	.Lbackward_bytes
1:	ret
end memmove

/*
 * arch_memory_flush(base x0, size x1): clean and invalidate to the point of
 * coherency; line size from CTR_EL0.DminLine, in words.
 */
function arch_memory_flush mover
	mrs	x2, ctr_el0
	ubfx	x2, x2, #16, #4
	mov	x3, #4
	lsl	x2, x3, x2
	sub	x3, x2, #1
	add	x1, x0, x1
	bic	x0, x0, x3
	add	x3, x0, x2, lsl #3	/* by eight, while there are eight */
	cmp	x3, x1
	b.hi	2f
1:	.rept	8
	dc	civac, x0
	add	x0, x0, x2
	.endr
	add	x3, x0, x2, lsl #3
	cmp	x3, x1
	b.ls	1b
2:	cmp	x0, x1
	b.hs	3f
	dc	civac, x0
	add	x0, x0, x2
	b	2b
3:	dsb	sy			/* the lines are in memory before any later access */
	ret
end arch_memory_flush

/*
 * Where head_move_runtime ends, perhaps in a copy of all that is in this
 * section, which has no addresses of its own. x20 to, x21 from, x22 size, x24
 * where to go on, with x0 as x21.
 */
function mem_mover mover
	mov	x0, x20
	mov	x1, x21
	mov	x2, x22
	bl	memmove
	mov	x0, x20
	mov	x1, x22
	bl	arch_memory_flush	/* lines fetched meanwhile are old */
	ic	iallu
	dsb	sy
	isb
	mov	x0, x21
	br	x24
	.balign 8
	.global	mem_mover_end
	.hidden	mem_mover_end
mem_mover_end:
end mem_mover

/* memset(to x0, byte w1, size x2) */
function memset
	mov	x3, x0
	and	x1, x1, #0xff
	orr	x1, x1, x1, lsl #8
	orr	x1, x1, x1, lsl #16
	orr	x1, x1, x1, lsl #32
	tst	x0, #7
	b.ne	2f
	subs	x2, x2, #64
	b.lo	4f
1:	stp	x1, x1, [x3], #64
	stp	x1, x1, [x3, #-48]
	stp	x1, x1, [x3, #-32]
	stp	x1, x1, [x3, #-16]
	subs	x2, x2, #64
	b.hs	1b
4:	add	x2, x2, #64
2:	cbz	x2, 3f
	strb	w1, [x3], #1
	sub	x2, x2, #1
	b	2b
3:	ret
end memset

/*
 * arch_image_copy(to x0, from x1, size x2): a flush, so that no dirty line comes
 * back over the copy; memmove with the MMU off; and a flush, so that no line that
 * was fetched meanwhile hides it. The stack, which the caches may hold, is left
 * alone while the MMU is off.
 */
function arch_image_copy
	stp	x19, x20, [sp, #-48]!
	stp	x21, x22, [sp, #16]
	str	x30, [sp, #32]
	mov	x19, x0
	mov	x20, x1
	mov	x21, x2
	mov	x1, x2
	bl	arch_memory_flush
	mrs	x22, sctlr_el2
	bic	x0, x22, #SCTLR_M
	msr	sctlr_el2, x0
	isb				/* off before the first access */
	mov	x0, x19
	mov	x1, x20
	mov	x2, x21
	bl	memmove
	dsb	sy			/* done before it is on again */
	msr	sctlr_el2, x22
	isb
	mov	x0, x19
	mov	x1, x21
	bl	arch_memory_flush
	ldp	x21, x22, [sp, #16]
	ldr	x30, [sp, #32]
	ldp	x19, x20, [sp], #48
	ret
end arch_image_copy

/*
 * mem_zero(base x0, size x1). Bytes to the first block, blocks, bytes; all by
 * memset where DC ZVA is prohibited (DCZID_EL0.DZP).
 */
function mem_zero
	mrs	x2, dczid_el0
	tbnz	x2, #4, 3f
	and	x2, x2, #15
	mov	x3, #4
	lsl	x2, x3, x2		/* block size */
	sub	x3, x2, #1
	orr	x4, x0, x1
	tst	x4, x3			/* regions are granules: blocks always fit */
	b.ne	3f
	add	x1, x0, x1
1:	cmp	x0, x1
	b.hs	2f
	dc	zva, x0
	add	x0, x0, x2
	b	1b
2:	ret
3:	mov	x2, x1
	mov	w1, wzr
	b	memset
end mem_zero
