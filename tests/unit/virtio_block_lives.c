/* SPDX-License-Identifier: BSD-2-Clause */
/* Block: epochs that end, and backends that do. */
#include "one_block.h"

TestSuite(block_lives, .init = setup);

Test(block_lives, what_is_under_way_is_forgotten_when_the_epoch_ends)
{
	uint16_t used;

	store_fake.is_held = true;
	ask(0, T_IN, 0, DATA, 512);
	ask(1, T_OUT, 3, DATA + 512, 512);
	run_all(d);
	memset(data(), 0x11, 512);
	guest_reset(g);
	start(F_FLUSH);
	used = queue_used_index(&q);
	ask(2, T_IN, 9, DATA + 1024, 512);
	run_all(d);
	/* The new one waits for the old ones to end. */
	cr_assert_eq(store_fake_n_under_way(), 2);
	store_fake_end(0);
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 1);
	cr_assert_eq(data()[0], 0x11);
	store_fake_end(0);
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 1);
	cr_assert_eq(queue_used_index(&q), used);
	store_fake_end(0);
	run_all(d);
	cr_assert_eq(status_of(2), OK);
	cr_assert_eq(queue_used_index(&q), used + 1);
}

Test(block_lives, is_finished_by_the_next_backend)
{
	uint32_t head, n, heads = 0;

	memset(data() + 512, 0x42, 512);
	store_fake.is_held = true;
	for (uint16_t i = 0; i < 4; i++)
		ask(i, i == 1 ? T_OUT : T_IN, i, DATA + 512u * i, 512);
	run_all(d);
	store_fake_end(2);
	run_all(d);
	cr_assert(queue_used(&q, &head, &n));
	cr_assert_eq(head, 6);
	store_fake_forget();

	ask(5, T_IN, 5, DATA + 512 * 5, 512);
	open_block();
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 4);
	while (store_fake_end(0))
		;
	run_all(d);
	while (queue_used(&q, &head, &n)) {
		cr_assert_not(heads & 1u << head);
		heads |= 1u << head;
	}
	cr_assert_eq(heads, 1u << 0 | 1u << 3 | 1u << 9 | 1u << 15);
	for (uint16_t i = 0; i < 4; i++)
		cr_assert_eq(status_of(i), OK);
	cr_assert_eq(status_of(5), OK);
	cr_assert_arr_eq(store_fake.bytes + 512, data() + 512, 512);
	cr_assert_eq(g->kept->counters.resumed, 3);
	cr_assert_eq(g->kept->counters.restarts, 1);
}

/* The driver changed what it had asked for: it gets what it asks for now. */
Test(block_lives, a_chain_that_changed_is_judged_anew)
{
	store_fake.is_held = true;
	ask(0, T_OUT, 0, DATA, 512);
	run_all(d);
	store_fake_forget();
	queue_describe(&q, 0, HEADS, 16, DESC_NEXT, 0);
	open_block();
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 0);
	cr_assert(guest_needs_reset(g));
}

Test(block_lives, a_reset_while_no_backend_is_there_clears_what_was_kept)
{
	store_fake.is_held = true;
	ask(0, T_OUT, 0, DATA, 512);
	run_all(d);
	store_fake_forget();
	guest_reset(g);
	open_block();
	start(F_FLUSH);
	cr_assert_eq(store_fake_n_under_way(), 0);
	cr_assert_eq(g->kept->queues[0].in_flight[0], 0);
}

Test(block_lives, nothing_is_written_to_a_queue_that_was_shut)
{
	store_fake.is_held = true;
	ask(0, T_IN, 0, DATA, 512);
	run_all(d);
	memset(data(), 0x11, 512);
	g->state->queues[0].is_ready = 0;
	g->state->n_changes++;
	store_fake_end(0);
	run_all(d);
	cr_assert_eq(data()[0], 0x11);
	cr_assert_eq(status_of(0), PENDING);
}

Test(block_lives, finishes_before_it_closes)
{
	struct block *b = (struct block *)d->own;

	store_fake.is_held = true;
	ask(0, T_IN, 0, DATA, 512);
	run_all(d);
	store_fake_end(0);
	block_close(b);
	cr_assert_eq(status_of(0), OK);
	cr_assert_eq(store_fake.n_open, 0);
}

Test(block_lives, tells_the_driver_when_the_next_backend_is_other_than_it_was)
{
	uint32_t n = g->n_publishes;

	open_block();
	cr_assert_eq(g->n_publishes, n + 1);
	cr_assert_eq(g->n_config_interrupts, 0);
	/* The file that it was killed with was smaller. */
	g->published->config[1] = 0;
	open_block();
	cr_assert_eq(g->n_publishes, n + 2);
	cr_assert_eq(g->n_config_interrupts, 1);
}

Test(block_lives, says_when_there_is_no_store)
{
	struct block_options options = { .name = "x", .path = "none" };

	cr_assert_null(block_open(&g->place, &options));
	cr_assert_eq(errno, ENOENT);
}

Test(block_lives, serves_several_queues)
{
	struct queue more[3];

	g = guest_new(4, 0);
	open_block();
	cr_assert(guest_offered(g) & UINT64_C(1) << 12);
	cr_assert_eq(g->published->config[34], 4);
	for (uint32_t i = 1; i < 4; i++)
		queue_make(&more[i - 1], g, i, 8, RINGS + 0x10000 + 0x4000 * i);
	start(F_FLUSH);
	cr_assert_eq(do_one(T_IN, 0, 512), OK);
	for (uint32_t i = 0; i < 3; i++) {
		q = more[i];
		cr_assert_eq(do_one(T_IN, i, 512), OK);
		cr_assert_arr_eq(data(), store_fake.bytes + 512 * i, 512);
	}
}
