/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * block.h - a block device (Virtual I/O Device 1.2, 5.2) on a file or disk.
 *
 * Requests run at the same time and end in any order. Data goes through buffers
 * of our own: the driver's memory is no memory that the kernel may do I/O to, and
 * an epoch that ends must not find I/O under way in it.
 *
 * Reads, writes, and what clears are idempotent, so that a backend which goes on
 * from a killed one does again what was in flight. The file is locked (flock)
 * for as long as any request of any backend is under way, so none of an old one
 * lands behind a new one's.
 *
 * Includes device.
 */
#ifndef VIRTIO_BLOCK_H
#define VIRTIO_BLOCK_H

#include "virtio/device.h"

struct block;

struct block_options {
	const char *name;	/* GET_ID says it, 20 bytes of it */
	const char *path;
};

/* NULL: errno. EWOULDBLOCK: another program has locked the file. */
struct block *block_open(const struct device_place *place,
			 const struct block_options *options);
/* Waits for requests under way. */
void block_close(struct block *b);
struct device *block_device(struct block *b);

#endif
