/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept.h - what outlives a backend that is killed.
 *
 * struct kept lies in the published granule, behind struct hv_virtio_published.
 * Only the backend writes it; `hvisor.loader stats` reads its counters. A new
 * backend that finds its own version and the epoch that runs goes on from it;
 * anything else is cleared.
 *
 * Of a queue that gives buffers back in the order in which it took them no heads
 * are kept: what was taken is what the used ring says. Where order differs
 * (block) there is a bit for each head that is taken and not given back, set
 * before anything is done with it. A head is given back in four steps:
 *
 *	closing = head and the used index; the entry of the used ring; the used
 *	index, plus 1; the bit cleared and `closing` none
 *
 * so that after a kill between any two of them it is known whether the driver
 * has the head again.
 *
 * Includes hv_abi_virtio.h.
 */
#ifndef VIRTIO_KEPT_H
#define VIRTIO_KEPT_H

#include "hv_abi_virtio.h"

#define KEPT_MAGIC UINT32_C(0x6b767668)	/* "hvvk" */
#define KEPT_VERSION 1u
#define KEPT_NO_CLOSING UINT32_C(0xffffffff)
#define KEPT_HEADS_MAX 256u

struct kept_queue {
	uint64_t in_flight[KEPT_HEADS_MAX / 64];	/* bit: head */
	uint32_t closing;	/* head, used index << 16; or none */
	uint32_t is_open;	/* 1: was served in this epoch */
};
_Static_assert(sizeof(struct kept_queue) == 40, "kept");

/* They count from the first backend on, and are cleared by none. */
struct kept_counters {
	uint64_t requests;	/* buffers given back to the driver */
	uint64_t failed;	/* of them, or dropped */
	uint64_t bytes_in;	/* to the driver: read, received, typed */
	uint64_t bytes_out;	/* from it: written, sent, printed */
	uint64_t interrupts;	/* raised */
	uint64_t notifications;	/* of the driver */
	uint64_t resets;	/* epochs that began */
	uint64_t faults;	/* of the driver: the device needed a reset */
	uint64_t restarts;	/* a backend went on from another's epoch */
	uint64_t resumed;	/* requests that it did again */
};
_Static_assert(sizeof(struct kept_counters) == 80, "kept");

struct kept {
	uint32_t magic;
	uint32_t version;
	uint32_t epoch;		/* that what follows is of */
	uint32_t n_pairs;	/* net: that the driver asked for; 0: did not */
	uint64_t printed;	/* console: bytes of a buffer already out, and
				 * the used index that it will have << 48 */
	struct kept_queue queues[HV_VIRTIO_MAX_QUEUES];
	struct kept_counters counters;
};
_Static_assert(sizeof(struct hv_virtio_published) + sizeof(struct kept) <=
	       HV_VIRTIO_SIZE, "kept");
_Static_assert(sizeof(struct hv_virtio_published) % 8 == 0, "kept");

/* Nothing is in flight in the epoch that begins. */
static inline void kept_begin(volatile struct kept *k, uint32_t epoch)
{
	for (uint32_t i = 0; i < HV_VIRTIO_MAX_QUEUES; i++) {
		volatile struct kept_queue *q = &k->queues[i];

		for (uint32_t j = 0; j < KEPT_HEADS_MAX / 64; j++)
			q->in_flight[j] = 0;
		q->closing = KEPT_NO_CLOSING;
		q->is_open = 0;
	}
	k->n_pairs = 0;
	k->printed = 0;
	/* Last: until then it is of another epoch, and is cleared again. */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	k->epoch = epoch;
	k->counters.resets++;
}

#endif
