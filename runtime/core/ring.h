/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ring.h - a queue of bytes with one writer and one reader at a time.
 *
 * Writers exclude each other by a lock of their own, readers too; a writer and
 * a reader may run on two CPUs without one. Nothing blocks: a byte that does
 * not fit is dropped and counted. The bytes follow right behind. Includes once.h.
 */
#ifndef CORE_RING_H
#define CORE_RING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/once.h"

struct ring {
	uint64_t put;		/* bytes so far; the writer's */
	uint64_t got;		/* of those, taken; the reader's */
	uint32_t dropped;	/* the writer's */
	uint32_t size;		/* constant; of the bytes */
	uint64_t keeps_newest;	/* constant, 0 or 1: there is no reader but the
				 * writer, which drops the oldest byte instead */
};

static inline uint8_t *ring_at(struct ring *r, uint64_t n)
{
	return (uint8_t *)(r + 1) + n % r->size;
}

static inline bool ring_is_empty(const struct ring *r)
{
	return __atomic_load_n(&r->put, __ATOMIC_SEQ_CST) == read_once(r->got);
}

/* Asked by the writer. Acquire: the reader is done with a place before it is
 * reused. */
static inline bool ring_is_full(const struct ring *r)
{
	return r->put - __atomic_load_n(&r->got, __ATOMIC_ACQUIRE) == r->size;
}

void ring_put(struct ring *r, uint8_t byte);
/* The next byte; 0 where there is none. */
uint8_t ring_get(struct ring *r);

#endif
