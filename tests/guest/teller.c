/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * teller.c - a root cell that says by the runtime's counters how often its
 * neighbour (taker.c) left its cell while it took 1,000 interrupts of a kind.
 */
#include "cell.h"
#include "hv_abi.h"
#include "hv_abi_calls.h"
#include "taking.h"

enum { TAKER = 1 };

void hv_call(uint64_t *x);

static uint64_t x[17], before[HV_N_EXITS];

static void count(void)
{
	x[0] = HV_CALL_STATS;
	x[1] = TAKER;
	x[2] = 0;
	hv_call(x);
}

static uint32_t word(uint32_t at)
{
	return load32(CHANNEL_WIRE_BASE + at);
}

static void wait_for(uint32_t at, uint32_t value)
{
	while (word(at) != value)
		__asm__ volatile("yield");
}

static void ring(void)
{
	for (uint32_t i = 1; i <= TIMES; i++) {
		doorbell_ring(CHANNEL_WIRE_DOORBELL, CHANNEL_WIRE_PEER_TAKER);
		wait_for(TAKEN, i);
	}
}

static const char *name(uint32_t kind)
{
	return kind == BY_TIMER ? "timer" : kind == BY_DEVICE ? "device" :
		kind == BY_DOORBELL ? "doorbell" : kind == BY_SGI ? "SGI" : "asleep";
}

void main(void)
{
	for (uint32_t kind = BY_TIMER; kind <= ASLEEP; kind++) {
		wait_for(READY, kind);
		count();
		for (uint32_t i = 0; i < HV_N_EXITS; i++)
			before[i] = x[1 + i];
		store32(CHANNEL_WIRE_BASE + GO, kind);
		if (kind == BY_DOORBELL)
			ring();
		wait_for(DONE, kind);
		count();
		print("%s: %u taken, %u strange, exits %lu %lu %lu %lu %lu %lu %lu\n", name(kind),
		      word(TAKEN), word(STRANGE), x[1] - before[0], x[2] - before[1],
		      x[3] - before[2], x[4] - before[3], x[5] - before[4],
		      x[6] - before[5], x[7] - before[6]);
		store32(CHANNEL_WIRE_BASE + COUNTED, kind);
	}
}
