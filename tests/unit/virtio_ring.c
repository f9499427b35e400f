/* SPDX-License-Identifier: BSD-2-Clause */
/* Split virtqueues: what a driver may do, and what it may not. */
#include <string.h>

#include "one_ring.h"

TestSuite(ring, .init = setup);

/* ---- chains ----------------------------------------------------------------- */

Test(ring, takes_what_is_offered_once)
{
	queue_describe(&q, 3, DATA, 16, DESC_NEXT, 5);
	queue_describe(&q, 5, DATA + 0x100, 32, DESC_WRITE, 0);
	cr_assert_not(take());
	queue_offer(&q, 3);
	cr_assert(take());
	cr_assert_eq(c.head, 3);
	cr_assert_eq(c.n_segments, 2);
	cr_assert_eq(c.n_readable, 1);
	cr_assert_eq(c.readable_size, 16);
	cr_assert_eq(c.writable_size, 32);
	cr_assert_not(c.is_bad);
	cr_assert_eq(c.segments[0].at, guest_at(g, DATA, 16));
	cr_assert_not(take());
	cr_assert_not(r.is_broken);
}

Test(ring, copies_bytes_across_segments)
{
	uint8_t bytes[24];

	for (int i = 0; i < 3; i++)
		queue_describe(&q, (uint16_t)i, DATA + 0x100u * (unsigned)i, 7,
			       DESC_NEXT, (uint16_t)(i + 1));
	queue_describe(&q, 3, DATA + 0x800, 5, DESC_WRITE | DESC_NEXT, 4);
	queue_describe(&q, 4, DATA + 0x900, 5, DESC_WRITE, 0);
	memcpy(guest_at(g, DATA, 7), "abcdefg", 7);
	memcpy(guest_at(g, DATA + 0x100, 7), "hijklmn", 7);
	memcpy(guest_at(g, DATA + 0x200, 7), "opqrstu", 7);
	queue_offer(&q, 0);
	cr_assert(take());
	cr_assert_eq(ring_read(&c, 0, bytes, 24), 21);
	cr_assert_arr_eq(bytes, "abcdefghijklmnopqrstu", 21);
	cr_assert_eq(ring_read(&c, 5, bytes, 4), 4);
	cr_assert_arr_eq(bytes, "fghi", 4);
	cr_assert_eq(ring_read(&c, 21, bytes, 1), 0);
	cr_assert_eq(ring_write(&c, 3, "wxyz", 4), 4);
	cr_assert_arr_eq(guest_at(g, DATA + 0x803, 2), "wx", 2);
	cr_assert_arr_eq(guest_at(g, DATA + 0x900, 2), "yz", 2);
	cr_assert_eq(ring_write(&c, 8, "wxyz", 4), 2);
	cr_assert_eq(ring_last(&c), guest_at(g, DATA + 0x904, 1));
}

static void must_break(void)
{
	queue_offer(&q, 0);
	cr_assert_not(take());
	cr_assert(r.is_broken);
	cr_assert_not(take());
}

Test(ring, a_descriptor_that_follows_itself_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, DESC_NEXT, 0);
	must_break();
}

Test(ring, a_loop_of_two_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, DESC_NEXT, 1);
	queue_describe(&q, 1, DATA, 16, DESC_NEXT, 0);
	must_break();
}

Test(ring, a_chain_is_as_long_as_the_queue_and_no_longer)
{
	for (uint16_t i = 0; i < SIZE - 1; i++)
		queue_describe(&q, i, DATA, 16, DESC_NEXT, (uint16_t)(i + 1));
	queue_describe(&q, SIZE - 1, DATA, 16, 0, 0);
	queue_offer(&q, 0);
	cr_assert(take());
	cr_assert_eq(c.n_segments, SIZE);
	queue_describe(&q, SIZE - 1, DATA, 16, DESC_NEXT, 1);
	must_break();
}

Test(ring, a_next_outside_the_table_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, DESC_NEXT, SIZE);
	must_break();
}

Test(ring, a_next_of_65535_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, DESC_NEXT, 65535);
	must_break();
}

Test(ring, a_head_outside_the_table_breaks_it)
{
	queue_offer(&q, SIZE);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

Test(ring, readable_behind_writable_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, DESC_WRITE | DESC_NEXT, 1);
	queue_describe(&q, 1, DATA, 16, 0, 0);
	must_break();
}

static void must_be_bad(uint64_t address, uint32_t size, uint16_t flags)
{
	queue_describe(&q, 0, address, size, flags, 0);
	queue_offer(&q, 0);
	cr_assert(take(), "%lx", (unsigned long)address);
	cr_assert(c.is_bad, "%lx", (unsigned long)address);
	cr_assert_null(c.segments[0].at);
	cr_assert_null(ring_last(&c));
}

Test(ring, buffers_outside_the_memory_are_bad)
{
	must_be_bad(0, 16, 0);
	must_be_bad(GUEST_BASE - 1, 16, 0);
	must_be_bad(GUEST_NEXT - 1, 2, 0);
	must_be_bad(GUEST_NEXT + GUEST_NEXT_SIZE, 1, DESC_WRITE);
	must_be_bad(UINT64_MAX, 16, 0);
	must_be_bad(UINT64_MAX - 15, 16, 0);
	must_be_bad(DATA, 0, 0);
	must_be_bad(DATA, UINT32_MAX, DESC_WRITE);
	must_be_bad(GUEST_ROM, 16, DESC_WRITE);
	cr_assert_not(r.is_broken);
}

/* ---- indirect --------------------------------------------------------------- */

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags, next;
};

static struct descriptor *table(void)
{
	return guest_at(g, TABLE, 0x8000);
}

static void point_to_table(uint32_t n)
{
	queue_describe(&q, 0, TABLE, 16 * n, DESC_INDIRECT, 0);
}

Test(ring, an_indirect_table_is_a_chain)
{
	table()[0] = (struct descriptor){ DATA, 16, DESC_NEXT, 2 };
	table()[2] = (struct descriptor){ DATA + 64, 8, DESC_WRITE, 0 };
	point_to_table(3);
	queue_offer(&q, 0);
	cr_assert(take());
	cr_assert_eq(c.n_segments, 2);
	cr_assert_eq(c.readable_size, 16);
	cr_assert_eq(c.writable_size, 8);
}

Test(ring, an_indirect_table_may_follow_descriptors)
{
	table()[0] = (struct descriptor){ DATA + 64, 8, DESC_WRITE, 0 };
	queue_describe(&q, 0, DATA, 16, DESC_NEXT, 1);
	queue_describe(&q, 1, TABLE, 16, DESC_INDIRECT, 0);
	queue_offer(&q, 0);
	cr_assert(take());
	cr_assert_eq(c.n_segments, 2);
}

Test(ring, an_indirect_table_is_larger_than_the_queue_but_not_than_any)
{
	for (uint16_t i = 0; i < RING_SIZE_MAX; i++)
		table()[i] = (struct descriptor){ DATA, 4, DESC_NEXT,
						  (uint16_t)(i + 1) };
	table()[RING_SIZE_MAX - 1].flags = 0;
	point_to_table(RING_SIZE_MAX);
	queue_offer(&q, 0);
	cr_assert(take());
	cr_assert_eq(c.n_segments, RING_SIZE_MAX);
	point_to_table(RING_SIZE_MAX + 1);
	must_break();
}

Test(ring, descriptors_and_their_table_are_one_chain)
{
	for (uint16_t i = 0; i < RING_SIZE_MAX; i++)
		table()[i] = (struct descriptor){ DATA, 4, DESC_NEXT,
						  (uint16_t)(i + 1) };
	table()[RING_SIZE_MAX - 1].flags = 0;
	queue_describe(&q, 0, DATA, 16, DESC_NEXT, 1);
	queue_describe(&q, 1, TABLE, 16 * RING_SIZE_MAX, DESC_INDIRECT, 0);
	must_break();
}

Test(ring, a_loop_in_an_indirect_table_breaks_it)
{
	table()[0] = (struct descriptor){ DATA, 16, DESC_NEXT, 1 };
	table()[1] = (struct descriptor){ DATA, 16, DESC_NEXT, 0 };
	point_to_table(2);
	must_break();
}

Test(ring, a_table_in_a_table_breaks_it)
{
	table()[0] = (struct descriptor){ TABLE, 16, DESC_INDIRECT, 0 };
	point_to_table(1);
	must_break();
}

Test(ring, a_table_that_goes_on_breaks_it)
{
	table()[0] = (struct descriptor){ DATA, 16, 0, 0 };
	queue_describe(&q, 0, TABLE, 16, DESC_INDIRECT | DESC_NEXT, 1);
	must_break();
}

Test(ring, a_table_of_no_entries_breaks_it)
{
	point_to_table(0);
	must_break();
}

Test(ring, a_table_of_half_an_entry_breaks_it)
{
	queue_describe(&q, 0, TABLE, 24, DESC_INDIRECT, 0);
	must_break();
}

Test(ring, a_table_outside_the_memory_breaks_it)
{
	queue_describe(&q, 0, GUEST_NEXT - 8, 16, DESC_INDIRECT, 0);
	must_break();
}

Test(ring, a_next_outside_an_indirect_table_breaks_it)
{
	table()[0] = (struct descriptor){ DATA, 16, DESC_NEXT, 1 };
	point_to_table(1);
	must_break();
}

Test(ring, a_table_that_was_not_agreed_on_breaks_it)
{
	cr_assert(open_with(0));
	table()[0] = (struct descriptor){ DATA, 16, 0, 0 };
	point_to_table(1);
	must_break();
}

/* ---- indices ---------------------------------------------------------------- */

static void offer_index(uint16_t index)
{
	queue_set_available_index(&q, index);
}

Test(ring, an_index_ahead_by_more_than_the_queue_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, 0, 0);
	offer_index(SIZE + 1);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

Test(ring, an_index_that_goes_back_breaks_it)
{
	offer_index(65535);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

Test(ring, indices_wrap_at_65535)
{
	uint32_t head, n;

	queue_describe(&q, 2, DATA, 16, DESC_WRITE, 0);
	for (uint32_t i = 0; i < 3 * 65536 / 2; i++) {
		queue_offer(&q, 2);
		cr_assert(take());
		cr_assert_not(take());
		ring_put(&r, c.head, i);
		ring_tell(&r);
		cr_assert(queue_used(&q, &head, &n));
		cr_assert_eq(head, 2);
		cr_assert_eq(n, i);
		cr_assert_not(queue_used(&q, &head, &n));
	}
}

Test(ring, is_full_once_around)
{
	for (uint16_t i = 0; i < SIZE; i++) {
		queue_describe(&q, i, DATA, 16, 0, 0);
		queue_offer(&q, i);
	}
	for (uint16_t i = 0; i < SIZE; i++) {
		cr_assert(take());
		cr_assert_eq(c.head, i);
	}
	cr_assert_not(take());
	cr_assert_not(r.is_broken);
}

Test(ring, what_is_put_is_told_at_once)
{
	uint32_t head, n;

	for (uint16_t i = 0; i < 3; i++) {
		queue_describe(&q, i, DATA, 16, 0, 0);
		queue_offer(&q, i);
		cr_assert(take());
		ring_put(&r, i, i);
	}
	cr_assert_not(queue_used(&q, &head, &n));
	ring_tell(&r);
	cr_assert_eq(queue_used_index(&q), 3);
}

Test(ring, what_is_untaken_is_taken_again)
{
	queue_describe(&q, 4, DATA, 16, 0, 0);
	queue_describe(&q, 5, DATA, 16, 0, 0);
	queue_offer(&q, 4);
	queue_offer(&q, 5);
	cr_assert(take() && take());
	ring_untake(&r, 2);
	cr_assert(take());
	cr_assert_eq(c.head, 4);
}

/* ---- opening ---------------------------------------------------------------- */

static bool opens(struct hv_virtio_queue w)
{
	return ring_open(&r, &g->place.memory, &w, RING_SIZE_MAX, 0);
}

Test(ring, has_a_size_that_is_a_power_of_two_and_not_too_large)
{
	struct hv_virtio_queue w = g->state->queues[0];
	static const uint32_t bad[] = { 0, 3, 7, 255, 512, 1024, 32768, 65536,
					UINT32_MAX, 0x80000000 };

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		w.size = bad[i];
		cr_assert_not(opens(w), "%u", bad[i]);
	}
	for (w.size = 1; w.size <= RING_SIZE_MAX; w.size *= 2)
		cr_assert(opens(w), "%u", w.size);
}

Test(ring, is_in_the_drivers_memory_whole)
{
	const struct hv_virtio_queue good = g->state->queues[0];
	static const uint64_t bad[] = {
		0, 1, GUEST_BASE - 16, GUEST_NEXT - 16, UINT64_MAX,
		UINT64_MAX - 15, GUEST_NEXT + GUEST_NEXT_SIZE, GUEST_BASE + 1,
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct hv_virtio_queue w = good;

		w.descriptors = bad[i];
		cr_assert_not(opens(w), "%zu", i);
		w = good;
		w.driver = bad[i];
		cr_assert_not(opens(w), "%zu", i);
		w = good;
		w.device = bad[i];
		cr_assert_not(opens(w), "%zu", i);
	}
}

Test(ring, the_used_ring_is_not_where_it_cannot_be_written)
{
	struct hv_virtio_queue w = g->state->queues[0];

	w.descriptors = GUEST_ROM;
	w.driver = GUEST_ROM + 0x400;
	cr_assert(opens(w));
	w.device = GUEST_ROM + 0x800;
	cr_assert_not(opens(w));
}

/* ---- suppression ------------------------------------------------------------ */

static void use_one(void)
{
	queue_describe(&q, 0, DATA, 16, 0, 0);
	queue_offer(&q, 0);
	cr_assert(take());
	ring_put(&r, 0, 0);
	ring_tell(&r);
}

Test(ring, interrupts_when_the_event_index_is_passed)
{
	queue_set_used_event(&q, 2);
	cr_assert_not(ring_wants_interrupt(&r));
	use_one();
	cr_assert_not(ring_wants_interrupt(&r));
	use_one();
	cr_assert_not(ring_wants_interrupt(&r));
	use_one();
	cr_assert(ring_wants_interrupt(&r));
	cr_assert_not(ring_wants_interrupt(&r));
	use_one();
	cr_assert_not(ring_wants_interrupt(&r));
}

Test(ring, interrupts_once_for_many)
{
	queue_set_used_event(&q, 1);
	for (int i = 0; i < 5; i++)
		use_one();
	cr_assert(ring_wants_interrupt(&r));
	cr_assert_not(ring_wants_interrupt(&r));
}

Test(ring, without_event_index_a_flag_says_whether)
{
	uint16_t *flags = guest_at(g, q.driver, 2);

	cr_assert(open_with(0));
	use_one();
	cr_assert(ring_wants_interrupt(&r));
	*flags = 1;
	use_one();
	cr_assert_not(ring_wants_interrupt(&r));
}

Test(ring, asks_for_notifications_of_what_it_has_not_seen)
{
	use_one();
	cr_assert_not(take());
	cr_assert_not(ring_notify_on(&r));
	cr_assert_eq(queue_available_event(&q), 1);
	queue_offer(&q, 0);
	cr_assert(ring_notify_on(&r));
}

Test(ring, does_not_ask_again_for_what_it_left)
{
	queue_describe(&q, 0, DATA, 16, 0, 0);
	queue_offer(&q, 0);
	cr_assert(take());
	ring_untake(&r, 1);
	cr_assert_not(ring_notify_on(&r));
	queue_offer(&q, 0);
	cr_assert(ring_notify_on(&r));
}

Test(ring, without_event_index_a_flag_turns_notifications_off)
{
	const uint16_t *flags = guest_at(g, q.device, 2);

	cr_assert(open_with(0));
	ring_notify_off(&r);
	cr_assert_eq(*flags, 1);
	cr_assert_not(ring_notify_on(&r));
	cr_assert_eq(*flags, 0);
}
