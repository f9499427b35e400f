/* SPDX-License-Identifier: BSD-2-Clause */
/* Net: several pairs of queues, and the control queue. */
#include "one_net.h"

TestSuite(net_pairs, .init = setup);

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

Test(net_pairs, serves_as_many_pairs_as_the_driver_asks_for)
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

Test(net_pairs, refuses_other_commands)
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
	cr_assert_not(guest_needs_reset(g));
}

Test(net_pairs, without_pairs_the_control_queue_is_the_third)
{
	start_pairs(F_CTRL);
	control = rx1;
	cr_assert_eq(command(4, 0, 1, 4), 1);
}

Test(net_pairs, a_command_without_room_for_an_answer_needs_a_reset)
{
	start_pairs(F_CTRL | F_MQ);
	queue_describe(&control, 0, DATA, 4, 0, 0);
	queue_offer(&control, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}
