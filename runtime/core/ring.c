/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/ring.h"

void ring_put(struct ring *r, uint8_t byte)
{
	if (ring_is_full(r)) {
		if (!r->keeps_newest) {
			r->dropped++;
			return;
		}
		r->got++;
	}
	*ring_at(r, r->put) = byte;
	/* The byte is there before the reader may look for it. */
	__atomic_store_n(&r->put, r->put + 1, __ATOMIC_SEQ_CST);
}

uint8_t ring_get(struct ring *r)
{
	uint8_t byte;

	if (ring_is_empty(r))
		return 0;
	byte = *ring_at(r, r->got);
	/* Release: it was read before its place is given back. */
	__atomic_store_n(&r->got, r->got + 1, __ATOMIC_RELEASE);
	return byte;
}
