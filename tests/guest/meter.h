/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * meter.h - how many instructions an access costs, where QEMU counts (-icount
 * shift=0) and no other CPU has anything to do: the access, and all that is executed
 * for it. 1 for memory. Includes cell.h.
 */
#ifndef TESTS_GUEST_METER_H
#define TESTS_GUEST_METER_H

#include "cell.h"

enum { METER_ROUNDS = 8, METER_ACCESSES = 512, METER_NS_PER_TICK = 16 };

/* The least of some rounds: in others a timer may have come. */
static inline uint64_t meter(uint64_t address, bool is_write, uint32_t value)
{
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < METER_ROUNDS; i++) {
		uint64_t n = METER_ACCESSES, from = timer_now(), ticks;

		if (is_write)
			__asm__ volatile("1: str %w1, [%2]\n subs %0, %0, #1\n b.ne 1b"
					 : "+r"(n) : "r"(value), "r"(address)
					 : "memory", "cc");
		else
			__asm__ volatile("1: ldr w9, [%1]\n subs %0, %0, #1\n b.ne 1b"
					 : "+r"(n) : "r"(address)
					 : "x9", "memory", "cc");
		ticks = timer_now() - from;
		least = ticks < least ? ticks : least;
	}
	/* Two instructions of each turn are the loop's. */
	return (least * METER_NS_PER_TICK + METER_ACCESSES / 2) / METER_ACCESSES - 2;
}

#endif
