/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * loss.h - what the driver of a block device asks for while the device has no
 * backend fails (`on loss fail`): Linux's driver would wait for ever.
 *
 * Looks at rings that a hostile driver writes, by the same code as a backend does
 * (virtio/ring.h), and keeps the same notes, so that the next backend goes on where
 * this has ended. Knows nothing of the kernel. Includes the ABI and virtio.
 */
#ifndef KMOD_LOSS_H
#define KMOD_LOSS_H

#include "compat.h"
#include "hv_abi_virtio.h"
#include "virtio/memory.h"
#include "virtio/ring.h"

/* Requests of a queue that fail at a time: more than its driver can have in it. */
#define LOSS_TURN_MAX (2 * RING_SIZE_MAX)

struct loss {
	const volatile struct hv_virtio_state *state;
	volatile struct hv_virtio_published *published;	/* HV_VIRTIO_SIZE */
	struct memory memory;
	uint32_t n_queues;
	struct ring_chain chain;	/* the one that fails now */
};

struct loss_result {
	uint32_t bits;			/* HV_VIRTIO_RING_*, to be stored there */
	bool is_more;			/* call again: there was no end yet */
};

/* The caller is the only backend while this runs. */
struct loss_result loss_fail(struct loss *l);

#endif
