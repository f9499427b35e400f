/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * prey.c - does on each of its CPUs what makes a cell hard to stop, with all
 * interrupts masked. prey.h says how it is told which.
 */
#include "prey.h"

enum {
	HOLE = 0x3f000000,
	GICD_ISENABLER = 0x104, GICD_ITARGETS = 0x400, GICD_IROUTER = 0x6100,
	GICR_SGI = 0x10000, GICR_ISENABLER0 = 0x100, GICR_ISPENDR0 = 0x200,
};

static const struct { uint64_t mpidr, gicr; } cpus[CELL_CPUS] = { CELL_CPU_TABLE };
static uint64_t tables[512] __attribute__((aligned(4096)));

static void turn(void)
{
	if (word(WORD_YIELDS))
		__asm__ volatile("yield");
}

/* Never comes back. The vector of an exception at EL1 with SP_EL1. */
static void vector_at(const void *base)
{
	__asm__ volatile("msr vbar_el1, %0; isb" :: "r"(base) : "memory");
}

extern const char vectors_that_fault[], vectors_that_are_nothing[];

__asm__(
"	.balign 2048\n"
"vectors_that_fault:\n"
"	.space	512\n"
"	yield\n"
"	ldr	x2, [x3]\n"		/* x3: a hole */
"	b	.\n"
"	.balign 2048\n"
"vectors_that_are_nothing:\n"
"	.space	512\n"
"	yield\n"
"	udf	#0\n"
"	b	.\n");

/* Every fault is answered by the next one, through EL2 each time. */
static void fault_by_memory(void)
{
	vector_at(vectors_that_fault);
	__asm__ volatile("mov x3, %0; ldr x2, [x3]" :: "r"((uint64_t)HOLE)
			 : "x2", "x3", "memory");
}

/* Inside EL1 alone. */
static void fault_by_instruction(void)
{
	vector_at(vectors_that_are_nothing);
	__asm__ volatile("udf #0");
}

/* Nothing is mapped, the vector neither: not one instruction is executed. */
static void fault_by_fetch(void)
{
	vector_at((void *)HOLE);
	__asm__ volatile("msr tcr_el1, %0; msr ttbr0_el1, %1; isb; tlbi vmalle1; dsb sy;"
			 "mrs x2, sctlr_el1; orr x2, x2, #1; msr sctlr_el1, x2; isb"
			 :: "r"(25ul | 1ul << 23 | 2ul << 32), "r"(tables) : "x2", "memory");
}

static void ends_at_once(void)
{
}

static void call(uint32_t n, char kind)
{
	switch (kind) {
	case 'h':
		hvc(0xc6000142 + n, n, n, n);
		break;
	case 'p':
		smc(PSCI_AFFINITY_INFO, cpus[n % CELL_CPUS].mpidr, 0, 0);
		break;
	case 'q':
		hvc(0xc6000104 + n % 15, n % 4, n, n);	/* the root cell's */
		break;
	}
}

static void touch(uint32_t n, char kind)
{
	uint64_t frame = cpus[n % CELL_CPUS].gicr + GICR_SGI;

	switch (kind) {
	case 'd':
		gicd_write(GICD_ISENABLER, n);
		gicd_write(GICD_ITARGETS + (n & 0x3fc), n);
		*(volatile uint64_t *)(GICD_BASE + GICD_IROUTER + (n & 63) * 8ul) = n;
		break;
	case 'r':
		store32(frame + GICR_ISENABLER0, ~0u);
		store32(frame + GICR_ISPENDR0, n);
		(void)load32(frame + GICR_ISPENDR0);
		break;
	case 'g':
		gic_send_sgi(n & 15, cpus[n / 16 % CELL_CPUS].mpidr);
		__asm__ volatile("mrs x0, s3_0_c12_c12_0" ::: "x0");
		break;
	case 'b':
		doorbell_ring(CHANNEL_WIRE_DOORBELL, CHANNEL_WIRE_PEER_HUNTER);
		break;
	case 'c':
		store32(UART_BASE, n % 64 ? 'u' : '\n');
		break;
	case 'a':
		(void)probe_write(HOLE + 4 * (n & 0xff), n);
		break;
	}
}

static void instruct(char kind)
{
	switch (kind) {
	case 'i':
		__asm__ volatile("mrs x0, id_aa64pfr0_el1; mrs x0, id_aa64isar0_el1" ::: "x0");
		break;
	case 't':
		__asm__ volatile("tlbi vmalle1is; dsb sy; ic ialluis; dsb sy; isb" ::: "memory");
		break;
	case 'y':
		__asm__ volatile("dc cisw, %0; dc csw, %0; dc isw, %0" :: "r"(0ul) : "memory");
		break;
	case 'w':
		__asm__ volatile("wfi");
		break;
	case 'e':
		__asm__ volatile("sev; wfe; wfe");
		break;
	case 'k':	/* a line that is always pending, and never taken */
		timer_at(0);
		break;
	}
}

static void behave(void)
{
	char mode = (char)word(WORD_MODE);

	__asm__ volatile("msr daifset, #0xf");
	if (mode == 'r' || mode == 'g' || mode == 'k') {
		gic_init_cpu();
		gic_enable(TIMER_INTID);
	}
	set_word(WORD_READY + cpu_self(), 1);
	if (mode == 'f')
		fault_by_memory();
	if (mode == 'u')
		fault_by_instruction();
	if (mode == 'v')
		fault_by_fetch();
	if (mode == 'n')	/* not even a turn for the others */
		for (;;)
			__asm__ volatile("nop");
	if (mode == 'z')
		power_reset();
	if (mode == 'x')
		crash(HOLE);
	for (uint32_t n = 0;; n++) {
		call(n, mode);
		touch(n, mode);
		instruct(mode);
		turn();
	}
}

/* A CPU that storms turns itself off at once, and is turned on by the others. */
static void storm(void)
{
	set_word(WORD_READY + cpu_self(), 1);
	for (uint32_t n = 0;; n++) {
		uint32_t other = n % CELL_CPUS;

		cpu_on(other, n & 8 ? ends_at_once : storm);
		turn();
		if (n % 64 == 63 && cpu_self())
			return;
	}
}

void main(void)
{
	void (*what)(void) = behave;

	set_word(WORD_UP, 1);
	while (!word(WORD_MODE))
		__asm__ volatile("yield");
	if (word(WORD_MODE) == 's')
		what = storm;
	for (uint32_t i = 1; i < word(WORD_N_CPUS); i++)
		cpu_on(i, what);
	__asm__ volatile("msr daifset, #0xf");
	what();
}
