/* SPDX-License-Identifier: BSD-2-Clause */
/* bench_peer.c - the cell that a benchmark's doorbell rings: stamps, or rings back. */
#include "bench.h"
#include "bench_clock.h"
#include "cell.h"

static bool is_called;

void on_irq(uint32_t intid)
{
	is_called |= intid == CHANNEL_WIRE_INTID;
}

void main(void)
{
	struct mail *m = (struct mail *)CHANNEL_WIRE_BASE;

	gic_init();
	gic_set_edge(CHANNEL_WIRE_INTID);
	gic_enable(CHANNEL_WIRE_INTID);
	counter_on();

	struct answer answer = {
		.vectors = bench_vectors_bell, .x23 = CHANNEL_WIRE_DOORBELL,
		.x24 = CHANNEL_WIRE_PEER_BENCH, .offset = counter_offset(),
	};

	while (!is_called)
		cpu_wait();
	while (answer_once(m, &answer))
		;
	/* Not off: cleaning this cell would be a part of others' time. */
	for (;;)
		__asm__ volatile("wfi");
}
