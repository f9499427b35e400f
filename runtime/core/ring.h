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
	uint32_t n_put;		/* bytes so far, modulo 2^32; the writer's */
};

static inline bool ring_is_empty(const struct ring *r)
{
	return __atomic_load_n(&r->head, __ATOMIC_SEQ_CST) ==
		__atomic_load_n(&r->tail, __ATOMIC_RELAXED);
}

/* `size`: of the array, at least 2; one byte of it stays unused. */
static inline uint32_t ring_next(uint32_t at, uint32_t size)
{
	return at + 1 < size ? at + 1 : 0;
}

/* Asked by the writer. */
static inline bool ring_is_full(const struct ring *r, uint32_t size)
{
	/* Acquire: the reader is done with a place before it is reused. */
	return ring_next(r->head, size) ==
		__atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
}

static inline bool ring_put(struct ring *r, uint8_t *bytes, uint32_t size,
			    uint8_t byte)
{
	if (ring_is_full(r, size)) {
		r->dropped++;
		return false;
	}
	bytes[r->head] = byte;
	r->n_put++;
	/* Release: the byte is there before the reader may look for it. */
	__atomic_store_n(&r->head, ring_next(r->head, size), __ATOMIC_SEQ_CST);
	return true;
}

/* The next byte; the ring must not be empty. */
static inline uint8_t ring_get(struct ring *r, const uint8_t *bytes,
			       uint32_t size)
{
	uint8_t byte = bytes[r->tail];

	/* Release: it was read before its place is given back. */
	__atomic_store_n(&r->tail, ring_next(r->tail, size), __ATOMIC_RELEASE);
	return byte;
}

/* By the reader. */
static inline void ring_clear(struct ring *r)
{
	__atomic_store_n(&r->tail, __atomic_load_n(&r->head, __ATOMIC_ACQUIRE),
			 __ATOMIC_RELEASE);
}

/*
 * The byte that was put `back` bytes ago, 1 for the last, at most `size` - 1,
 * whether it was read or not. Asked by the writer.
 */
static inline uint8_t ring_look_back(const struct ring *r, const uint8_t *bytes,
				     uint32_t size, uint32_t back)
{
	return bytes[r->head >= back ? r->head - back : r->head + size - back];
}

#endif
