/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.c - does what it is told by one character on its console, on both of
 * its CPUs, and mostly what makes it hard to stop.
 */
#include "cell.h"

enum { HOLE = 0x3f000000, SPINS = 1000 };

static volatile int mode;
static volatile uint32_t n_rounds;

/* Every fault is answered by the next one. */
static void fault_for_ever(void)
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
