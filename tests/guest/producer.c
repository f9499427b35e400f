/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * producer.c - writes a counter into a one-way channel and rings, ten times a
 * second. It can never learn whether anybody listens.
 */
#include "cell.h"

static uint32_t sent;
static uint64_t deadline;

void on_irq(uint32_t intid)
{
	if (intid != TIMER_INTID)
		return;
	deadline += timer_hz() / 10;
	timer_at(deadline);
	store32(CHANNEL_SAMPLES_BASE, ++sent);
	doorbell_ring(CHANNEL_SAMPLES_DOORBELL, CHANNEL_SAMPLES_PEER_CONSUMER);
}

void main(void)
{
	gic_init();
	gic_enable(TIMER_INTID);
	print("sends ten samples a second\n");
	deadline = timer_now();
	timer_at(deadline);
	for (;;)
		cpu_wait();
}
