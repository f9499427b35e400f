/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store.h - what a block device is stored in: a file or a disk, through io_uring.
 *
 * Nothing waits but store_close(). Operations have tags, end in any order, and
 * there are never more under way than store_open() was told. Buffers stay the
 * caller's and stay where they are until the operation ended.
 *
 * Tests link a store of their own instead.
 */
#ifndef VIRTIO_STORE_H
#define VIRTIO_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;

enum store_operation {
	STORE_READ, STORE_WRITE,
	STORE_WRITE_THROUGH,	/* ends when it would outlive a loss of power */
	STORE_FLUSH,		/* so do all writes that ended before */
	STORE_DISCARD,		/* whatever is read there then */
	STORE_ZERO, STORE_ZERO_FREE	/* zeros are; FREE: need not be stored */
};

/*
 * NULL: errno. Locked for as long as an operation of ours is under way, even
 * when this program is killed: shared if is_readonly. EWOULDBLOCK: somebody has
 * it for longer than a killed program's operations take to end; EBUSY: the kernel
 * has, it is mounted; EINVAL: neither a file nor a disk; ENODATA: it has no
 * sector; ENOSYS: there is no io_uring.
 */
struct store *store_open(const char *path, bool is_readonly, uint32_t n_max);
/* Waits for what is under way. */
void store_close(struct store *s);

uint64_t store_size(const struct store *s);
uint32_t store_block_size(const struct store *s);

/* buffer: NULL where there is nothing to transfer. */
void store_begin(struct store *s, enum store_operation operation, uint32_t tag,
		 void *buffer, uint64_t offset, uint64_t size);
/* What was begun is not under way before this. */
void store_submit(struct store *s);
/* One that ended: bytes transferred, or a negated errno. False: none has. */
bool store_next(struct store *s, uint32_t *tag, int64_t *result);
/* Becomes readable when one ends. */
int store_fd(const struct store *s);

#endif
