/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * net.h - a network device (Virtual I/O Device 1.2, 5.1) on a tap interface.
 *
 * Checksums and segmentation are left to the kernel or to the driver, as both can.
 * A frame's header is made anew here from what the driver said and the frame
 * itself, so that nothing reaches the kernel that does not fit the frame; what
 * does not fit is dropped and counted. A frame that finds no buffer waits.
 *
 * With n_queues > 2 there are as many pairs as fit, and the control queue.
 *
 * Includes device.
 */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "virtio/device.h"

struct net;

struct net_options {
	const char *tap;	/* the interface's name */
	uint8_t mac[6];		/* the driver's end's */
};

/* NULL: errno. The interface is made where there is none, and is then ours. */
struct net *net_open(const struct device_place *place,
		     const struct net_options *options);
void net_close(struct net *n);
struct device *net_device(struct net *n);

#endif
