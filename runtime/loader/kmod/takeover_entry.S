/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * s64 takeover_stub(u64 entry, u64 flags): one CPU, from EL1 through the hyp stub
 * to EL2 and back.
 *
 * The stub is called by HVC with x0: RESET_VECTORS, so that it is the stub that
 * hears the next; then SOFT_RESTART to x1 with x2, x3, x4 as its x0, x1, x2. The
 * hypervisor comes back to x5 with x19..x30 and SP as they were, all interrupts
 * masked. A stub that refuses comes back behind the HVC, which is the same place.
 */
#include <linux/linkage.h>

#include <asm/assembler.h>
#include <asm/virt.h>

SYM_FUNC_START(takeover_stub)
	stp	x29, x30, [sp, #-48]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x0, x1, [sp, #32]
	mrs	x19, daif
	msr	daifset, #15
	mov	x0, #HVC_RESET_VECTORS
	hvc	#0
	cbnz	x0, 1f
	ldp	x1, x2, [sp, #32]
	mov	x3, xzr
	mov	x4, xzr
	adr	x5, 1f
	mov	x0, #HVC_SOFT_RESTART
	hvc	#0
1:	msr	daif, x19
	ldp	x19, x20, [sp, #16]
	ldp	x29, x30, [sp], #48
	ret
SYM_FUNC_END(takeover_stub)
