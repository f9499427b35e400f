/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_frame.h - the header before a frame: what is left to do with it
 * (Virtual I/O Device 1.2, 5.1.6). The kernel's tap has the same.
 *
 * Includes nothing of ours.
 */
#ifndef VIRTIO_NET_FRAME_H
#define VIRTIO_NET_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct net_header {
	uint8_t flags;
	uint8_t gso_type;
	uint16_t header_size;
	uint16_t gso_size;
	uint16_t checksum_start, checksum_offset;
	uint16_t n_buffers;
};
_Static_assert(sizeof(struct net_header) == 12, "net");

#define NET_FRAME_MIN 14u			/* an Ethernet header */
/* An IP packet of 65,535 bytes behind it, and two VLAN tags. */
#define NET_FRAME_MAX (65535u + NET_FRAME_MIN + 8u)

/* What may be left to the other side. */
struct net_undone {
	bool checksum, tso4, tso6;
};

/*
 * From a driver: it may say anything. On true *h is made anew, and says nothing
 * that the frame does not bear out. False: the frame is dropped.
 */
bool net_frame_sent(struct net_header *h, const uint8_t *frame, size_t size,
		    const struct net_undone *may);

/* From the kernel. False: it leaves undone what the driver did not offer to do. */
bool net_frame_received(struct net_header *h, const struct net_undone *may);

#endif
