/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ticker.c - is woken 1000 times a second, says every 100 times how late it was
 * at worst, and ends after 400.
 */
#include "cell.h"

enum { HZ = 1000, TELL = 100, LAST = 400 };

static uint64_t ticks, deadline, late_max;

void on_irq(uint32_t intid)
{
	uint64_t late = timer_now() - deadline;

	if (intid != TIMER_INTID)
		return;
	if (late > late_max)
		late_max = late;
	ticks++;
	deadline += timer_hz() / HZ;
	timer_at(deadline);
}

void main(void)
{
	uint64_t told = 0;

	gic_init();
	gic_enable(TIMER_INTID);
	deadline = timer_now() + timer_hz() / HZ;
	timer_at(deadline);
	while (told < LAST) {
		cpu_wait();
		if (ticks < told + TELL)
			continue;
		told = ticks;
		print("tick %lu: late by %lu us at most\n", told,
		      late_max * 1000000 / timer_hz());
	}
}
