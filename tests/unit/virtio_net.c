/* SPDX-License-Identifier: BSD-2-Clause */
/* Net: frames both ways, and drivers that lie. */
#include "one_net.h"

TestSuite(net, .init = setup);

Test(net, says_what_it_is)
{
	cr_assert_arr_eq(g->published->config, mac, 6);
	cr_assert_eq(g->published->config[6], 1);
	cr_assert_eq(g->published->config[8], 1);
	cr_assert_not(guest_offered(g) & (F_CTRL | F_MQ));
	cr_assert(tap_fake.checksum);
	cr_assert(tap_fake.tso4);
	cr_assert_not(tap_fake.tso6);
}

Test(net, sends)
{
	send(&plain, 60);
	cr_assert_eq(tap_fake.n_sent, 1);
	cr_assert_eq(tap_fake.sent.size, 72);
	cr_assert_arr_eq(tap_fake.sent.bytes, data() + 12, 60);
	cr_assert_eq(g->kept->counters.bytes_out, 60);
}

Test(net, sends_what_is_cut_into_segments)
{
	queue_describe(&tx, 0, DATA, 5, DESC_NEXT, 1);
	queue_describe(&tx, 1, DATA + 5, 20, DESC_NEXT, 2);
	queue_describe(&tx, 2, DATA + 25, 47, 0, 0);
	for (int i = 12; i < 72; i++)
		data()[i] = (uint8_t)i;
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert_eq(tap_fake.n_sent, 1);
	cr_assert_arr_eq(tap_fake.sent.bytes, data() + 12, 60);
}

Test(net, drops_frames_of_no_possible_size)
{
	send(&plain, 0);
	send(&plain, 13);
	send(&plain, NET_FRAME_MAX + 1);
	cr_assert_eq(tap_fake.n_sent, 0);
	cr_assert_eq(g->kept->counters.failed, 3);
	send(&plain, NET_FRAME_MAX);
	send(&plain, 14);
	cr_assert_eq(tap_fake.n_sent, 2);
	cr_assert_not(guest_needs_reset(g));
}

Test(net, drops_headers_that_lie)
{
	static const struct net_header bad[] = {
		{ .flags = 1, .checksum_start = 65535 },
		{ .flags = 1, .checksum_start = 40, .checksum_offset = 30 },
		{ .gso_type = 1, .gso_size = 1000 },
		{ .gso_type = 1, .flags = 1, .gso_size = 1000,
		  .checksum_start = 34, .checksum_offset = 16 },
		{ .gso_type = 0xff },
		{ .gso_type = 4, .flags = 1 },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		send(&bad[i], 60);
	cr_assert_eq(tap_fake.n_sent, 0);
	cr_assert_eq(g->kept->counters.failed, sizeof(bad) / sizeof(bad[0]));
}

Test(net, drops_frames_that_are_not_in_memory)
{
	uint32_t head, n;

	queue_describe(&tx, 0, GUEST_NEXT - 10, 72, 0, 0);
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert(queue_used(&tx, &head, &n));
	cr_assert_eq(tap_fake.n_sent, 0);
	cr_assert_not(guest_needs_reset(g));
}

Test(net, needs_a_reset_after_buffers_to_write_among_those_to_send)
{
	queue_describe(&tx, 0, DATA, 72, DESC_WRITE, 0);
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

/* ---- receiving --------------------------------------------------------------- */

Test(net, receives)
{
	uint32_t head, n;

	offer(0, 1600);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(queue_used(&rx, &head, &n));
	cr_assert_eq(n, 72);
	cr_assert_eq(data()[10], 1);
	cr_assert_arr_eq(data() + 12, bytes(60), 60);
	cr_assert_eq(g->kept->counters.bytes_in, 60);
}

Test(net, merges_buffers)
{
	uint32_t head, n;
	uint16_t n_buffers;

	for (uint16_t i = 0; i < 4; i++)
		offer(i, 500);
	tap_fake_give(0, &plain, bytes(1300), 1300);
	run_all(d);
	memcpy(&n_buffers, data() + 10, 2);
	cr_assert_eq(n_buffers, 3);
	cr_assert_arr_eq(data() + 12, bytes(1300), 488);
	cr_assert_arr_eq(data() + 0x1000, bytes(1300) + 488, 500);
	cr_assert_arr_eq(data() + 0x2000, bytes(1300) + 988, 312);
	for (uint32_t i = 0; i < 3; i++) {
		cr_assert(queue_used(&rx, &head, &n));
		cr_assert_eq(head, i);
		cr_assert_eq(n, i < 2 ? 500 : 312);
	}
	cr_assert_not(queue_used(&rx, &head, &n));
	cr_assert_eq(g->n_used_interrupts, 1);
}

Test(net, a_frame_waits_for_buffers)
{
	uint32_t head, n;

	offer(0, 500);
	tap_fake_give(0, &plain, bytes(600), 600);
	tap_fake_give(0, &plain, bytes(70), 70);
	run_all(d);
	cr_assert_not(queue_used(&rx, &head, &n));
	offer(1, 500);
	cr_assert(device_rest(d));
	run_all(d);
	cr_assert(queue_used(&rx, &head, &n));
	cr_assert(queue_used(&rx, &head, &n));
	cr_assert_eq(tap_fake.n_received[0], 0);
	offer(2, 500);
	run_all(d);
	cr_assert(queue_used(&rx, &head, &n));
	cr_assert_eq(n, 82);
	cr_assert_arr_eq(data() + 0x200c, bytes(70), 70);
}

Test(net, a_frame_that_no_buffer_holds_is_dropped_without_merging)
{
	uint32_t head, n;

	guest_reset(g);
	start(0);
	offer(0, 500);
	tap_fake_give(0, &plain, bytes(600), 600);
	tap_fake_give(0, &plain, bytes(70), 70);
	run_all(d);
	cr_assert(queue_used(&rx, &head, &n));
	cr_assert_eq(head, 0);
	cr_assert_eq(n, 82);
	cr_assert_eq(g->kept->counters.failed, 1);
}

Test(net, what_the_driver_does_not_do_is_not_left_to_it)
{
	struct net_header h = { .flags = 1, .checksum_start = 34,
				.checksum_offset = 16 };
	uint32_t head, n;

	guest_reset(g);
	start(0);
	cr_assert_not(tap_fake.checksum);
	offer(0, 1600);
	tap_fake_give(0, &h, bytes(60), 60);
	run_all(d);
	cr_assert_not(queue_used(&rx, &head, &n));
	cr_assert_eq(g->kept->counters.failed, 1);
}

Test(net, frames_of_before_the_driver_are_not_for_it)
{
	uint32_t head, n;

	guest_reset(g);
	run_all(d);
	tap_fake_give(0, &plain, bytes(60), 60);
	queue_make(&rx, g, 0, 32, RINGS);
	offer(0, 1600);
	guest_start(g, ALL);
	run_all(d);
	cr_assert_not(queue_used(&rx, &head, &n));
}

Test(net, needs_a_reset_after_buffers_to_receive_that_are_bad)
{
	queue_describe(&rx, 0, GUEST_ROM, 1600, DESC_WRITE, 0);
	queue_offer(&rx, 0);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(net, needs_a_reset_after_a_first_buffer_without_room_for_a_header)
{
	offer(0, 11);
	offer(1, 1600);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(net, needs_a_reset_after_buffers_to_read_among_those_to_receive)
{
	queue_describe(&rx, 0, DATA, 1600, DESC_NEXT, 1);
	queue_describe(&rx, 1, DATA + 1600, 1600, DESC_WRITE, 0);
	queue_offer(&rx, 0);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(net, buffers_of_a_byte_hold_no_frame)
{
	uint32_t head, n;

	guest_reset(g);
	queue_make(&tx, g, 1, 32, RINGS + 0x4000);
	queue_make(&rx, g, 0, 256, RINGS);
	guest_start(g, ALL | F_MRG);
	run_all(d);
	offer(0, 12);
	for (uint16_t i = 1; i < 256; i++) {
		queue_describe(&rx, i, DATA, 1, DESC_WRITE, 0);
		queue_offer(&rx, i);
	}
	tap_fake_give(0, &plain, bytes(1500), 1500);
	run_all(d);
	cr_assert_not(queue_used(&rx, &head, &n));
	cr_assert_eq(g->kept->counters.failed, 1);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert_eq(queue_used_index(&rx), 61);
	cr_assert_not(guest_needs_reset(g));
}

/* However fast they come, other devices have their turn. */
Test(net, drops_no_more_frames_at_a_time_than_it_passes_on)
{
	struct net_header h = { .gso_type = 9 };

	tap_fake_give(0, &h, mac, sizeof(mac));
	tap_fake.n_more = 1000;
	device_run(d);
	cr_assert_geq(tap_fake.n_more, 900);
	cr_assert_geq(g->kept->counters.failed, 1);
}

Test(net, tells_the_driver_when_the_interface_is_gone)
{
	uint32_t n;

	offer(0, 1600);
	n = g->n_publishes;
	tap_fake.is_gone = true;
	run_all(d);
	cr_assert_eq(g->published->config[6], 0);
	cr_assert_eq(g->n_publishes, n + 1);
	cr_assert_eq(g->n_config_interrupts, 1);
	cr_assert_str_eq(g->said, "the interface is gone: the driver has no link");
	run_all(d);
	cr_assert_eq(g->n_config_interrupts, 1);
}

Test(net, goes_on_from_a_backend_that_was_killed)
{
	uint32_t head, n;

	send(&plain, 60);
	offer(0, 1600);
	offer(1, 1600);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(queue_used(&rx, &head, &n));
	open_net();
	run_all(d);
	tap_fake_give(0, &plain, bytes(99), 99);
	send(&plain, 61);
	run_all(d);
	cr_assert(queue_used(&rx, &head, &n));
	cr_assert_eq(head, 1);
	cr_assert_eq(n, 111);
	cr_assert_eq(tap_fake.n_sent, 2);
	cr_assert_eq(tap_fake.sent.size, 73);
	cr_assert(tap_fake.tso4);
}
