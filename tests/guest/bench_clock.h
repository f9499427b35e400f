/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench_clock.h - the assembly that bench.h declares, for one .c of a program.
 */
#ifndef TESTS_GUEST_BENCH_CLOCK_H
#define TESTS_GUEST_BENCH_CLOCK_H

#include "bench.h"
#include "cell.h"

enum { N_READINGS = 17 };	/* one more than a tick has instructions */

/* Stores PMCCNTR_EL0, and after it readings of CNTVCT_EL0. */
void bench_readings(uint64_t *to);

__asm__(
"	.text\n"
"bench_readings:\n"
"	stp	x19, x20, [sp, #-16]!\n"
"	mrs	x19, pmccntr_el0\n"
"	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n"
"	mrs	x\\n, cntvct_el0\n"
"	.endr\n"
"	stp	x19, x1, [x0]\n"
"	stp	x2, x3, [x0, #16]\n"
"	stp	x4, x5, [x0, #32]\n"
"	stp	x6, x7, [x0, #48]\n"
"	stp	x8, x9, [x0, #64]\n"
"	stp	x10, x11, [x0, #80]\n"
"	stp	x12, x13, [x0, #96]\n"
"	stp	x14, x15, [x0, #112]\n"
"	stp	x16, x17, [x0, #128]\n"
"	ldp	x19, x20, [sp], #16\n"
"	ret\n"

/*
 * x22 = when; x21 is the handler's; x25 = register that takes a level-triggered
 * line back by a write of 1, or none. x23, x24: the answer.
 */
"	.macro	bench_handler first, second\n"
"	.balign	0x800\n"
"	.space	0x280\n"
"	\\first\n"
"	\\second\n"
"	mrs	x22, pmccntr_el0\n"
"	mrs	x21, s3_0_c12_c12_0\n"		/* ICC_IAR1_EL1 */
"	msr	cntv_ctl_el0, xzr\n"
"	cbz	x25, 1f\n"
"	mov	x26, #1\n"
"	str	w26, [x25]\n"
"1:	msr	s3_0_c12_c12_1, x21\n"		/* ICC_EOIR1_EL1 */
"	isb\n"
"	eret\n"
"	.endm\n"
"	.balign	0x800\n"
"bench_vectors_stamp:\n"
"	bench_handler\n"
"	.balign	0x800\n"
"bench_vectors_sgi:\n"
"	bench_handler \"msr s3_0_c12_c11_5, x23\", yield\n"	/* ICC_SGI1R_EL1 */
"	.balign	0x800\n"
"bench_vectors_bell:\n"
"	bench_handler \"str w24, [x23]\", yield\n"
"	.balign	0x800\n");

/* Says that it is ready, and is interrupted while it runs; when. */
uint64_t bench_receive(volatile uint64_t *ready, uint64_t turn,
		       uint64_t x23, uint64_t x24);

__asm__(
"	.macro	bench_save\n"
"	stp	x19, x30, [sp, #-80]!\n"
"	stp	x20, x21, [sp, #16]\n"
"	stp	x22, x23, [sp, #32]\n"
"	stp	x24, x25, [sp, #48]\n"
"	stp	x26, x27, [sp, #64]\n"
"	.endm\n"
"	.macro	bench_restore\n"
"	ldp	x20, x21, [sp, #16]\n"
"	ldp	x22, x23, [sp, #32]\n"
"	ldp	x24, x25, [sp, #48]\n"
"	ldp	x26, x27, [sp, #64]\n"
"	ldp	x19, x30, [sp], #80\n"
"	ret\n"
"	.endm\n"

"bench_receive:\n"
"	bench_save\n"
"	mov	x22, #0\n"
"	mov	x25, #0\n"
"	mov	x23, x2\n"
"	mov	x24, x3\n"
"	msr	daifclr, #2\n"
"	isb\n"
"	str	x1, [x0]\n"
"1:	yield\n"
"	cbz	x22, 1b\n"
"	msr	daifset, #2\n"
"	mov	x0, x22\n"
"	bench_restore\n");

/* How one CPU answers another: the handler that does, and what it needs. */
struct answer {
	void (*vectors)(void);
	uint64_t x23, x24, offset;
};

/* Does one task; false when it was the last. */
static inline bool answer_once(struct mail *m, const struct answer *a)
{
	while (m->done == m->turn)
		__asm__ volatile("yield");

	uint64_t turn = m->turn, task = m->task;

	if (task == TASK_END) {
		m->done = turn;
		m->ready = turn;
		return false;
	}
	vectors_set(task == TASK_PONG ? a->vectors : bench_vectors_stamp);
	m->stamp = bench_receive(&m->ready, turn, a->x23, a->x24) + a->offset;
	m->done = turn;
	return true;
}

/* The time of the first of readings that were made 1 ns apart. */
static inline uint64_t readings_time(const uint64_t *ticks)
{
	uint64_t ns_per_tick = 1000000000 / timer_hz(), i = 1;

	while (i < N_READINGS - 1 && ticks[i] == ticks[0])
		i++;
	return ticks[i] * ns_per_tick - i;
}

uint64_t counter_offset(void)
{
	uint64_t readings[N_READINGS + 1];

	bench_readings(readings);
	return readings_time(readings + 1) - 1 - readings[0];
}

#endif
