/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - the memory of the cell in front, as far as it is seen from here.
 *
 * A view is one piece of it, mapped here. Addresses come from a driver that may
 * be hostile: memory_at() answers only for bytes that lie in one view, whole.
 * The driver may change them at any time, so that each is read once, with
 * memory_copy_in() or ring.c's own loads, into something of ours and judged
 * there.
 *
 * Includes nothing of ours.
 */
#ifndef VIRTIO_MEMORY_H
#define VIRTIO_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MEMORY_VIEWS_MAX 16u

struct memory_view {
	uint64_t front;		/* where the cell in front has it */
	uint64_t size;
	uint8_t *at;		/* where it is mapped here */
	bool may_write;
};

struct memory {
	struct memory_view views[MEMORY_VIEWS_MAX];
	size_t n_views;
};

/*
 * False: there are too many, it is empty, or it wraps. One that goes on where the
 * last one ends, for the cell in front and here, is one with it: that cell's driver
 * may not know where one ends.
 */
bool memory_add(struct memory *m, const struct memory_view *view);

/*
 * NULL: the bytes are not in one view, may not be written though is_written, or
 * are none at all.
 */
uint8_t *memory_at(const struct memory *m, uint64_t front, uint64_t size,
		   bool is_written);

/* What was copied is ours: no later load is made of what the driver has. */
void memory_copy_in(void *to, const uint8_t *from, size_t size);
void memory_copy_out(uint8_t *to, const void *from, size_t size);

#endif
