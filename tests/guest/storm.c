/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * storm.c - a cell that turns its CPUs on and off as fast as it can, and then
 * ends while they spin, sleep or call with all interrupts masked. The counter's
 * low bits choose, so each life is another.
 */
#include "cell.h"

enum { ROUNDS = 500, HOLE = 0x30000000 };

static volatile uint32_t runs[CELL_CPUS];

static void brief(void)
{
	runs[cpu_self()]++;
}

static void spin(void)
{
	irq_off();
	for (;;)
		;
}

static void sleep(void)
{
	irq_off();
	for (;;)
		__asm__ volatile("wfi");
}

static void hog(void)
{
	irq_off();
	for (;;)
		hvc(PSCI_VERSION, 0, 0, 0);
}

/* PSCI's answers to a CPU that may be off, on, or on its way. */
static bool is_answer(int64_t rc)
{
	return rc == 0 || rc == -4 || rc == -5;
}

static uint32_t storm(void)
{
	uint32_t n_bad = 0;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		for (uint32_t cpu_i = 1; cpu_i < CELL_CPUS; cpu_i++) {
			n_bad += !is_answer(cpu_on(cpu_i, brief));
			n_bad += !is_answer(cpu_on(cpu_i, brief));
		}
	}
	for (uint32_t cpu_i = 1; cpu_i < CELL_CPUS; cpu_i++)
		while (hvc(PSCI_AFFINITY_INFO, cpu_mpidr(cpu_i), 0, 0) != 1)
			;
	return n_bad;
}

void main(void)
{
	uint32_t n_bad = storm();
	uint64_t dice = timer_now();

	print("storm: %u and %u starts, %u wrong answers\n", runs[1], runs[2],
	      n_bad);
	cpu_on(1, dice & 1 ? spin : dice & 2 ? sleep : hog);
	cpu_on(2, dice & 4 ? sleep : spin);
	for (uint64_t until = timer_now() + (dice & 0xffff); timer_now() < until;)
		;
	if (dice & 8)
		crash(HOLE);
	power_reset();
}
