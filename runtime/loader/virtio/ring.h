/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h - split virtqueues (Virtual I/O Device 1.2, 2.7), the device's side.
 *
 * Whatever the driver wrote is read once and judged. What no driver may do
 * (loops, indices out of range, rings outside its memory) breaks the ring: the
 * device then needs a reset, and the ring is touched no more. A buffer that is
 * not in the driver's memory breaks nothing: its chain says is_bad, and the
 * request fails. No chain is longer than the queue.
 *
 * Nothing here knows of epochs: the caller makes sure that the ring is still
 * the driver's before each call (device.h).
 *
 * Includes memory, kept.
 */
#ifndef VIRTIO_RING_H
#define VIRTIO_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "virtio/kept.h"
#include "virtio/memory.h"

#define RING_SIZE_MAX KEPT_HEADS_MAX	/* entries */

struct ring_segment {
	uint8_t *at;		/* NULL: not in the driver's memory */
	uint32_t size;
};

/* The readable segments come first. */
struct ring_chain {
	uint16_t head;
	uint16_t n_segments, n_readable;
	bool is_bad;		/* a segment is not in the driver's memory */
	uint64_t readable_size, writable_size;
	struct ring_segment segments[RING_SIZE_MAX];
};

struct ring {
	const struct memory *memory;
	volatile struct kept_queue *kept;	/* NULL: used in the order taken */
	uint64_t unfinished[KEPT_HEADS_MAX / 64]; /* another backend took these */
	uint8_t *descriptors, *driver, *device;
	uint16_t size, chain_max;
	uint16_t seen;		/* of the available ring, by ring_take() */
	uint16_t taken;		/* of it */
	uint16_t used;		/* of the used ring, told to the driver */
	uint16_t n_put;		/* behind them, not told yet */
	uint16_t asked;		/* `used` of the last question for an interrupt */
	bool has_event_index, has_indirect;
	bool is_broken;
};

#define RING_EVENT_INDEX (1u << 0)	/* VIRTIO_F_EVENT_IDX was accepted */
#define RING_INDIRECT (1u << 1)		/* VIRTIO_F_INDIRECT_DESC was */
#define RING_RESUMED (1u << 2)		/* another backend served it before */

/*
 * Of a queue as the driver described it. False: no size that a queue may have,
 * not aligned, or not in its memory.
 */
bool ring_open(struct ring *r, const struct memory *m,
	       const struct hv_virtio_queue *as_written, uint32_t size_max,
	       uint32_t flags);
/* From now on heads are kept; those of another backend are taken first. */
void ring_keep(struct ring *r, volatile struct kept_queue *kept);
size_t ring_n_unfinished(const struct ring *r);

/* The next chain. False: none, or the ring broke. */
bool ring_take(struct ring *r, struct ring_chain *c);
/* As if the last n chains had not been taken. For rings that keep nothing. */
void ring_untake(struct ring *r, uint16_t n);

/* Gives chains back: put each, then tell the driver of all that were put. */
void ring_put(struct ring *r, uint16_t head, uint32_t n_written);
void ring_tell(struct ring *r);

/* Whether the driver wants an interrupt for what it was told since last asked. */
bool ring_wants_interrupt(struct ring *r);

/*
 * The driver need not notify; or must, and then: whether it has already added to
 * what ring_take() saw.
 */
void ring_notify_off(struct ring *r);
bool ring_notify_on(struct ring *r);

/*
 * Bytes of a chain's readable or writable segments, from `offset` of them on. The
 * number copied: less than size where they end. No segment may be bad.
 */
size_t ring_read(const struct ring_chain *c, uint64_t offset, void *to,
		 size_t size);
size_t ring_write(const struct ring_chain *c, uint64_t offset, const void *from,
		  size_t size);
/* The chain's last byte; NULL: not in the driver's memory, or not writable. */
uint8_t *ring_last(const struct ring_chain *c);

#endif
