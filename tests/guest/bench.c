/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * bench.c - what a cell pays for the runtime, in instructions.
 *
 * Only under -icount shift=0, where an instruction is a nanosecond and the
 * counter is read in ticks of several. A call's cost is the mean of many, less
 * that of the same loop with a nop in its place, and that nop.
 *
 * An interrupt's cost is exact: the timer fires when the counter reaches a
 * whole tick, and its handler reads the counter after 0, 1, 2.. nops, until
 * the reading jumps: then it is known where in a tick the handler began.
 */
#include "cell.h"

enum { LOOPS = 100000 };

static uint64_t ns_per_tick;

void bench_vectors(void);

/* x20 = nops to run, x21 = counter as read; the rest belongs to bench_wait. */
__asm__(
"	.text\n"
"	.balign 0x800\n"
"	.globl bench_vectors\n"
"bench_vectors:\n"
"	.space 0x280\n"
"	adr	x22, 1f\n"
"	sub	x22, x22, x20, lsl #2\n"
"	br	x22\n"
"	.rept 32\n"
"	nop\n"
"	.endr\n"
"1:	mrs	x21, cntvct_el0\n"
"	msr	cntv_ctl_el0, xzr\n"
"	isb\n"
"	mrs	x22, s3_0_c12_c12_0\n"
"	msr	s3_0_c12_c12_1, x22\n"
"	isb\n"
"	eret\n"
"	.space 0x800 - (. - bench_vectors)\n");

enum { BEFORE_SLED = 3 };	/* instructions of the handler before its nops */

static uint64_t loop_nop(void)
{
	uint64_t start = timer_now(), n = LOOPS;

	__asm__ volatile("1: mov x0, %1; nop; subs %0, %0, #1; b.ne 1b"
			 : "+r"(n) : "r"(0x1234567ul) : "x0", "x1", "x2", "x3", "cc");
	return timer_now() - start;
}

static uint64_t loop_hvc(uint64_t fn)
{
	uint64_t start = timer_now(), n = LOOPS;

	__asm__ volatile("1: mov x0, %1; hvc #0; subs %0, %0, #1; b.ne 1b"
			 : "+r"(n) : "r"(fn) : "x0", "x1", "x2", "x3", "cc");
	return timer_now() - start;
}

static uint64_t loop_smc(uint64_t fn)
{
	uint64_t start = timer_now(), n = LOOPS;

	__asm__ volatile("1: mov x0, %1; smc #0; subs %0, %0, #1; b.ne 1b"
			 : "+r"(n) : "r"(fn) : "x0", "x1", "x2", "x3", "cc");
	return timer_now() - start;
}

static uint64_t loop_load(uint64_t addr)
{
	uint64_t start = timer_now(), n = LOOPS;

	__asm__ volatile("1: mov x0, %1; ldr w1, [x0]; subs %0, %0, #1; b.ne 1b"
			 : "+r"(n) : "r"(addr) : "x0", "x1", "x2", "x3", "cc");
	return timer_now() - start;
}

static void tell(const char *what, uint64_t ticks, uint64_t base)
{
	uint64_t tenths = (ticks - base) * ns_per_tick * 10 / LOOPS + 10;

	print("bench: %s %lu.%lu\n", what, tenths / 10, tenths % 10);
}

/* The counter's reading in the handler, past the tick when the timer fired. */
static uint64_t late(uint64_t nops)
{
	register uint64_t x20 __asm__("x20") = nops;
	register uint64_t x21 __asm__("x21") = 0;
	uint64_t at = timer_now() + 100;

	timer_at(at);
	__asm__ volatile("msr daifclr, #2; 1: cbz %1, 1b; msr daifset, #2"
			 : "+r"(x20), "+r"(x21) :: "x22", "memory");
	return x21 - at;
}

static void tell_timer(void)
{
	uint64_t first = late(0), nops = 0;

	while (late(nops) == first && nops < ns_per_tick)
		nops++;
	print("bench: timer-interrupt %lu.0\n",
	      (first + 1) * ns_per_tick - nops - BEFORE_SLED);
}

void main(void)
{
	uint64_t base;

	ns_per_tick = 1000000000 / timer_hz();
	gic_init();
	gic_enable(TIMER_INTID);
	base = loop_nop();
	tell("unknown-hypercall", loop_hvc(0x1234567), base);
	tell("psci-version-smc", loop_smc(PSCI_VERSION), base);
	tell("gicd-typer-read", loop_load(GICD_BASE + 4), base);
	__asm__ volatile("msr vbar_el1, %0; isb" :: "r"(bench_vectors));
	tell_timer();
	power_off();
}
