/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * block_request.h - what a driver asks of a block device, read once and judged
 * (Virtual I/O Device 1.2, 5.2.6).
 *
 * No request that begins reaches beyond the device's sectors, or changes a
 * device that is read-only.
 *
 * Includes device, store.
 */
#ifndef VIRTIO_BLOCK_REQUEST_H
#define VIRTIO_BLOCK_REQUEST_H

#include "virtio/device.h"
#include "virtio/store.h"

#define BLOCK_SECTOR 512u
#define BLOCK_ID_SIZE 20u
#define BLOCK_CLEAR_SECTORS_MAX (UINT32_C(1) << 21)	/* 1 GiB at a time */

/* A request's last byte. */
#define BLOCK_OK 0u
#define BLOCK_IOERR 1u
#define BLOCK_UNSUPP 2u

struct block_facts {
	uint64_t n_sectors;
	bool is_readonly;
	bool writes_through;
	char id[BLOCK_ID_SIZE];
};

struct block_request {
	struct ring_chain chain;
	enum store_operation operation;
	uint64_t offset, size;	/* in the store */
	uint64_t data;		/* where it begins in the readable bytes */
	bool has_data;		/* `size` bytes go to or from the driver */
	bool is_in;		/* to it */
	uint64_t n_in;		/* bytes it was given, from the first on */
	uint8_t status;
};

enum block_next {
	BLOCK_BEGINS,		/* with the store */
	BLOCK_ANSWERED,		/* status is known */
	BLOCK_FAULT		/* there is nowhere to put a status */
};

/* Of r->chain. */
enum block_next block_request_read(struct block_request *r, struct device *d,
				   const struct block_facts *facts);
/* What it would have the store do: a verb. */
const char *block_request_word(const struct block_request *r);

#endif
