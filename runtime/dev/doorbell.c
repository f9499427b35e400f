/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doorbell.c - one register per channel end: whom to ring.
 *
 * Nothing is kept and nothing can be read: a ring is the peer's line made
 * pending, and a second one before the peer takes the first is the same event.
 * What is not a ring is ignored, whatever its size; a peer that does not exist,
 * may not be rung from here, has no line, or does not run is not told apart.
 */
#include "dev/doorbell.h"

#include "core/line.h"

#define RING_OFFSET 0u

enum mmio_result doorbell_access(uint32_t end_i, struct mmio *m)
{
	const struct hv_end *ends = hv_rows(hv_system.ends);
	const struct hv_end *own = &ends[end_i];
	const struct hv_channel *channels = hv_rows(hv_system.channels);
	const struct hv_channel *channel = &channels[own->channel];
	const struct hv_end *peers = hv_rows(channel->ends);

	m->value = m->is_write ? m->value : 0;
	if (!m->is_write || m->size != 4 || m->offset != RING_OFFSET)
		return MMIO_DONE;

	uint64_t peer_i = m->value;

	if (peer_i >= channel->ends.count || peer_i >= 64 ||
	    !(own->may_ring >> peer_i & 1) || peers[peer_i].line == HV_NONE)
		return MMIO_DONE;
	line_raise(peers[peer_i].cell, peers[peer_i].line);
	return MMIO_DONE;
}
