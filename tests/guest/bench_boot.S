/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_boot.S - a cell that says when its first instruction was: seventeen
 * readings of the counter, made one instruction apart, and a 1 behind them.
 */
	.text
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17
	mrs	x\n, cntvct_el0
	.endr
	adr	x18, readings
	stp	x1, x2, [x18]
	stp	x3, x4, [x18, #16]
	stp	x5, x6, [x18, #32]
	stp	x7, x8, [x18, #48]
	stp	x9, x10, [x18, #64]
	stp	x11, x12, [x18, #80]
	stp	x13, x14, [x18, #96]
	stp	x15, x16, [x18, #112]
	mov	x19, #1
	stp	x17, x19, [x18, #128]
1:	wfi
	b	1b
	.balign	256
readings:
	.zero	18 * 8
