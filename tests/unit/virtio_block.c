/* SPDX-License-Identifier: BSD-2-Clause */
/* Block: requests of good drivers and of hostile ones, on a store of the test's. */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>

#include "guest.h"
#include "store_fake.h"
#include "virtio/block.h"

#define RINGS (GUEST_BASE + 0x10000)
#define HEADS (GUEST_BASE + 0x20000)
#define STATUS (GUEST_BASE + 0x21000)
#define DATA (GUEST_BASE + 0x40000)
#define ALL (DEVICE_F_VERSION_1 | DEVICE_F_EVENT_INDEX | DEVICE_F_INDIRECT)
#define F_FLUSH (UINT64_C(1) << 9)
#define N_SECTORS (STORE_FAKE_SIZE / 512)

#define T_IN 0u
#define T_OUT 1u
#define T_FLUSH 4u
#define T_GET_ID 8u
#define T_DISCARD 11u
#define T_ZEROES 13u

#define OK 0
#define IOERR 1
#define UNSUPP 2
#define PENDING 0xee

static struct guest *g;
static struct device *d;
static struct queue q;
/* Those that are "killed" stay here, so that they are no leaks. */
static struct block *opened[8];
static size_t n_opened;

static struct block *open_block(void)
{
	struct block_options options = { .name = "disk0", .path = "a disk" };
	struct block *b = block_open(&g->place, &options);

	cr_assert(b);
	d = block_device(b);
	opened[n_opened++] = b;
	return b;
}

static void start(uint64_t features)
{
	queue_make(&q, g, 0, 64, RINGS);
	guest_start(g, ALL | features);
	run_all(d);
}

static void setup(void)
{
	store_fake_reset();
	for (size_t i = 0; i < STORE_FAKE_SIZE; i++)
		store_fake.bytes[i] = (uint8_t)(i / 512 * 7 + i % 512);
	g = guest_new(1, 0);
	open_block();
	start(F_FLUSH);
}

TestSuite(block, .init = setup);

static bool needs_reset(void)
{
	return g->published->needs_reset &&
	       g->published->reset_epoch == g->state->epoch;
}

static uint8_t *data(void)
{
	return guest_at(g, DATA, 0x40000);
}

/* The i-th request: three descriptors from 3 * i on; data of its own. */
static void ask(uint16_t i, uint32_t type, uint64_t sector, uint64_t address,
		uint32_t size)
{
	uint16_t at = (uint16_t)(3 * i);
	uint32_t *head = guest_at(g, HEADS + 16u * i, 16);
	bool is_out = type == T_OUT || type == T_DISCARD || type == T_ZEROES;

	head[0] = type;
	memcpy(head + 2, &sector, 8);
	*(uint8_t *)guest_at(g, STATUS + i, 1) = PENDING;
	queue_describe(&q, at, HEADS + 16u * i, 16, DESC_NEXT,
		       (uint16_t)(size ? at + 1 : at + 2));
	queue_describe(&q, (uint16_t)(at + 1), address, size,
		       DESC_NEXT | (is_out ? 0 : DESC_WRITE),
		       (uint16_t)(at + 2));
	queue_describe(&q, (uint16_t)(at + 2), STATUS + i, 1, DESC_WRITE, 0);
	queue_offer(&q, at);
}

static int status_of(uint16_t i)
{
	return *(uint8_t *)guest_at(g, STATUS + i, 1);
}

/* One request, whole. */
static int do_one(uint32_t type, uint64_t sector, uint32_t size)
{
	uint32_t head, n;

	ask(0, type, sector, DATA, size);
	run_all(d);
	cr_assert(queue_used(&q, &head, &n));
	cr_assert_eq(head, 0);
	cr_assert_not(needs_reset());
	return status_of(0);
}

/* ---- what it does ------------------------------------------------------------ */

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

static int do_clear(uint32_t type, uint64_t sector, uint32_t n, uint32_t flags)
{
	memcpy(data(), &sector, 8);
	memcpy(data() + 8, &n, 4);
	memcpy(data() + 12, &flags, 4);
	return do_one(type, 0, 16);
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

/* ---- what it refuses --------------------------------------------------------- */

Test(block, refuses_sectors_outside)
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

Test(block, refuses_sizes_that_are_no_sectors)
{
	cr_assert_eq(do_one(T_IN, 0, 511), IOERR);
	cr_assert_eq(do_one(T_OUT, 0, 513), IOERR);
	cr_assert_eq(do_one(T_IN, 0, 0), IOERR);
	cr_assert_eq(do_one(T_OUT, 0, 0), IOERR);
	cr_assert_eq(store_fake.n_writes, 0);
}

Test(block, refuses_ranges_to_clear)
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

Test(block, refuses_what_it_does_not_know)
{
	static const uint32_t types[] = { 2, 3, 5, 14, 16, 0x80000000, UINT32_MAX };

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		cr_assert_eq(do_one(types[i], 0, 512), UNSUPP, "%zu", i);
}

Test(block, refuses_a_name_that_is_too_short)
{
	cr_assert_eq(do_one(T_GET_ID, 0, 19), IOERR);
	cr_assert_eq(do_one(T_GET_ID, 0, 0), IOERR);
}

Test(block, read_only_stays_as_it_is)
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

Test(block, buffers_outside_fail_their_request_alone)
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
	cr_assert_not(needs_reset());
	cr_assert_eq(store_fake.n_writes, 0);
}

Test(block, needs_a_reset_where_there_is_no_status)
{
	queue_describe(&q, 0, HEADS, 16, 0, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(needs_reset());
}

/* It may do so for ever, and whoever reads the log has other things to read. */
Test(block, says_of_a_driver_that_breaks_the_rules_no_more_than_is_of_use)
{
	for (uint32_t i = 0; i < 100; i++) {
		queue_describe(&q, 0, HEADS, 16, 0, 0);
		queue_offer(&q, 0);
		run_all(d);
		cr_assert(needs_reset());
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

Test(block, needs_a_reset_where_the_status_is_outside)
{
	queue_describe(&q, 0, HEADS, 16, DESC_NEXT, 1);
	queue_describe(&q, 1, GUEST_ROM, 1, DESC_WRITE, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(needs_reset());
}

Test(block, needs_a_reset_where_the_head_is_short)
{
	queue_describe(&q, 0, HEADS, 15, DESC_NEXT, 1);
	queue_describe(&q, 1, STATUS, 1, DESC_WRITE, 0);
	queue_offer(&q, 0);
	run_all(d);
	cr_assert(needs_reset());
}

/* ---- epochs and restarts ----------------------------------------------------- */

Test(block, what_is_under_way_is_forgotten_when_the_epoch_ends)
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

Test(block, is_finished_by_the_next_backend)
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
Test(block, a_chain_that_changed_is_judged_anew)
{
	store_fake.is_held = true;
	ask(0, T_OUT, 0, DATA, 512);
	run_all(d);
	store_fake_forget();
	queue_describe(&q, 0, HEADS, 16, DESC_NEXT, 0);
	open_block();
	run_all(d);
	cr_assert_eq(store_fake_n_under_way(), 0);
	cr_assert(needs_reset());
}

Test(block, a_reset_while_no_backend_is_there_clears_what_was_kept)
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

Test(block, nothing_is_written_to_a_queue_that_was_shut)
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

Test(block, finishes_before_it_closes)
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

Test(block, tells_the_driver_when_the_next_backend_is_other_than_it_was)
{
	uint32_t generation = g->published->config_generation;

	open_block();
	cr_assert_eq(g->published->config_generation, generation);
	cr_assert_eq(g->n_config_interrupts, 0);
	/* The file that it was killed with was smaller. */
	g->published->config[1] = 0;
	open_block();
	cr_assert_neq(g->published->config_generation, generation);
	cr_assert_eq(g->n_config_interrupts, 1);
}

Test(block, says_when_there_is_no_store)
{
	struct block_options options = { .name = "x", .path = "none" };

	cr_assert_null(block_open(&g->place, &options));
	cr_assert_eq(errno, ENOENT);
}

Test(block, serves_several_queues)
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
