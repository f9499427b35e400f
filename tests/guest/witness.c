/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * witness.c - lives beside a hostile cell, and says how it fares: its memory is
 * full of a pattern, it is woken 1000 times a second, and it expects no other
 * interrupt.
 */
#include "cell.h"

enum { HZ = 1000, PATTERN = 0x5ca1ab1e };

extern char image_end[];

static uint64_t ticks, strange, deadline, late_max;

void on_irq(uint32_t intid)
{
	uint64_t late;

	if (intid != TIMER_INTID) {
		strange++;
		return;
	}
	late = timer_now() - deadline;
	if (late > late_max)
		late_max = late;
	ticks++;
	deadline += timer_hz() / HZ;
	timer_at(deadline);
}

/* The devicetree that hvcc puts into the region is not ours to fill. */
static uint64_t canary_begin(void)
{
	return ((uint64_t)image_end + 0xffff) & ~0xfffful;
}

static uint64_t canary_end(void)
{
	return MEM_RAM_BASE + MEM_RAM_SIZE / 2;
}

void main(void)
{
	uint64_t hurt = 0, told = 0, at;

	for (at = canary_begin(); at < canary_end(); at += 4)
		store32(at, PATTERN ^ (uint32_t)at);
	gic_init();
	gic_enable(TIMER_INTID);
	gic_enable(CHANNEL_WIRE_INTID);
	deadline = timer_now();
	timer_at(deadline);
	for (;;) {
		for (at = canary_begin(); at < canary_end(); at += 4) {
			if (load32(at) != (PATTERN ^ (uint32_t)at))
				hurt++;
			if (at % 0x10000 == 0)
				cpu_wait();
		}
		if (ticks < told + HZ)
			continue;
		told = ticks;
		print("%s: %lu ticks, %lu words changed, %lu strange interrupts\n",
		      hurt || strange ? "HURT" : "well", ticks, hurt, strange);
	}
}
