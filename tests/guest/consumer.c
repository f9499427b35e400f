/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consumer.c - is woken by the doorbell, reads the counter, and says how many
 * samples came. It first shows that it cannot write what it reads.
 */
#include "cell.h"

static uint32_t heard, last;

void on_irq(uint32_t intid)
{
	if (intid != CHANNEL_SAMPLES_INTID)
		return;
	heard++;
	last = load32(CHANNEL_SAMPLES_BASE);
}

void main(void)
{
	uint32_t told = 0;

	print("a write to the channel %s\n",
	      probe_write(CHANNEL_SAMPLES_BASE, 0) ? "is refused" : "WENT THROUGH");
	gic_init();
	gic_set_edge(CHANNEL_SAMPLES_INTID);
	gic_route_here(CHANNEL_SAMPLES_INTID);
	gic_enable(CHANNEL_SAMPLES_INTID);
	for (;;) {
		cpu_wait();
		if (heard >= told + 10) {
			told = heard;
			print("%u rings, last sample %u\n", heard, last);
		}
	}
}
