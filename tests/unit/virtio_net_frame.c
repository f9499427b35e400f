/* SPDX-License-Identifier: BSD-2-Clause */
/* Headers before frames: what a driver says is held to what the frame is. */
#include <criterion/criterion.h>

#include <string.h>

#include "virtio/net_frame.h"

#define NEEDS_CHECKSUM 1
#define TCP4 1
#define TCP6 4

static const struct net_undone all = { true, true, true };
static const struct net_undone none = { false, false, false };
static const struct net_undone sums = { true, false, false };

static uint8_t frame[NET_FRAME_MAX + 1];

/* Ethernet at 0, IPv4 at 14, TCP at 34 with 32 bytes, and data. */
static struct net_header tcp4(void)
{
	memset(frame, 0, sizeof(frame));
	frame[12] = 0x08;
	frame[14] = 0x45;
	frame[23] = 6;
	frame[46] = 8 << 4;
	return (struct net_header){
		.flags = NEEDS_CHECKSUM, .gso_type = TCP4, .header_size = 1,
		.gso_size = 1448, .checksum_start = 34, .checksum_offset = 16,
		.n_buffers = 7,
	};
}

/* IPv6 at 14, options for each hop at 54, TCP at 62. */
static struct net_header tcp6(void)
{
	struct net_header h = tcp4();

	memset(frame, 0, sizeof(frame));
	frame[12] = 0x86;
	frame[13] = 0xdd;
	frame[14] = 0x60;
	frame[20] = 0;
	frame[54] = 6;
	frame[62 + 12] = 5 << 4;
	h.gso_type = TCP6;
	h.checksum_start = 62;
	return h;
}

static bool is_sent(struct net_header h, size_t size)
{
	return net_frame_sent(&h, frame, size, &all);
}

Test(net_frame, a_plain_one_has_an_empty_header)
{
	struct net_header h = { .header_size = 9, .gso_size = 8,
				.checksum_start = 7, .checksum_offset = 6,
				.n_buffers = 5, .flags = 0xfe };

	cr_assert(net_frame_sent(&h, frame, 60, &none));
	cr_assert_eq(memcmp(&h, &(struct net_header){ 0 }, sizeof(h)), 0);
}

Test(net_frame, is_no_shorter_or_longer_than_a_frame)
{
	struct net_header h = { 0 };

	cr_assert_not(is_sent(h, 0));
	cr_assert_not(is_sent(h, NET_FRAME_MIN - 1));
	cr_assert(is_sent(h, NET_FRAME_MIN));
	cr_assert(is_sent(h, NET_FRAME_MAX));
	cr_assert_not(is_sent(h, NET_FRAME_MAX + 1));
}

Test(net_frame, a_checksum_is_inside)
{
	struct net_header h = { .flags = NEEDS_CHECKSUM, .checksum_start = 34,
				.checksum_offset = 6 };

	cr_assert(is_sent(h, 42));
	cr_assert_not(is_sent(h, 41));
	h.checksum_offset = 65535;
	cr_assert_not(is_sent(h, 1514));
	h.checksum_start = 65535;
	cr_assert_not(is_sent(h, NET_FRAME_MAX));
	h.checksum_start = 13;
	h.checksum_offset = 6;
	cr_assert_not(is_sent(h, 1514));
	h.checksum_start = 0;
	cr_assert_not(is_sent(h, 1514));
}

Test(net_frame, a_checksum_is_not_left_where_that_was_not_agreed_on)
{
	struct net_header h = { .flags = NEEDS_CHECKSUM, .checksum_start = 34,
				.checksum_offset = 6 };

	cr_assert_not(net_frame_sent(&h, frame, 60, &none));
}

Test(net_frame, segments_are_cut_behind_the_headers_that_there_are)
{
	struct net_header h = tcp4();

	cr_assert(net_frame_sent(&h, frame, 9000, &all));
	cr_assert_eq(h.header_size, 66);
	cr_assert_eq(h.gso_size, 1448);
	cr_assert_eq(h.n_buffers, 0);
	h = tcp6();
	cr_assert(net_frame_sent(&h, frame, 9000, &all));
	cr_assert_eq(h.header_size, 82);
}

Test(net_frame, segments_may_have_vlan_tags)
{
	struct net_header h = tcp4();

	memmove(frame + 16, frame + 12, 200);
	frame[12] = 0x81;
	frame[13] = 0;
	h.checksum_start += 4;
	for (size_t size = 0; size < 70; size++)
		cr_assert_not(is_sent(h, size), "%zu", size);
	cr_assert(net_frame_sent(&h, frame, 9000, &all));
	cr_assert_eq(h.header_size, 70);
}

Test(net_frame, tags_up_to_the_end_are_no_packet)
{
	struct net_header h = tcp4();

	for (size_t i = 12; i + 4 < sizeof(frame); i += 4) {
		frame[i] = 0x81;
		frame[i + 1] = 0;
	}
	for (size_t size = NET_FRAME_MIN; size < 64; size++)
		cr_assert_not(is_sent(h, size), "%zu", size);
}

Test(net_frame, segments_are_not_cut_where_that_was_not_agreed_on)
{
	struct net_header h = tcp4();

	cr_assert_not(net_frame_sent(&h, frame, 9000, &sums));
	h = tcp6();
	cr_assert_not(net_frame_sent(&h, frame, 9000, &sums));
}

Test(net_frame, segments_of_other_kinds_are_refused)
{
	static const uint8_t types[] = { 2, 3, 5, 0x80, 0x81, 0x84, 0xff };

	for (size_t i = 0; i < sizeof(types); i++) {
		struct net_header h = tcp4();

		h.gso_type = types[i];
		cr_assert_not(is_sent(h, 9000), "%u", types[i]);
	}
}

Test(net_frame, segments_have_a_size)
{
	struct net_header h = tcp4();

	h.gso_size = 0;
	cr_assert_not(is_sent(h, 9000));
	h.gso_size = 1;
	cr_assert_not(is_sent(h, 9000));
	h.gso_size = 47;
	cr_assert_not(is_sent(h, 9000));
	h.gso_size = 48;
	cr_assert(is_sent(h, 9000));
}

Test(net_frame, segments_need_a_checksum_of_their_tcp_header)
{
	struct net_header h = tcp4();

	h.flags = 0;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	h.checksum_start = 35;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	h.checksum_offset = 6;
	cr_assert_not(is_sent(h, 9000));
}

Test(net_frame, segments_are_of_the_protocol_that_was_said)
{
	struct net_header h = tcp4();

	h.gso_type = TCP6;
	cr_assert_not(is_sent(h, 9000));
	h = tcp6();
	h.gso_type = TCP4;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	frame[23] = 17;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	frame[14] = 0x65;
	cr_assert_not(is_sent(h, 9000));
	h = tcp6();
	frame[14] = 0x45;
	cr_assert_not(is_sent(h, 9000));
	h = tcp6();
	frame[54] = 44;
	cr_assert_not(is_sent(h, 9000));
}

Test(net_frame, segments_are_not_of_a_fragment)
{
	struct net_header h = tcp4();

	frame[20] = 0x20;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	frame[21] = 1;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	frame[20] = 0x40;
	cr_assert(is_sent(h, 9000));
}

Test(net_frame, headers_do_not_reach_beyond_the_frame)
{
	struct net_header h = tcp4();

	cr_assert(is_sent(h, 66));
	for (size_t size = 0; size < 66; size++)
		cr_assert_not(is_sent(h, size), "%zu", size);
	frame[14] = 0x44;
	cr_assert_not(is_sent(h, 9000));
	frame[14] = 0x4f;
	cr_assert_not(is_sent(h, 9000));
	h = tcp4();
	frame[46] = 4 << 4;
	cr_assert_not(is_sent(h, 9000));
	h = tcp6();
	for (size_t size = 0; size < 82; size++)
		cr_assert_not(is_sent(h, size), "%zu", size);
	frame[55] = 255;
	cr_assert_not(is_sent(h, 9000));
	cr_assert_not(is_sent(h, 1000));
}

/* A header longer than can be said. */
Test(net_frame, headers_end_where_a_number_of_16_bits_can_say)
{
	struct net_header h = tcp6();
	size_t at = 54;

	frame[20] = 60;
	while (at + 2048 < 65500) {
		frame[at] = 60;
		frame[at + 1] = 255;
		at += 2048;
	}
	frame[at] = 6;
	frame[at + 1] = (uint8_t)((65528 - at) / 8 - 1);
	at += (frame[at + 1] + 1u) * 8;
	frame[at + 12] = 5 << 4;
	h.checksum_start = (uint16_t)at;
	cr_assert_gt(at + 20, 65535);
	cr_assert_not(is_sent(h, NET_FRAME_MAX));
}

Test(net_frame, what_the_driver_did_not_offer_to_do_is_not_left_to_it)
{
	struct net_header h = { .flags = NEEDS_CHECKSUM };

	cr_assert(net_frame_received(&h, &sums));
	cr_assert_not(net_frame_received(&h, &none));
	h = (struct net_header){ .flags = 2 };
	cr_assert(net_frame_received(&h, &none));
	cr_assert_eq(h.flags, 0);
	h = (struct net_header){ .flags = NEEDS_CHECKSUM, .gso_type = TCP4 };
	cr_assert(net_frame_received(&h, &all));
	cr_assert_not(net_frame_received(&h, &sums));
	h.gso_type = TCP6;
	cr_assert(net_frame_received(&h, &all));
	cr_assert_not(net_frame_received(&h, &sums));
	h.gso_type = 3;
	cr_assert_not(net_frame_received(&h, &all));
}
