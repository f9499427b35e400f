/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * contend.c - all CPUs change one word of lines at once, each its own line of it,
 * send each other SGIs, and find what they wrote.
 */
#include "cell.h"

enum {
	ISENABLER = 0x100, ICENABLER = 0x180, ISPENDR = 0x200, ICPENDR = 0x280,
	ISACTIVER = 0x300, ICACTIVER = 0x380, IPRIORITYR = 0x400, ICFGR = 0xc00,
	IROUTER = 0x6000, ROUNDS = 20000,
};

static const struct { uint64_t mpidr, gicr; } cpus[CELL_CPUS] = { CELL_CPU_TABLE };
static const uint32_t lines[CELL_CPUS] = { 60 + 32, 61 + 32, 63 + 32 };

/* What a CPU wrote and did not find. */
enum lost { LOST_ENABLE, LOST_PRIORITY, LOST_SGI, N_LOST };

static volatile uint32_t n_lost[CELL_CPUS][N_LOST], n_taken[CELL_CPUS], is_done[CELL_CPUS];
static volatile uint32_t n_of_line[CELL_CPUS];	/* taken by the first CPU */

void on_irq(uint32_t intid)
{
	n_taken[cpu_self()]++;
	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		if (lines[i] == intid && cpu_self() == 0)
			n_of_line[i]++;
	}
}

static uint32_t reg(uint32_t base, uint32_t intid)
{
	return base + intid / 32 * 4;
}

static void set(uint32_t base, uint32_t intid)
{
	gicd_write(reg(base, intid), 1u << intid % 32);
}

static bool is(uint32_t base, uint32_t intid)
{
	return gicd_read(reg(base, intid)) >> intid % 32 & 1;
}

static volatile uint8_t *priority(uint32_t intid)
{
	return (volatile uint8_t *)(GICD_BASE + IPRIORITYR + (uint64_t)intid);
}

static void route(uint32_t intid, uint32_t cpu_i)
{
	*(volatile uint64_t *)(GICD_BASE + IROUTER + 8ul * intid) =
		cpus[cpu_i].mpidr & 0xff00ffffff;
}

/* Edge or level; the fields of the word's other lines are written as 0, and
 * those that are the neighbour's must not change by it. */
static void configure(uint32_t intid, bool is_edge)
{
	gicd_write(ICFGR + intid / 16 * 4, (uint32_t)is_edge << (intid % 16 * 2 + 1));
}

static bool is_edge(uint32_t intid)
{
	return gicd_read(ICFGR + intid / 16 * 4) >> (intid % 16 * 2 + 1) & 1;
}

static void round_of(uint32_t self, uint32_t r)
{
	uint32_t own = lines[self];

	set(r & 1 ? ISENABLER : ICENABLER, own);
	if (is(ISENABLER, own) != (r & 1))
		n_lost[self][LOST_ENABLE]++;
	*priority(own) = (uint8_t)(0x40 + (r & 0x38));
	if (*priority(own) != 0x40 + (r & 0x38))
		n_lost[self][LOST_PRIORITY]++;
	configure(own, r >> 5 & 1);
	route(own, (r >> 6) % CELL_CPUS);
	if (r >> 8 & 1)
		set(ISPENDR, own);
	if (r >> 9 & 1)
		set(ICPENDR, own);
	if ((r >> 10 & 7) == 0)
		set(ICACTIVER, own);
	if (r >> 13 & 1)
		gic_send_sgi(r >> 14 & 15, cpus[(r >> 18) % CELL_CPUS].mpidr);
	if ((r >> 20 & 3) == 0) {
		uint64_t frame = cpus[(r >> 22) % CELL_CPUS].gicr + 0x10000;

		/* SGIs that this CPU alone switches, on any CPU. */
		store32(frame + ((r >> 24 & 1) ? ISENABLER : ICENABLER), 1u << (8 + self));
		if ((load32(frame + ISENABLER) >> (8 + self) & 1) != (r >> 24 & 1))
			n_lost[self][LOST_SGI]++;
	}
}

static void pause_us(uint64_t us)
{
	uint64_t end = timer_now() + timer_hz() * us / 1000000;

	while (timer_now() < end)
		__asm__ volatile("yield");
}

static bool all_done(void)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < CELL_CPUS; i++)
		n += is_done[i];
	return n == CELL_CPUS;
}

static void wait_for_all(void)
{
	for (uint64_t end = timer_patience(); !all_done() && timer_now() < end;)
		pause_us(1000);
}

static void contend(void)
{
	uint32_t self = cpu_self(), seed = 77 + self;

	gic_init_cpu();
	for (uint32_t sgi = 0; sgi < 8; sgi++)
		gic_enable(sgi);
	irq_on();
	for (uint32_t i = 0; i < ROUNDS; i++) {
		seed = seed * 1664525 + 1013904223;
		round_of(self, seed >> 5);
	}
	irq_off();
	is_done[self] = 1;
	/* One that is off has its SGIs reset, and others still switch some of them. */
	wait_for_all();
}

/* When all is quiet each line still works, once. */
static uint32_t afterwards(void)
{
	uint32_t wrong = 0;

	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		set(ICENABLER, lines[i]);
		set(ICPENDR, lines[i]);
		set(ICACTIVER, lines[i]);
		configure(lines[i], true);
		wrong += !is_edge(lines[i]);
		route(lines[i], 0);
	}
	irq_on();
	pause_us(1000);
	for (uint32_t i = 0; i < CELL_CPUS; i++)
		n_of_line[i] = 0;
	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		set(ISENABLER, lines[i]);
		set(ISPENDR, lines[i]);
		pause_us(1000);
		wrong += n_of_line[i] != 1;
	}
	irq_off();
	return wrong;
}

void main(void)
{
	uint32_t lost = 0, taken = 0;

	gic_init();
	for (uint32_t i = 1; i < CELL_CPUS; i++)
		cpu_on(i, contend);
	contend();
	for (uint32_t i = 0; i < CELL_CPUS; i++) {
		for (uint32_t kind = 0; kind < N_LOST; kind++)
			lost += n_lost[i][kind];
		if (lost)	/* it, or one before it */
			print("CPU %u lost %u enables, %u priorities, %u SGIs\n", i,
			      n_lost[i][LOST_ENABLE], n_lost[i][LOST_PRIORITY],
			      n_lost[i][LOST_SGI]);
		taken += n_taken[i];
	}
	print("%s: %u interrupts, %u updates lost, %u lines wrong afterwards\n",
	      all_done() ? "done" : "STUCK", taken, lost, afterwards());
	for (;;)
		cpu_wait();
}
