/* SPDX-License-Identifier: BSD-2-Clause */
/* Epochs, queues and features of a device, whatever its kind: a console's here. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"
#include "virtio/console.h"

#define RINGS (GUEST_BASE + 0x10000)
#define DATA (GUEST_BASE + 0x30000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)

static struct guest *g;
static struct console *con;
static struct device *d;
static struct queue typed, printed;
static int out[2];
/* Those that are "killed" stay here, so that they are no leaks. */
static struct console *opened[8];
static size_t n_opened;

static void open_console(void)
{
	struct console_end end = { .in = -1, .held = -1, .escape = -1 };

	cr_assert_eq(pipe2(out, O_NONBLOCK), 0);
	end.out = out[1];
	con = console_open(&g->place, &end);
	d = console_device(con);
	opened[n_opened++] = con;
}

static void setup(void)
{
	g = guest_new(2, 0);
	open_console();
}

TestSuite(device, .init = setup);

static void make_queues(void)
{
	queue_make(&typed, g, 0, 8, RINGS);
	queue_make(&printed, g, 1, 8, RINGS + 0x4000);
}

static void print(const char *text)
{
	memcpy(guest_at(g, DATA, 64), text, strlen(text));
	queue_describe(&printed, 0, DATA, (uint32_t)strlen(text), 0, 0);
	queue_offer(&printed, 0);
	run_all(d);
}

static void must_print(const char *text)
{
	char bytes[64];
	ssize_t n = read(out[0], bytes, sizeof(bytes));

	if (n < 0)
		n = 0;
	cr_assert_eq((size_t)n, strlen(text), "%zd bytes, not '%s'", n, text);
	cr_assert_arr_eq(bytes, text, n);
}

static bool needs_reset(void)
{
	return g->published->needs_reset &&
	       g->published->reset_epoch == g->state->epoch;
}

static void start(void)
{
	make_queues();
	guest_start(g, ALL);
	run_all(d);
}

Test(device, is_published_with_what_it_has)
{
	cr_assert_eq(g->published->is_published, 1);
	cr_assert_eq(guest_offered(g), ALL);
	cr_assert_eq(g->published->queue_size_max[0], RING_SIZE_MAX);
	cr_assert_eq(g->published->queue_size_max[1], RING_SIZE_MAX);
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
	g->state->status = 11;
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
	g->state->status |= 128;
	print("failed");
	must_print("");
}

Test(device, needs_a_reset_where_features_were_not_agreed_on)
{
	make_queues();
	guest_start(g, ALL);
	g->state->status = 4;
	print("x");
	must_print("");
	cr_assert(needs_reset());
}

Test(device, needs_a_reset_where_more_was_accepted_than_offered)
{
	make_queues();
	guest_start(g, ALL | UINT64_C(1) << 40);
	print("x");
	must_print("");
	cr_assert(needs_reset());
	cr_assert_eq(g->n_config_interrupts, 1);
	cr_assert_eq(g->kept->counters.faults, 1);
}

Test(device, needs_a_reset_by_a_driver_of_before_version_1)
{
	make_queues();
	guest_start(g, DEVICE_F_EVENT_INDEX);
	print("x");
	must_print("");
	cr_assert(needs_reset());
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
	cr_assert(needs_reset(), "%u", size);
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
	cr_assert(needs_reset());
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
	cr_assert(needs_reset());
}

Test(device, leaves_a_queue_that_is_not_ready_any_more)
{
	start();
	g->state->queues[1].is_ready = 0;
	g->state->n_changes++;
	print("no");
	must_print("");
	cr_assert_not(needs_reset());
	/* Requests of before might be under way. */
	g->state->queues[1].is_ready = 1;
	g->state->n_changes++;
	run_all(d);
	cr_assert(needs_reset());
}

Test(device, a_ring_that_breaks_is_touched_no_more)
{
	start();
	queue_describe(&printed, 0, DATA, 4, DESC_NEXT, 0);
	queue_offer(&printed, 0);
	run_all(d);
	cr_assert(needs_reset());
	print("no");
	must_print("");
	cr_assert_eq(queue_used_index(&printed), 0);
	cr_assert_eq(g->kept->counters.faults, 1);
}

/* ---- epochs ------------------------------------------------------------------ */

Test(device, works_again_after_a_reset)
{
	start();
	queue_offer(&printed, 8);
	run_all(d);
	cr_assert(needs_reset());
	guest_reset(g);
	cr_assert_not(needs_reset());
	start();
	print("again");
	must_print("again");
	cr_assert_eq(g->kept->counters.resets, 2);
}

Test(device, touches_nothing_while_a_reset_is_under_way)
{
	start();
	g->state->epoch++;
	print("no");
	must_print("");
	cr_assert_eq(queue_used_index(&printed), 0);
	cr_assert_eq(queue_available_event(&printed), 0);
}

Test(device, touches_nothing_of_an_epoch_that_is_over)
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

Test(device, forgets_the_features_of_another_epoch)
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

Test(device, goes_on_from_a_backend_that_was_killed)
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

Test(device, prints_the_rest_of_what_was_half_printed)
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

Test(device, begins_anew_where_the_epoch_is_another)
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

Test(device, still_needs_a_reset_after_a_restart)
{
	start();
	g->state->queues[1].size = 4;
	g->state->n_changes++;
	run_all(d);
	cr_assert(needs_reset());
	/* There would be nothing wrong for the next one to see. */
	g->state->queues[1].size = 8;
	open_console();
	print("no");
	must_print("");
	cr_assert(needs_reset());
}

Test(device, a_queue_that_the_killed_one_never_saw_begins_at_0)
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

Test(device, what_another_version_kept_is_cleared)
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

Test(device, needs_a_reset_where_a_restart_offers_less)
{
	make_queues();
	guest_start(g, ALL | DEVICE_F_ACCESS_PLATFORM);
	run_all(d);
	cr_assert(needs_reset());
}
