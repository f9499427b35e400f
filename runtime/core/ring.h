/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h - a queue of bytes with one writer and one reader at a time.
 *
 * Writers exclude each other by a lock of their own, readers too; a writer and
 * a reader may run on two CPUs without one. Nothing blocks: a byte that does
 * not fit is dropped and counted. The bytes follow wherever the owner put
 * them; an owner hands in the same array every time. Zero is empty.
 * Includes nothing.
 */
#ifndef CORE_RING_H
#define CORE_RING_H

#include <stdbool.h>
#include <stdint.h>

struct ring {
	uint32_t head;		/* next to write; the writer's */
	uint32_t tail;		/* next to read; the reader's */
	uint32_t dropped;	/* the writer's */
	uint32_t zero;
};

static inline bool ring_is_empty(const struct ring *r)
{
	return __atomic_load_n(&r->head, __ATOMIC_SEQ_CST) ==
		__atomic_load_n(&r->tail, __ATOMIC_RELAXED);
}

/* `size`: of the array, at least 2; one byte of it stays unused. */
static inline bool ring_put(struct ring *r, uint8_t *bytes, uint32_t size,
			    uint8_t byte)
{
	uint32_t next = r->head + 1 < size ? r->head + 1 : 0;

	/* Acquire: the reader is done with a place before it is reused. */
	if (next == __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE)) {
		r->dropped++;
		return false;
	}
	bytes[r->head] = byte;
	/* Release: the byte is there before the reader may look for it. */
	__atomic_store_n(&r->head, next, __ATOMIC_SEQ_CST);
	return true;
}

/* The next byte; the ring must not be empty. */
static inline uint8_t ring_get(struct ring *r, const uint8_t *bytes,
			       uint32_t size)
{
	uint8_t byte = bytes[r->tail];

	/* Release: it was read before its place is given back. */
	__atomic_store_n(&r->tail, r->tail + 1 < size ? r->tail + 1 : 0,
			 __ATOMIC_RELEASE);
	return byte;
}

/* By the reader. */
static inline void ring_clear(struct ring *r)
{
	__atomic_store_n(&r->tail, __atomic_load_n(&r->head, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
}

#endif
