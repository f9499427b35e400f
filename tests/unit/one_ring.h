/* SPDX-License-Identifier: BSD-2-Clause */
/* One queue of a guest, and the ring that serves it. */
#ifndef TESTS_UNIT_ONE_RING_H
#define TESTS_UNIT_ONE_RING_H

#include <criterion/criterion.h>

#include "guest.h"
#include "virtio/ring.h"

#define RINGS (GUEST_BASE + 0x10000)
#define DATA (GUEST_BASE + 0x20000)
#define TABLE (GUEST_BASE + 0x30000)
#define SIZE 8u

static struct guest *g;
static struct queue q;
static struct ring r;
static struct ring_chain c;

static inline bool open_with(uint32_t flags)
{
	return ring_open(&r, &g->place.memory, &g->state->queues[0],
			 RING_SIZE_MAX, flags);
}

static inline void setup(void)
{
	g = guest_new(1, 0);
	queue_make(&q, g, 0, SIZE, RINGS);
	cr_assert(open_with(RING_INDIRECT | RING_EVENT_INDEX));
}

static inline bool take(void)
{
	return ring_take(&r, &c);
}

#endif
