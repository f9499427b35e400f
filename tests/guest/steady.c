/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * steady.c - sets up its lines once, and then says whether they are still so,
 * while its neighbour sweeps over all registers of the interrupt controller.
 */
#include "cell.h"

enum {
	GICD_ISENABLER = 0x100, GICD_ISPENDR = 0x200, GICD_ISACTIVER = 0x300,
	GICD_IPRIORITYR = 0x400, GICD_ICFGR = 0xc00, GICD_IROUTER = 0x6000,
	GICR_SGI = 0x10000,
	FIRST = 62 + 32, SECOND = 94 + 32,	/* lines of gic.cells */
};

static uint64_t ticks, strange;

void on_irq(uint32_t intid)
{
	if (intid != TIMER_INTID) {
		strange++;
		return;
	}
	ticks++;
	timer_at(timer_now() + timer_hz() / 1000);
}

static uint32_t bit(uint32_t intid)
{
	return 1u << intid % 32;
}

static bool is_line_right(uint32_t intid, uint32_t enabled, uint32_t priority)
{
	uint32_t word = intid / 32 * 4;
	uint64_t route = GICD_BASE + GICD_IROUTER + 8ul * intid;

	return gicd_read(GICD_ISENABLER + word) == enabled
		&& gicd_read(GICD_ISPENDR + word) == 0
		&& gicd_read(GICD_ISACTIVER + word) == 0
		&& (gicd_read(GICD_IPRIORITYR + (intid & ~3u))
			>> intid % 4 * 8 & 0xff) == priority
		&& (gicd_read(GICD_ICFGR + intid / 16 * 4)
			>> intid % 16 * 2 & 2) == 2
		&& *(volatile uint64_t *)route == (cpu_mpidr(0) & 0xff00ffffff);
}

static bool is_all_right(void)
{
	return is_line_right(FIRST, bit(FIRST), 0x40) && is_line_right(SECOND, 0, 0x48)
		&& gicr_read(GICR_SGI + GICD_ISENABLER) == (bit(TIMER_INTID) | bit(5))
		&& (gicr_read(GICR_SGI + GICD_ISPENDR) & ~bit(TIMER_INTID)) == 0
		&& (gicr_read(GICR_SGI + GICD_IPRIORITYR + 4) >> 8 & 0xff) == 0x80;
}

static void set_up(uint32_t intid, uint32_t priority)
{
	uint32_t at = GICD_IPRIORITYR + (intid & ~3u), shift = intid % 4 * 8;

	gic_enable(intid);
	gicd_write(at, (gicd_read(at) & ~(0xffu << shift)) | priority << shift);
	gic_set_edge(intid);
	gic_route_here(intid);
}

void main(void)
{
	uint64_t wrong = 0, told = 0;

	gic_init();
	set_up(FIRST, 0x40);
	set_up(SECOND, 0x48);
	gic_disable(SECOND);
	gic_enable(TIMER_INTID);
	gic_enable(5);
	timer_at(timer_now());
	for (;;) {
		cpu_wait();
		if (!is_all_right())
			wrong++;
		if (ticks < told + 1000)
			continue;
		told = ticks;
		print("%s: %lu ticks, %lu times wrong, %lu strange interrupts\n",
		      wrong || strange ? "HURT" : "well", ticks, wrong, strange);
	}
}
