/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.c - does what it is told by one character on its console, on both of
 * its CPUs, and mostly what makes it hard to stop.
 */
#include "cell.h"

enum { HOLE = 0x3f000000, SPINS = 1000 };

static volatile int mode;
static volatile uint32_t n_rounds;

/* Every fault is answered by the next one. Apart, for its size: that of a jump
 * table is taken from a guess at it. */
static __attribute__((noinline)) void fault_for_ever(void)
{
	__asm__ volatile(
		"adr	x1, 1f\n\t"
		"msr	vbar_el1, x1\n\t"
		"isb\n\t"
		"ldr	x2, [%0]\n\t"
		".balign 2048\n"
	"1:	b	.\n\t"
		".balign 512\n\t"
		"ldr	x2, [%0]\n\t"
		"b	."
		:: "r"((uint64_t)HOLE) : "x1", "x2", "memory");
}

static void wait_for_ever(void)
{
	for (;;)
		__asm__ volatile("wfi");
}

/* No interrupt is to come, not even one that the cell cannot mask: it looks as
 * if the most urgent were being handled (ICC_AP1R0_EL1). */
static void claim(void)
{
	__asm__ volatile(
		"msr	s3_0_c4_c6_0, xzr\n\t"		/* PMR */
		"msr	s3_0_c12_c12_6, xzr\n\t"	/* IGRPEN0 */
		"msr	s3_0_c12_c12_7, xzr\n\t"	/* IGRPEN1 */
		"msr	s3_0_c12_c9_0, %0\n\t"
		"isb"
		:: "r"(1ul));
}

/* The same by an SGI that is never ended, of a priority that BPR1 rounds to 0. */
static void claim_by_sgi(void)
{
	gic_init();
	gic_enable(1);
	gicr_write(0x10400, 0x40404040);
	__asm__ volatile("msr s3_0_c12_c12_3, %0; isb" :: "r"(7ul));
	gic_send_sgi(1, cpu_mpidr(cpu_self()));
	for (uint64_t intid = 1023; intid != 1;)
		__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy; yield" : "=r"(intid));
}

static void claim_and_rest(char kind)
{
	if (kind == 't')
		claim_by_sgi();
	else
		claim();
	for (;;) {
		if (kind == 'i')
			__asm__ volatile("wfi");
		else if (kind == 'e')
			__asm__ volatile("wfe");
		else if (kind == 'p')
			hvc(PSCI_CPU_SUSPEND, 0, 0, 0);
		else
			__asm__ volatile("nop");
	}
}

static void spin(void)
{
	for (uint32_t i = 0; i < SPINS; i++)
		__asm__ volatile("yield");
}

/* The second CPU goes off and on. */
static void storm(void)
{
	if (cpu_self())
		smc(PSCI_CPU_OFF, 0, 0, 0);
	for (;;) {
		(void)cpu_on(1, storm);
		spin();
	}
}

static void flood(char kind)
{
	for (;; n_rounds++) {
		if (kind == 'h')
			hvc(0xc6000142 + n_rounds, n_rounds, 0, 0);
		else if (kind == 'g')
			gicd_write(0x104, n_rounds);
		else
			uart_put(n_rounds % 64 ? 'u' : '\n');
	}
}

static void behave(void)
{
	__asm__ volatile("msr daifset, #0xf");
	switch (mode) {
	case 'm':
		for (;;)
			__asm__ volatile("nop");
	case 'f':
		fault_for_ever();
		break;
	case 'w':
		wait_for_ever();
		break;
	case 's':
		storm();
		break;
	case 'h':
	case 'g':
	case 'u':
		flood((char)mode);
		break;
	case 'a':
	case 'i':
	case 'e':
	case 'p':
	case 't':
		claim_and_rest((char)mode);
		break;
	case 'c':
		if (cpu_self() == 0)
			crash(HOLE);
		wait_for_ever();
		break;
	case 'o':
		power_off();
	case 'r':
		power_reset();
	default:
		print("what?\n");
	}
}

static void second(void)
{
	while (!mode)
		__asm__ volatile("yield");
	behave();
}

void main(void)
{
	int c;

	cpu_on(1, second);
	print("up\n");
	while ((c = uart_get()) < 0)
		__asm__ volatile("yield");
	print("mode %c\n", c);
	/* Somebody reads that before the console is flooded. */
	for (uint64_t from = timer_now(); timer_now() - from < timer_hz() / 200;)
		__asm__ volatile("yield");
	mode = c;
	behave();
}
