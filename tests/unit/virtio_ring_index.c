/* SPDX-License-Identifier: BSD-2-Clause */
/* Split virtqueues: where they are, how far they are, and who asks for interrupts. */
#include "one_ring.h"

TestSuite(ring_index, .init = setup);

/* ---- indices ---------------------------------------------------------------- */

static void offer_index(uint16_t index)
{
	queue_set_available_index(&q, index);
}

Test(ring_index, an_index_ahead_by_more_than_the_queue_breaks_it)
{
	queue_describe(&q, 0, DATA, 16, 0, 0);
	offer_index(SIZE + 1);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

Test(ring_index, an_index_that_goes_back_breaks_it)
{
	offer_index(65535);
	cr_assert_not(take());
	cr_assert(r.is_broken);
}

Test(ring_index, indices_wrap_at_65535)
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

Test(ring_index, is_full_once_around)
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

Test(ring_index, what_is_put_is_told_at_once)
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

Test(ring_index, what_is_untaken_is_taken_again)
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

Test(ring_index, has_a_size_that_is_a_power_of_two_and_not_too_large)
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

Test(ring_index, is_in_the_drivers_memory_whole)
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

Test(ring_index, the_used_ring_is_not_where_it_cannot_be_written)
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

Test(ring_index, interrupts_when_the_event_index_is_passed)
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

Test(ring_index, interrupts_once_for_many)
{
	queue_set_used_event(&q, 1);
	for (int i = 0; i < 5; i++)
		use_one();
	cr_assert(ring_wants_interrupt(&r));
	cr_assert_not(ring_wants_interrupt(&r));
}

Test(ring_index, without_event_index_a_flag_says_whether)
{
	uint16_t *flags = guest_at(g, q.driver, 2);

	cr_assert(open_with(0));
	use_one();
	cr_assert(ring_wants_interrupt(&r));
	*flags = 1;
	use_one();
	cr_assert_not(ring_wants_interrupt(&r));
}

Test(ring_index, asks_for_notifications_of_what_it_has_not_seen)
{
	use_one();
	cr_assert_not(take());
	cr_assert_not(ring_notify_on(&r));
	cr_assert_eq(queue_available_event(&q), 1);
	queue_offer(&q, 0);
	cr_assert(ring_notify_on(&r));
}

Test(ring_index, does_not_ask_again_for_what_it_left)
{
	queue_describe(&q, 0, DATA, 16, 0, 0);
	queue_offer(&q, 0);
	cr_assert(take());
	ring_untake(&r, 1);
	cr_assert_not(ring_notify_on(&r));
	queue_offer(&q, 0);
	cr_assert(ring_notify_on(&r));
}

Test(ring_index, without_event_index_a_flag_turns_notifications_off)
{
	const uint16_t *flags = guest_at(g, q.device, 2);

	cr_assert(open_with(0));
	ring_notify_off(&r);
	cr_assert_eq(*flags, 1);
	cr_assert_not(ring_notify_on(&r));
	cr_assert_eq(*flags, 0);
}
