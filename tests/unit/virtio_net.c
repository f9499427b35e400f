/* SPDX-License-Identifier: BSD-2-Clause */
/* Net: frames both ways, on a tap of the test's; and drivers that lie. */
#include <criterion/criterion.h>

#include <string.h>

#include "guest.h"
#include "tap_fake.h"
#include "virtio/net.h"

#define RINGS (GUEST_BASE + 0x10000)
#define DATA (GUEST_BASE + 0x40000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define F_CSUM (UINT64_C(1) << 0)
#define F_GUEST_CSUM (UINT64_C(1) << 1)
#define F_GUEST_TSO4 (UINT64_C(1) << 7)
#define F_HOST_TSO4 (UINT64_C(1) << 11)
#define F_MRG (UINT64_C(1) << 15)
#define F_CTRL (UINT64_C(1) << 17)
#define F_MQ (UINT64_C(1) << 22)

static const uint8_t mac[6] = { 0x52, 0x54, 0, 0, 0, 0x10 };
static const struct net_header plain;

static struct guest *g;
static struct device *d;
static struct queue rx, tx;
/* Those that are "killed" stay here, so that they are no leaks. */
static struct net *opened[8];
static size_t n_opened;

static void open_net(void)
{
	struct net_options options = { .tap = "tap0" };
	struct net *n;

	memcpy(options.mac, mac, sizeof(mac));
	n = net_open(&g->place, &options);
	cr_assert(n);
	d = net_device(n);
	opened[n_opened++] = n;
}

static void start(uint64_t features)
{
	queue_make(&rx, g, 0, 32, RINGS);
	queue_make(&tx, g, 1, 32, RINGS + 0x4000);
	guest_start(g, ALL | features);
	run_all(d);
}

static void setup(void)
{
	tap_fake_reset();
	g = guest_new(2, 0);
	open_net();
	start(F_CSUM | F_HOST_TSO4 | F_GUEST_CSUM | F_GUEST_TSO4 | F_MRG);
}

TestSuite(net, .init = setup);

static bool needs_reset(void)
{
	return g->published->needs_reset &&
	       g->published->reset_epoch == g->state->epoch;
}

static uint8_t *data(void)
{
	return guest_at(g, DATA, 0x40000);
}

/* A frame of `size` bytes behind the header, in one buffer. */
static void send(const struct net_header *h, uint32_t size)
{
	uint32_t head, n;

	memcpy(data(), h, sizeof(*h));
	for (uint32_t i = 0; i < size; i++)
		data()[12 + i] = (uint8_t)(i * 5 + 1);
	queue_describe(&tx, 0, DATA, 12 + size, 0, 0);
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert(queue_used(&tx, &head, &n));
	cr_assert_eq(n, 0);
}

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
	cr_assert_not(needs_reset());
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
	cr_assert_not(needs_reset());
}

Test(net, needs_a_reset_after_buffers_to_write_among_those_to_send)
{
	queue_describe(&tx, 0, DATA, 72, DESC_WRITE, 0);
	queue_offer(&tx, 0);
	run_all(d);
	cr_assert(needs_reset());
}

/* ---- receiving --------------------------------------------------------------- */

static const uint8_t *bytes(size_t size)
{
	static uint8_t frame[NET_FRAME_MAX];

	for (size_t i = 0; i < size; i++)
		frame[i] = (uint8_t)(i * 3 + i / 256);
	return frame;
}

static void offer(uint16_t i, uint32_t size)
{
	queue_describe(&rx, i, DATA + 0x1000u * i, size, DESC_WRITE, 0);
	queue_offer(&rx, i);
}

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
	cr_assert(needs_reset());
}

Test(net, needs_a_reset_after_a_first_buffer_without_room_for_a_header)
{
	offer(0, 11);
	offer(1, 1600);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(needs_reset());
}

Test(net, needs_a_reset_after_buffers_to_read_among_those_to_receive)
{
	queue_describe(&rx, 0, DATA, 1600, DESC_NEXT, 1);
	queue_describe(&rx, 1, DATA + 1600, 1600, DESC_WRITE, 0);
	queue_offer(&rx, 0);
	tap_fake_give(0, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(needs_reset());
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
	cr_assert_not(needs_reset());
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
	uint32_t generation = g->published->config_generation;

	offer(0, 1600);
	tap_fake.is_gone = true;
	run_all(d);
	cr_assert_eq(g->published->config[6], 0);
	cr_assert_neq(g->published->config_generation, generation);
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

/* ---- several pairs ----------------------------------------------------------- */

static struct queue control, rx1, tx1;

static void start_pairs(uint64_t features)
{
	tap_fake_reset();
	g = guest_new(5, 0);
	open_net();
	queue_make(&rx1, g, 2, 32, RINGS + 0x8000);
	queue_make(&tx1, g, 3, 32, RINGS + 0xc000);
	queue_make(&control, g, 4, 32, RINGS + 0x10000);
	start(features | F_MRG);
}

static int command(uint8_t class, uint8_t order, uint16_t value, uint32_t size)
{
	uint32_t head, n;

	data()[0] = class;
	data()[1] = order;
	memcpy(data() + 2, &value, 2);
	data()[16] = 0xee;
	queue_describe(&control, 0, DATA, size, DESC_NEXT, 1);
	queue_describe(&control, 1, DATA + 16, 1, DESC_WRITE, 0);
	queue_offer(&control, 0);
	run_all(d);
	return queue_used(&control, &head, &n) ? data()[16] : -1;
}

Test(net, serves_as_many_pairs_as_the_driver_asks_for)
{
	uint32_t head, n;

	start_pairs(F_CTRL | F_MQ);
	cr_assert_eq(g->published->config[8], 2);
	cr_assert(tap_fake.is_attached[0]);
	cr_assert_not(tap_fake.is_attached[1]);
	cr_assert_eq(command(4, 0, 2, 4), 0);
	cr_assert(tap_fake.is_attached[1]);
	queue_describe(&rx1, 0, DATA, 1600, DESC_WRITE, 0);
	queue_offer(&rx1, 0);
	tap_fake_give(1, &plain, bytes(60), 60);
	run_all(d);
	cr_assert(queue_used(&rx1, &head, &n));
	tx = tx1;
	send(&plain, 60);
	cr_assert_eq(tap_fake.n_sent, 1);
	/* The next backend serves as many. */
	open_net();
	run_all(d);
	cr_assert(tap_fake.is_attached[1]);
	cr_assert_eq(command(4, 0, 1, 4), 0);
	cr_assert_not(tap_fake.is_attached[1]);
}

Test(net, refuses_other_commands)
{
	start_pairs(F_CTRL | F_MQ);
	cr_assert_eq(command(4, 0, 0, 4), 1);
	cr_assert_eq(command(4, 0, 3, 4), 1);
	cr_assert_eq(command(4, 0, 65535, 4), 1);
	cr_assert_eq(command(4, 1, 1, 4), 1);
	cr_assert_eq(command(0, 0, 1, 4), 1);
	cr_assert_eq(command(4, 0, 1, 3), 1);
	cr_assert_eq(command(4, 0, 1, 1), 1);
	cr_assert_eq(command(4, 0, 1, 5), 1);
	cr_assert_not(needs_reset());
}

Test(net, without_pairs_the_control_queue_is_the_third)
{
	start_pairs(F_CTRL);
	control = rx1;
	cr_assert_eq(command(4, 0, 1, 4), 1);
}

Test(net, a_command_without_room_for_an_answer_needs_a_reset)
{
	start_pairs(F_CTRL | F_MQ);
	queue_describe(&control, 0, DATA, 4, 0, 0);
	queue_offer(&control, 0);
	run_all(d);
	cr_assert(needs_reset());
}
