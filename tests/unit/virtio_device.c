/* SPDX-License-Identifier: BSD-2-Clause */
/* Queues and features of a device, whatever its kind. */
#include "one_device.h"

TestSuite(device, .init = setup);

Test(device, is_published_with_what_it_has)
{
	cr_assert_eq(g->published->is_published, 1);
	cr_assert_eq(guest_offered(g), ALL);
	cr_assert_eq(g->published->queue_size_max[0], 64);
	cr_assert_eq(g->published->queue_size_max[1], 64);
	cr_assert_eq(g->published->queue_size_max[2], 0);
}

Test(device, asks_for_the_platforms_addresses_with_bounce)
{
	struct guest *other = guest_new(2, HV_VIRTIO_BOUNCE);
	struct console_end end = { .in = -1, .out = -1, .held = -1, .escape = -1 };

	opened[n_opened++] = console_open(&other->place, &end);
	cr_assert(guest_offered(other) & DEVICE_F_ACCESS_PLATFORM);
}

Test(device, works_when_the_driver_is_ready)
{
	start();
	print("hello");
	must_print("hello");
	cr_assert_eq(g->n_used_interrupts, 1);
	cr_assert_eq(g->kept->counters.notifications, 1);
	cr_assert_eq(g->kept->counters.interrupts, 1);
	cr_assert_eq(g->kept->counters.requests, 1);
	cr_assert_eq(g->kept->counters.bytes_out, 5);
}

/* ---- before it is ------------------------------------------------------------ */

Test(device, touches_nothing_before_driver_ok)
{
	make_queues();
	g->state->driver_features[0] = (uint32_t)ALL;
	g->state->driver_features[1] = (uint32_t)(ALL >> 32);
	g->state->registers.status = 11;
	print("early");
	must_print("");
	cr_assert_eq(queue_used_index(&printed), 0);
	guest_start(g, ALL);
	run_all(d);
	must_print("early");
}

Test(device, touches_nothing_of_a_driver_that_failed)
{
	make_queues();
	guest_start(g, ALL);
	g->state->registers.status |= 128;
	print("failed");
	must_print("");
}

Test(device, needs_a_reset_where_features_were_not_agreed_on)
{
	make_queues();
	guest_start(g, ALL);
	g->state->registers.status = 4;
	print("x");
	must_print("");
	cr_assert(guest_needs_reset(g));
}

Test(device, needs_a_reset_where_more_was_accepted_than_offered)
{
	make_queues();
	guest_start(g, ALL | UINT64_C(1) << 40);
	print("x");
	must_print("");
	cr_assert(guest_needs_reset(g));
	cr_assert_eq(g->n_config_interrupts, 1);
	cr_assert_eq(g->kept->counters.faults, 1);
}

Test(device, needs_a_reset_by_a_driver_of_before_version_1)
{
	make_queues();
	guest_start(g, DEVICE_F_EVENT_INDEX);
	print("x");
	must_print("");
	cr_assert(guest_needs_reset(g));
}

/* ---- queues ------------------------------------------------------------------ */

Test(device, follows_a_queue_that_becomes_ready_later)
{
	queue_make(&typed, g, 0, 8, RINGS);
	guest_start(g, ALL);
	run_all(d);
	queue_make(&printed, g, 1, 8, RINGS + 0x4000);
	print("late");
	must_print("late");
}

static void must_refuse_queue(uint32_t size)
{
	make_queues();
	g->state->queues[1].size = size;
	guest_start(g, ALL);
	run_all(d);
	cr_assert(guest_needs_reset(g), "%u", size);
	guest_reset(g);
}

Test(device, needs_a_reset_after_a_queue_of_no_possible_size)
{
	must_refuse_queue(0);
	must_refuse_queue(3);
	must_refuse_queue(RING_SIZE_MAX * 2);
	must_refuse_queue(UINT32_MAX);
	start();
	print("good");
	must_print("good");
}

Test(device, needs_a_reset_after_rings_elsewhere)
{
	make_queues();
	g->state->queues[1].device = GUEST_ROM;
	guest_start(g, ALL);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(device, needs_a_reset_when_a_ready_queue_moves)
{
	start();
	print("before");
	must_print("before");
	g->state->queues[1].descriptors += 0x100;
	g->state->n_changes++;
	print("behind");
	must_print("");
	cr_assert(guest_needs_reset(g));
}

Test(device, leaves_a_queue_that_is_not_ready_any_more)
{
	start();
	g->state->queues[1].is_ready = 0;
	g->state->n_changes++;
	print("no");
	must_print("");
	cr_assert_not(guest_needs_reset(g));
	/* Requests of before might be under way. */
	g->state->queues[1].is_ready = 1;
	g->state->n_changes++;
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(device, a_ring_that_breaks_is_touched_no_more)
{
	start();
	queue_describe(&printed, 0, DATA, 4, DESC_NEXT, 0);
	queue_offer(&printed, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
	print("no");
	must_print("");
	cr_assert_eq(queue_used_index(&printed), 0);
	cr_assert_eq(g->kept->counters.faults, 1);
}
