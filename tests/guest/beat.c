/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * beat.c - counts in its channel for whoever looks, and answers who rings.
 */
#include "cell.h"

void on_irq(uint32_t intid)
{
	if (intid == CHANNEL_PULSE_INTID)
		doorbell_ring(CHANNEL_PULSE_DOORBELL, CHANNEL_PULSE_PEER_FIRST);
}

void main(void)
{
	uint32_t n = 0;

	gic_init();
	gic_set_edge(CHANNEL_PULSE_INTID);
	gic_enable(CHANNEL_PULSE_INTID);
	irq_on();
	for (;;) {
		store32(CHANNEL_PULSE_BASE, ++n);
		__asm__ volatile("yield");
	}
}
