/* SPDX-License-Identifier: BSD-2-Clause */
/* Block: what it does for a good driver. */
#include "one_block.h"

TestSuite(block, .init = setup);

Test(block, says_what_it_is)
{
	uint64_t capacity;
	uint32_t seg_max;

	memcpy(&capacity, g->published->config, 8);
	memcpy(&seg_max, g->published->config + 12, 4);
	cr_assert_eq(capacity, N_SECTORS);
	cr_assert_eq(seg_max, RING_SIZE_MAX - 2);
	cr_assert(guest_offered(g) & F_FLUSH);
	cr_assert_not(guest_offered(g) & UINT64_C(1) << 5);
}

Test(block, reads)
{
	cr_assert_eq(do_one(T_IN, 5, 4096), OK);
	cr_assert_arr_eq(data(), store_fake.bytes + 5 * 512, 4096);
	cr_assert_eq(g->kept->counters.bytes_in, 4096);
}

Test(block, writes)
{
	memset(data(), 0x5c, 1024);
	cr_assert_eq(do_one(T_OUT, 7, 1024), OK);
	cr_assert_arr_eq(store_fake.bytes + 7 * 512, data(), 1024);
	cr_assert_eq(g->kept->counters.bytes_out, 1024);
	cr_assert_eq(store_fake.n_through, 0);
}

/* 2.7.8.2: that many bytes, from the first on; the status is the last. */
static uint32_t told_of(uint32_t type, uint64_t sector, uint32_t size)
{
	uint32_t head, n;

	ask(0, type, sector, DATA, size);
	run_all(d);
	cr_assert(queue_used(&q, &head, &n));
	return n;
}

Test(block, tells_how_much_it_wrote_and_no_more)
{
	cr_assert_eq(told_of(T_IN, 0, 512), 513);
	cr_assert_eq(told_of(T_OUT, 0, 512), 1);
	cr_assert_eq(told_of(T_FLUSH, 0, 0), 1);
	cr_assert_eq(told_of(T_GET_ID, 0, 20), 21);
	cr_assert_eq(told_of(T_GET_ID, 0, 64), 20);
	cr_assert_eq(told_of(T_GET_ID, 0, 19), 0);
	cr_assert_eq(told_of(T_IN, N_SECTORS, 512), 0);
	cr_assert_eq(told_of(T_OUT, N_SECTORS, 512), 1);
}

Test(block, reads_and_writes_to_the_last_sector)
{
	cr_assert_eq(do_one(T_IN, N_SECTORS - 1, 512), OK);
	cr_assert_eq(do_one(T_OUT, N_SECTORS - 1, 512), OK);
	cr_assert_eq(do_one(T_IN, N_SECTORS - 1, 1024), IOERR);
}

Test(block, reads_in_pieces_what_is_larger_than_a_buffer)
{
	uint32_t size = 0x40000 + 512;

	cr_assert_eq(do_one(T_IN, 1, size), OK);
	cr_assert_arr_eq(data(), store_fake.bytes + 512, size);
}

Test(block, goes_on_where_the_store_did_less)
{
	store_fake.most = 700;
	cr_assert_eq(do_one(T_IN, 0, 8192), OK);
	cr_assert_arr_eq(data(), store_fake.bytes, 8192);
	memset(data(), 0x77, 8192);
	cr_assert_eq(do_one(T_OUT, 0, 8192), OK);
	cr_assert_arr_eq(store_fake.bytes, data(), 8192);
}

Test(block, flushes_when_asked)
{
	cr_assert_eq(do_one(T_FLUSH, 0, 0), OK);
	cr_assert_eq(store_fake.n_flushes, 1);
}

Test(block, writes_through_for_a_driver_that_does_not_flush)
{
	guest_reset(g);
	start(0);
	cr_assert_eq(do_one(T_OUT, 0, 512), OK);
	cr_assert_eq(store_fake.n_through, 1);
	cr_assert_eq(store_fake.n_flushes, 0);
}

Test(block, says_its_name)
{
	memset(data(), 0xff, 32);
	cr_assert_eq(do_one(T_GET_ID, 0, 20), OK);
	cr_assert_arr_eq(data(), "disk0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff", 21);
}

Test(block, discards_and_writes_zeroes)
{
	static const uint8_t zeros[1024];

	cr_assert_eq(do_clear(T_DISCARD, 3, 2, 0), OK);
	cr_assert_arr_eq(store_fake.bytes + 3 * 512, zeros, 1024);
	cr_assert_eq(do_clear(T_ZEROES, 9, 2, 1), OK);
	cr_assert_eq(do_clear(T_ZEROES, 9, 2, 0), OK);
	cr_assert_arr_eq(store_fake.bytes + 9 * 512, zeros, 1024);
	cr_assert_eq(store_fake.n_clears, 3);
}

/* As it does what is written. */
Test(block, stores_zeroes_for_a_driver_that_does_not_flush)
{
	cr_assert_eq(do_clear(T_ZEROES, 9, 2, 1), OK);
	cr_assert_eq(store_fake.n_flushes, 0);
	guest_reset(g);
	start(0);
	cr_assert_eq(do_clear(T_ZEROES, 9, 2, 1), OK);
	cr_assert_eq(do_clear(T_ZEROES, 9, 2, 0), OK);
	cr_assert_eq(store_fake.n_flushes, 2);
	cr_assert_eq(do_clear(T_DISCARD, 9, 2, 0), OK);
	cr_assert_eq(store_fake.n_flushes, 2);
}

Test(block, takes_segments_cut_anywhere)
{
	/* A head of 16 bytes, and 1,024. */
	static const uint32_t cuts[] = { 1, 14, 501, 13, 511 };
	uint32_t *head = guest_at(g, HEADS, 16);
	uint64_t at = HEADS;
	uint32_t n, id;

	head[0] = T_OUT;
	head[2] = 4;
	*(uint8_t *)guest_at(g, STATUS, 1) = PENDING;
	for (int i = 0; i < 1024; i++)
		((uint8_t *)guest_at(g, HEADS + 16, 1024))[i] = (uint8_t)(i * 3);
	for (uint16_t i = 0; i < 5; i++) {
		queue_describe(&q, i, at, cuts[i], DESC_NEXT, (uint16_t)(i + 1));
		at += cuts[i];
	}
	queue_describe(&q, 5, STATUS, 1, DESC_WRITE, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(queue_used(&q, &id, &n));
	cr_assert_eq(status_of(0), OK);
	cr_assert_arr_eq(store_fake.bytes + 4 * 512,
			 guest_at(g, HEADS + 16, 1024), 1024);
}

Test(block, requests_end_in_any_order)
{
	uint32_t head, n;

	store_fake.is_held = true;
	for (uint16_t i = 0; i < 4; i++)
		ask(i, T_IN, i, DATA + 512u * i, 512);
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 4);
	cr_assert_not(queue_used(&q, &head, &n));
	store_fake_end(2);
	run_all(d);
	cr_assert(queue_used(&q, &head, &n));
	cr_assert_eq(head, 6);
	cr_assert_eq(n, 513);
	cr_assert_eq(status_of(2), OK);
	cr_assert_eq(status_of(0), PENDING);
	while (store_fake_end(0))
		;
	run_all(d);
	for (uint16_t i = 0; i < 4; i++)
		cr_assert_eq(status_of(i), OK);
}

Test(block, more_than_it_has_slots_for_waits)
{
	guest_reset(g);
	queue_make(&q, g, 0, 256, RINGS);
	guest_start(g, ALL | F_FLUSH);
	store_fake.is_held = true;
	for (uint16_t i = 0; i < 85; i++)
		ask(i, T_IN, i, DATA + 512u * i, 512);
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 64);
	store_fake.is_held = false;
	while (store_fake_end(0))
		;
	run_all(d);
	for (uint16_t i = 0; i < 85; i++)
		cr_assert_eq(status_of(i), OK, "%u", i);
}

Test(block, errors_of_the_store_are_the_requests)
{
	store_fake.error = -EIO;
	cr_assert_eq(do_one(T_IN, 0, 512), IOERR);
	cr_assert_eq(do_one(T_OUT, 0, 512), IOERR);
	cr_assert_eq(do_one(T_FLUSH, 0, 0), IOERR);
	store_fake.error = -EOPNOTSUPP;
	cr_assert_eq(do_clear(T_ZEROES, 0, 1, 0), UNSUPP);
	store_fake.error = -EAGAIN;
	cr_assert_eq(do_one(T_IN, 0, 512), IOERR);
	store_fake.error = 0;
	cr_assert_eq(do_one(T_IN, 0, 512), OK);
	cr_assert_eq(g->kept->counters.failed, 5);
}

Test(block, says_what_the_store_cannot_do_once)
{
	store_fake.error = -ENOSPC;
	for (int i = 0; i < 100; i++)
		cr_assert_eq(do_one(T_OUT, 3, 512), IOERR);
	cr_assert_eq(g->n_said, 1);
	cr_assert_str_eq(g->said, "cannot write at byte 1536: No space left on"
			 " device");
	store_fake.error = -EIO;
	cr_assert_eq(do_one(T_FLUSH, 0, 0), IOERR);
	cr_assert_eq(g->n_said, 2);
	cr_assert_str_eq(g->said, "cannot flush: Input/output error");
	/* The driver learns of it, and asks for it no more. */
	store_fake.error = -EOPNOTSUPP;
	cr_assert_eq(do_clear(T_ZEROES, 0, 1, 0), UNSUPP);
	cr_assert_eq(g->n_said, 2);
}

Test(block, says_that_the_file_has_become_shorter)
{
	store_fake.is_short = true;
	cr_assert_eq(do_one(T_IN, 3, 512), IOERR);
	cr_assert_str_eq(g->said, "cannot read at byte 1536: there the file ends");
}
