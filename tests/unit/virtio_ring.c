/* SPDX-License-Identifier: BSD-2-Clause */
/* Split virtqueues: the chains that a driver may make, and those it may not. */
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
