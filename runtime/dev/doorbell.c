/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doorbell.c - one register per channel end: whom to ring.
 *
 * Nothing is kept and nothing can be read: a ring is the peer's line made
 * pending, and a second one before the peer takes the first is the same event.
 * What is not a ring is ignored, whatever its size; a peer that does not exist,
 * may not be rung from here, has no line, or does not run is not told apart. The
 * tables let no end ring one that does not exist or has no line.
 */
#include "dev/doorbell.h"

#include "core/line.h"

#define RING_OFFSET 0u

enum mmio_result doorbell_access(uint32_t end_i, struct mmio *m)
{
	const struct hv_end *ends = hv_rows(hv_system.ends);
	const struct hv_end *own = &ends[end_i];
	uint64_t peer_i = m->value;

	if (!m->is_write) {
		m->value = 0;
	} else if (m->size == 4 && m->offset == RING_OFFSET && peer_i < 64 &&
		   own->may_ring >> peer_i & 1) {
		const struct hv_channel *channels = hv_rows(hv_system.channels);
		const struct hv_end *peer = hv_rows(channels[own->channel].ends);

		peer += peer_i;
		line_raise(peer->cell, peer->line);
	}
	return MMIO_DONE;
}
