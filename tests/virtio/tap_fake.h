/* SPDX-License-Identifier: BSD-2-Clause */
/* tap_fake.h - a tap interface whose frames a test gives and takes. */
#ifndef TESTS_VIRTIO_TAP_FAKE_H
#define TESTS_VIRTIO_TAP_FAKE_H

#include "virtio/net_frame.h"
#include "virtio/tap.h"

#define TAP_FAKE_FRAMES 16u

struct tap_fake_frame {
	size_t size;			/* with the header */
	struct net_header header;
	uint8_t bytes[NET_FRAME_MAX + 64];
};

struct tap_fake {
	struct tap_fake_frame sent, received[TAP_PAIRS_MAX][TAP_FAKE_FRAMES];
	uint32_t n_sent, n_received[TAP_PAIRS_MAX];
	bool is_attached[TAP_PAIRS_MAX];
	bool checksum, tso4, tso6, is_gone;
	uint32_t n_more;	/* how often the first frame comes again */
};

extern struct tap_fake tap_fake;

void tap_fake_reset(void);
/* What the kernel would have for the driver. */
void tap_fake_give(uint32_t pair, const struct net_header *h,
		   const void *bytes, size_t size);

#endif
