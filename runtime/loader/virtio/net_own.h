/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net_own.h - what the files of the network device share.
 *
 * Includes device, net_frame, tap.
 */
#ifndef VIRTIO_NET_OWN_H
#define VIRTIO_NET_OWN_H

#include "virtio/device.h"
#include "virtio/net_frame.h"
#include "virtio/tap.h"

#define NET_F_CSUM (UINT64_C(1) << 0)
#define NET_F_GUEST_CSUM (UINT64_C(1) << 1)
#define NET_F_MAC (UINT64_C(1) << 5)
#define NET_F_GUEST_TSO4 (UINT64_C(1) << 7)
#define NET_F_GUEST_TSO6 (UINT64_C(1) << 8)
#define NET_F_HOST_TSO4 (UINT64_C(1) << 11)
#define NET_F_HOST_TSO6 (UINT64_C(1) << 12)
#define NET_F_MRG_RXBUF (UINT64_C(1) << 15)
#define NET_F_STATUS (UINT64_C(1) << 16)
#define NET_F_CTRL_VQ (UINT64_C(1) << 17)
#define NET_F_MQ (UINT64_C(1) << 22)

#define NET_BUFFERS_MAX 128u	/* of one frame */

/* Virtual I/O Device 1.2, 5.1.4. */
struct net_config {
	uint8_t mac[6];
	uint16_t status;
	uint16_t max_virtqueue_pairs;
};
_Static_assert(sizeof(struct net_config) == 10, "net");

struct net_buffer {
	struct net_header header;
	uint8_t bytes[NET_FRAME_MAX];
};

struct net_pair {
	int fd;
	size_t received_size;		/* of `received`; 0: nothing waits */
	struct net_buffer received;
};

struct net {
	struct device device;
	bool has_control, is_down;
	uint32_t n_pairs, n_active;
	struct net_undone to_driver, from_driver;
	struct net_buffer sent;
	struct ring_chain chain, first;
	uint16_t heads[NET_BUFFERS_MAX];
	uint32_t sizes[NET_BUFFERS_MAX];
	struct net_pair pairs[TAP_PAIRS_MAX];
};

/* True: there was a frame, and there may be more. */
bool net_send(struct net *n, uint32_t pair);
bool net_receive(struct net *n, uint32_t pair);

#endif
