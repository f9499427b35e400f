/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel looks at a header too; but of a frame that is to be cut into segments
 * it believes much, and has been wrong before. So the frame is walked here up to
 * its TCP header, and what is said must be what is found.
 */
#include "virtio/net_frame.h"

#define NEEDS_CHECKSUM 1u
#define DATA_VALID 2u

#define GSO_NONE 0u
#define GSO_TCP4 1u
#define GSO_TCP6 4u

/* Linux sends no less in a segment (TCP_MIN_SND_MSS). */
#define GSO_SIZE_MIN 48u

#define ETHERTYPE_AT 12u
#define VLAN 0x8100u
#define VLAN_SERVICE 0x88a8u
#define IP4 0x0800u
#define IP6 0x86ddu

#define TCP 6u
#define TCP_HEADER_MIN 20u
#define TCP_CHECKSUM_AT 16u
#define IP4_HEADER_MIN 20u
#define IP6_HEADER 40u

/* Headers of IPv6 that may come before TCP: RFC 8200, 4. */
#define HOP_BY_HOP 0u
#define ROUTING 43u
#define DESTINATION 60u

static unsigned int get16(const uint8_t *at)
{
	return (unsigned int)(at[0] << 8 | at[1]);
}

/* Where TCP begins; 0: not an IPv4 packet with TCP, or a fragment. */
static size_t tcp_in_ip4(const uint8_t *frame, size_t size, size_t at)
{
	size_t n;

	if (size - at < IP4_HEADER_MIN || frame[at] >> 4 != 4 ||
	    frame[at + 9] != TCP || get16(frame + at + 6) & 0x3fff)
		return 0;
	n = (frame[at] & 15u) * 4u;
	return n < IP4_HEADER_MIN || n > size - at ? 0 : at + n;
}

/* Each turn goes on by 8 bytes at least. */
static size_t tcp_in_ip6(const uint8_t *frame, size_t size, size_t at)
{
	uint8_t next;

	if (size - at < IP6_HEADER || frame[at] >> 4 != 6)
		return 0;
	next = frame[at + 6];
	at += IP6_HEADER;
	while (next == HOP_BY_HOP || next == ROUTING || next == DESTINATION) {
		if (size - at < 8)
			return 0;
		next = frame[at];
		size_t n = (frame[at + 1] + 1u) * 8u;

		if (n > size - at)
			return 0;
		at += n;
	}
	return next == TCP ? at : 0;
}

static size_t find_tcp(const uint8_t *frame, size_t size, unsigned int ip)
{
	size_t at = ETHERTYPE_AT;

	while (get16(frame + at) == VLAN || get16(frame + at) == VLAN_SERVICE) {
		at += 4;
		if (size < at + 2)
			return 0;
	}
	if (get16(frame + at) != ip)
		return 0;
	at += 2;
	return ip == IP4 ? tcp_in_ip4(frame, size, at) :
			   tcp_in_ip6(frame, size, at);
}

static bool is_checksum_inside(const struct net_header *h, size_t size)
{
	return h->checksum_start >= NET_FRAME_MIN &&
	       (size_t)h->checksum_start + h->checksum_offset + 2 <= size;
}

/* Cut into segments: says how long the headers are that each of them has. */
static bool judge_gso(struct net_header *h, const uint8_t *frame, size_t size,
		      const struct net_undone *may)
{
	bool is_ip6 = h->gso_type == GSO_TCP6;
	size_t tcp, n;

	if (h->gso_type != GSO_TCP4 && !is_ip6)
		return false;
	if (!(is_ip6 ? may->tso6 : may->tso4) || !(h->flags & NEEDS_CHECKSUM) ||
	    h->gso_size < GSO_SIZE_MIN)
		return false;
	tcp = find_tcp(frame, size, is_ip6 ? IP6 : IP4);
	if (!tcp || size - tcp < TCP_HEADER_MIN ||
	    h->checksum_start != tcp || h->checksum_offset != TCP_CHECKSUM_AT)
		return false;
	n = (frame[tcp + 12] >> 4) * 4u;
	if (n < TCP_HEADER_MIN || n > size - tcp || tcp + n > UINT16_MAX)
		return false;
	h->header_size = (uint16_t)(tcp + n);
	return true;
}

bool net_frame_sent(struct net_header *h, const uint8_t *frame, size_t size,
		    const struct net_undone *may)
{
	struct net_header said = *h;

	if (size < NET_FRAME_MIN || size > NET_FRAME_MAX)
		return false;
	*h = (struct net_header){ .gso_type = GSO_NONE };
	if (said.flags & NEEDS_CHECKSUM) {
		if (!may->checksum || !is_checksum_inside(&said, size))
			return false;
		h->flags = NEEDS_CHECKSUM;
		h->checksum_start = said.checksum_start;
		h->checksum_offset = said.checksum_offset;
	}
	if (said.gso_type == GSO_NONE)
		return true;
	h->gso_type = said.gso_type;
	h->gso_size = said.gso_size;
	return judge_gso(h, frame, size, may);
}

bool net_frame_received(struct net_header *h, const struct net_undone *may)
{
	h->flags &= NEEDS_CHECKSUM | DATA_VALID;
	if (!may->checksum)
		h->flags &= NEEDS_CHECKSUM;
	if (h->flags & NEEDS_CHECKSUM && !may->checksum)
		return false;
	switch (h->gso_type) {
	case GSO_NONE:
		return true;
	case GSO_TCP4:
		return may->checksum && may->tso4;
	case GSO_TCP6:
		return may->checksum && may->tso6;
	default:
		return false;
	}
}
