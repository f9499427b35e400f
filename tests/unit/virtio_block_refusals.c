/* SPDX-License-Identifier: BSD-2-Clause */
/* Block: what it does for no driver. */
#include "one_block.h"

TestSuite(block_refusals, .init = setup);

Test(block_refusals, refuses_sectors_outside)
{
	static const uint64_t bad[] = {
		N_SECTORS, N_SECTORS + 1, UINT64_C(1) << 55, UINT64_C(1) << 63,
		UINT64_MAX, UINT64_MAX / 512, UINT64_MAX / 512 + 1,
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		cr_assert_eq(do_one(T_IN, bad[i], 512), IOERR, "%zu", i);
		cr_assert_eq(do_one(T_OUT, bad[i], 512), IOERR, "%zu", i);
		cr_assert_eq(do_clear(T_DISCARD, bad[i], 1, 0), IOERR, "%zu", i);
		cr_assert_eq(do_clear(T_ZEROES, bad[i], 1, 1), IOERR, "%zu", i);
	}
	cr_assert_eq(store_fake.n_writes + store_fake.n_clears, 0);
}

Test(block_refusals, refuses_sizes_that_are_no_sectors)
{
	cr_assert_eq(do_one(T_IN, 0, 511), IOERR);
	cr_assert_eq(do_one(T_OUT, 0, 513), IOERR);
	cr_assert_eq(do_one(T_IN, 0, 0), IOERR);
	cr_assert_eq(do_one(T_OUT, 0, 0), IOERR);
	cr_assert_eq(store_fake.n_writes, 0);
}

Test(block_refusals, refuses_ranges_to_clear)
{
	cr_assert_eq(do_clear(T_DISCARD, 0, 0, 0), IOERR);
	cr_assert_eq(do_clear(T_DISCARD, 0, UINT32_MAX, 0), IOERR);
	cr_assert_eq(do_clear(T_DISCARD, 1, (uint32_t)N_SECTORS, 0), IOERR);
	cr_assert_eq(do_clear(T_DISCARD, 0, 1, 1), UNSUPP);
	cr_assert_eq(do_clear(T_ZEROES, 0, 1, 2), UNSUPP);
	cr_assert_eq(do_one(T_DISCARD, 0, 15), IOERR);
	cr_assert_eq(do_one(T_DISCARD, 0, 32), IOERR);
	cr_assert_eq(do_one(T_ZEROES, 0, 0), IOERR);
	cr_assert_eq(store_fake.n_clears, 0);
}

Test(block_refusals, refuses_what_it_does_not_know)
{
	static const uint32_t types[] = { 2, 3, 5, 14, 16, 0x80000000, UINT32_MAX };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		cr_assert_eq(do_one(types[i], 0, 512), UNSUPP, "%zu", i);
}

Test(block_refusals, refuses_a_name_that_is_too_short)
{
	cr_assert_eq(do_one(T_GET_ID, 0, 19), IOERR);
	cr_assert_eq(do_one(T_GET_ID, 0, 0), IOERR);
}

Test(block_refusals, read_only_stays_as_it_is)
{
	struct guest *other = guest_new(1, HV_VIRTIO_READONLY);

	g = other;
	open_block();
	start(F_FLUSH);
	cr_assert(guest_offered(g) & UINT64_C(1) << 5);
	cr_assert_eq(do_one(T_OUT, 0, 512), IOERR);
	cr_assert_eq(do_clear(T_DISCARD, 0, 1, 0), IOERR);
	cr_assert_eq(do_clear(T_ZEROES, 0, 1, 0), IOERR);
	cr_assert_eq(do_one(T_IN, 0, 512), OK);
	cr_assert_eq(do_one(T_FLUSH, 0, 0), OK);
	cr_assert_eq(store_fake.n_writes + store_fake.n_clears, 0);
}

Test(block_refusals, buffers_outside_fail_their_request_alone)
{
	static const uint64_t bad[] = { 0, GUEST_BASE - 512, GUEST_NEXT - 256,
					UINT64_MAX - 511, UINT64_MAX - 255,
					GUEST_NEXT + GUEST_NEXT_SIZE - 511 };
	uint32_t head, n;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		for (uint32_t type = T_IN; type <= T_OUT; type++) {
			ask(0, type, 0, bad[i], 512);
			ask(1, T_IN, 0, DATA, 512);
			run_all(d);
			cr_assert(queue_used(&q, &head, &n));
			cr_assert(queue_used(&q, &head, &n));
			cr_assert_eq(status_of(0), IOERR, "%zu", i);
			cr_assert_eq(status_of(1), OK, "%zu", i);
		}
	ask(0, T_IN, 0, GUEST_ROM, 512);
	ask(1, T_IN, 0, DATA, UINT32_MAX);
	run_all(d);
	cr_assert_eq(status_of(0), IOERR);
	cr_assert_eq(status_of(1), IOERR);
	cr_assert_not(guest_needs_reset(g));
	cr_assert_eq(store_fake.n_writes, 0);
}

Test(block_refusals, needs_a_reset_where_there_is_no_status)
{
	queue_describe(&q, 0, HEADS, 16, 0, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

/* It may do so for ever, and whoever reads the log has other things to read. */
Test(block_refusals, says_of_a_driver_that_breaks_the_rules_no_more_than_is_of_use)
{
	for (uint32_t i = 0; i < 100; i++) {
		queue_describe(&q, 0, HEADS, 16, 0, 0);
		queue_offer(&q, 0);
		run_all(d);
		cr_assert(guest_needs_reset(g));
		if (!i)
			cr_assert_str_eq(g->said, "its driver broke the rules:"
					 " nothing more until it resets the"
					 " device");
		guest_reset(g);
		start(F_FLUSH);
	}
	cr_assert_eq(g->n_said, 17);
	cr_assert_str_eq(g->said, "no more is said of it; 'hvisor.loader stats'"
			 " goes on counting");
}

Test(block_refusals, needs_a_reset_where_the_status_is_outside)
{
	queue_describe(&q, 0, HEADS, 16, DESC_NEXT, 1);
	queue_describe(&q, 1, GUEST_ROM, 1, DESC_WRITE, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}

Test(block_refusals, needs_a_reset_where_the_head_is_short)
{
	queue_describe(&q, 0, HEADS, 15, DESC_NEXT, 1);
	queue_describe(&q, 1, STATUS, 1, DESC_WRITE, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(guest_needs_reset(g));
}
