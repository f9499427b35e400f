/* SPDX-License-Identifier: BSD-2-Clause */
/* Epochs of a device, and backends that follow one another, whatever its kind. */
#include "one_device.h"

TestSuite(device_lives, .init = setup);

/* ---- epochs ------------------------------------------------------------------ */

Test(device_lives, works_again_after_a_reset)
{
	start();
	queue_offer(&printed, 8);
	run_all(d);
	cr_assert(guest_needs_reset(g));
	guest_reset(g);
	cr_assert_not(guest_needs_reset(g));
	start();
	print("again");
	must_print("again");
	cr_assert_eq(g->kept->counters.resets, 2);
}

Test(device_lives, touches_nothing_while_a_reset_is_under_way)
{
	start();
	g->state->epoch++;
	print("no");
	must_print("");
	cr_assert_eq(queue_used_index(&printed), 0);
	cr_assert_eq(queue_available_event(&printed), 0);
}

Test(device_lives, touches_nothing_of_an_epoch_that_is_over)
{
	struct ring_chain chain;

	start();
	queue_describe(&printed, 0, DATA, 4, 0, 0);
	queue_offer(&printed, 0);
	/* It ends between what the device looked at and what it does. */
	g->state->epoch += 2;
	cr_assert_not(device_serves(d, 1));
	cr_assert_not(device_take(d, 1, &chain));
	device_put(d, 1, 0, 0);
	device_tell(d, 1);
	device_fault(d);
	cr_assert_eq(queue_used_index(&printed), 0);
	cr_assert_eq(g->n_used_interrupts, 0);
	cr_assert_eq(g->published->needs_reset, 0);
	cr_assert_not(device_rest(d));
}

Test(device_lives, forgets_the_features_of_another_epoch)
{
	start();
	cr_assert(device_has(d, DEVICE_F_INDIRECT));
	guest_reset(g);
	make_queues();
	guest_start(g, DEVICE_F_VERSION_1);
	run_all(d);
	cr_assert_not(device_has(d, DEVICE_F_INDIRECT));
}

/* ---- another backend --------------------------------------------------------- */

Test(device_lives, goes_on_from_a_backend_that_was_killed)
{
	start();
	print("one");
	must_print("one");
	open_console();
	print("two");
	must_print("two");
	cr_assert_eq(queue_used_index(&printed), 2);
	cr_assert_eq(g->kept->counters.restarts, 1);
	cr_assert_eq(g->kept->counters.requests, 2);
	/* The killed one may not have come so far. */
	cr_assert_geq(g->n_used_interrupts, 2);
}

Test(device_lives, prints_the_rest_of_what_was_half_printed)
{
	start();
	print("one");
	must_print("one");
	memcpy(guest_at(g, DATA, 6), "sixsix", 6);
	queue_describe(&printed, 1, DATA, 6, 0, 0);
	queue_offer(&printed, 1);
	g->kept->printed = UINT64_C(1) << 48 | 2;
	open_console();
	run_all(d);
	must_print("xsix");
	print("all");
	must_print("all");
}

Test(device_lives, begins_anew_where_the_epoch_is_another)
{
	start();
	print("one");
	must_print("one");
	guest_reset(g);
	open_console();
	start();
	print("two");
	must_print("two");
	cr_assert_eq(queue_used_index(&printed), 1);
	cr_assert_eq(g->kept->counters.restarts, 0);
}

Test(device_lives, still_needs_a_reset_after_a_restart)
{
	start();
	g->state->queues[1].size = 4;
	g->state->n_changes++;
	run_all(d);
	cr_assert(guest_needs_reset(g));
	/* There would be nothing wrong for the next one to see. */
	g->state->queues[1].size = 8;
	open_console();
	print("no");
	must_print("");
	cr_assert(guest_needs_reset(g));
}

Test(device_lives, a_queue_that_the_killed_one_never_saw_begins_at_0)
{
	queue_make(&typed, g, 0, 8, RINGS);
	guest_start(g, ALL);
	run_all(d);
	open_console();
	queue_make(&printed, g, 1, 8, RINGS + 0x4000);
	/* Nothing promises what the index is before the device has been there. */
	*(uint16_t *)guest_at(g, printed.device + 2, 2) = 77;
	print("first");
	must_print("first");
	cr_assert_eq(queue_used_index(&printed), 1);
}

Test(device_lives, what_another_version_kept_is_cleared)
{
	start();
	print("one");
	must_print("one");
	guest_reset(g);
	memset(g->kept, 0x5a, sizeof(*g->kept));
	open_console();
	cr_assert_eq(g->kept->magic, KEPT_MAGIC);
	cr_assert_eq(g->kept->counters.requests, 0);
	start();
	print("two");
	must_print("two");
}

/* As when the root cell has ended, and begun again: which requests of those that the
 * rings still show are done with, nobody knows. */
Test(device_lives, needs_a_reset_where_what_was_kept_is_gone)
{
	start();
	print("one");
	must_print("one");
	memset(g->published, 0, HV_VIRTIO_SIZE);
	open_console();
	print("two");
	must_print("");
	cr_assert(guest_needs_reset(g));
	cr_assert_eq(g->kept->counters.faults, 0);
	cr_assert_str_eq(g->said, "what a backend knew of its driver is gone:"
			 " nothing more until it resets the device");
	guest_reset(g);
	start();
	print("three");
	must_print("three");
	cr_assert_not(guest_needs_reset(g));
}

/* It has agreed to what an earlier life offered, and asked for nothing yet. */
Test(device_lives, goes_on_with_a_driver_that_asked_for_nothing_yet)
{
	make_queues();
	g->state->registers.status = 11;
	run_all(d);
	memset(g->published, 0, HV_VIRTIO_SIZE);
	open_console();
	run_all(d);
	guest_start(g, ALL);
	print("one");
	must_print("one");
	cr_assert_not(guest_needs_reset(g));
}

Test(device_lives, needs_a_reset_where_a_restart_offers_less)
{
	make_queues();
	guest_start(g, ALL | DEVICE_F_ACCESS_PLATFORM);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}
