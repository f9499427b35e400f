/* SPDX-License-Identifier: BSD-2-Clause */
/* Wherever the image was loaded, each byte of it ends where it belongs. */
#include <criterion/criterion.h>

#include <stdlib.h>
#include <string.h>

#include "arch/fake/tables.h"
#include "core/hv.h"

enum { MEMORY = 0x8000, ROWS = 6, RUNTIME = 0x400 };

static uint8_t memory[MEMORY];
static uint8_t file[MEMORY];
static struct hv_segment *const rows = fake_image.segments;
static struct move_state *const state = &hv.boot.move;

static void row_set(uint32_t i, uint64_t offset, uint64_t size, uint64_t to)
{
	rows[i] = (struct hv_segment){ .offset = offset, .size = size,
				       .destination = { to } };
}

static void begin(uint32_t n_rows, uint64_t loaded_at)
{
	uint64_t size = 0;

	for (uint32_t i = 0; i < n_rows; i++)
		if (rows[i].offset + rows[i].size > size)
			size = rows[i].offset + rows[i].size;
	*state = (struct move_state){ .low = 0 };
	fake_image.n_segments = n_rows;
	fake_image.file_size = size;
	move_begin(loaded_at);
}

TestSuite(move);

Test(move, an_image_in_its_place_needs_nothing)
{
	row_set(0, 0, 256, 0x1000);
	row_set(1, 256, 100, 0x1100);
	begin(2, 0x1000);
	cr_expect_eq(move_next(MOVE_ANY), MOVE_ALL_DONE);
}

Test(move, a_destination_waits_for_what_lies_there)
{
	/* The runtime goes where the payload's bytes are, so these go first. */
	row_set(0, 0, 256, 0x1100);
	row_set(1, 256, 256, 0x4000);
	begin(2, 0x1000);
	cr_assert_eq(move_next(MOVE_ANY), 1);
	move_mark(1);
	cr_assert_eq(move_next(MOVE_ANY), 0);
	move_mark(0);
	cr_expect_eq(move_next(MOVE_ANY), MOVE_ALL_DONE);
}

Test(move, two_that_want_each_others_place_are_stuck)
{
	row_set(0, 0, 256, 0x1000);
	row_set(1, 256, 256, 0x1200);
	row_set(2, 512, 256, 0x1100);
	begin(3, 0x1000);
	cr_expect_eq(move_next(MOVE_ANY), MOVE_STUCK);
}

Test(move, nothing_goes_where_the_runtime_has_gone)
{
	row_set(0, 0, 256, 0x4000);
	row_set(1, 256, 256, 0x4080);
	begin(2, 0x1000);
	cr_assert_eq(move_next(MOVE_ANY), 0);
	move_mark(0);
	cr_expect_eq(move_next(MOVE_ANY), MOVE_STUCK);
}

Test(move, a_spot_is_free_of_sources_and_of_the_runtime)
{
	row_set(0, 0, 256, 0x1080);
	row_set(1, 256, 256, 0x4000);
	begin(2, 0x1000);
	cr_expect(!move_is_free(0x10ff, 1));	/* the runtime now */
	cr_expect(!move_is_free(0x117f, 1));	/* and then */
	cr_expect(!move_is_free(0x11ff, 1));	/* the payload's bytes */
	cr_expect(move_is_free(0x1200, 64));
	cr_expect(move_is_free(0x4000, 64));	/* comes later */
}

/* Destinations in rising order with random gaps, so that none overlap. */
static uint32_t random_rows(void)
{
	uint32_t n = 2 + (uint32_t)rand() % (ROWS - 1);
	uint64_t offset = RUNTIME, to = 0;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t size = i ? 16 + (uint64_t)rand() % 0x800 : RUNTIME;

		to += (uint64_t)(rand() % 0x600) & ~63ull;
		if (i > 1 && rand() % 4 == 0) {		/* equal bytes, once */
			row_set(i, rows[i - 1].offset, rows[i - 1].size, to);
			size = rows[i].size;
		} else {
			row_set(i, i ? offset : 0, size, to);
			offset += i ? (size + 15) & ~15ull : 0;
		}
		to = (to + size + 63) & ~63ull;
	}
	return n;
}

static void check_all(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		cr_assert(!memcmp(memory + rows[i].destination.u,
				  file + rows[i].offset, rows[i].size),
			  "row %u of %u, loaded at 0x%lx", i, n,
			  (unsigned long)state->low);
}

static void move_bytes(uint64_t to, uint32_t i)
{
	memmove(memory + to, memory + move_source(i), rows[i].size);
}

/* Returns whether it could be done at all. */
static bool move_all(void)
{
	bool can_end = move_can_end();
	uint32_t i;

	while ((i = move_next(MOVE_ANY)) != MOVE_ALL_DONE) {
		if (i == MOVE_STUCK) {
			cr_assert(!can_end);
			return false;
		}
		move_bytes(rows[i].destination.u, i);
		move_mark(i);
	}
	return true;
}

/*
 * Three cells at once: each moves its own rows, a piece at a time, in an order
 * that chance decides.
 */
struct mover { uint32_t row; uint64_t from, done; };

static bool step(struct mover *mover, uint32_t cell_i)
{
	uint64_t to, size, at;

	if (!mover->from) {
		mover->row = move_next(cell_i);
		if (mover->row == MOVE_STUCK || mover->row == MOVE_ALL_DONE)
			return false;
		*mover = (struct mover){ mover->row, move_source(mover->row), 0 };
		return true;
	}
	to = rows[mover->row].destination.u;
	size = rows[mover->row].size - mover->done;
	size = size > 64 ? 64 : size;
	at = to > mover->from ? rows[mover->row].size - mover->done - size : mover->done;
	memmove(memory + to + at, memory + mover->from + at, size);
	mover->done += size;
	if (mover->done == rows[mover->row].size) {
		move_mark(mover->row);
		mover->from = 0;
	}
	return true;
}

static void move_together(uint32_t n)
{
	struct mover movers[3] = { { .from = 0 } };
	uint32_t idle = 0;

	while (idle < 1000) {
		uint32_t cell_i = (uint32_t)rand() % 3;

		idle = step(&movers[cell_i], cell_i) ? 0 : idle + 1;
	}
	for (uint32_t i = 0; i < n; i++)
		cr_assert((state->is_done[i]), "row %u of %u", i, n);
}

/* Random bytes, somewhere in memory that is else zero: where. */
static uint64_t load_anywhere(void)
{
	uint64_t at = (uint64_t)(rand() % (MEMORY / 2)) & ~15ull;

	for (uint32_t i = 0; i < sizeof(file); i++)
		file[i] = (uint8_t)rand();
	memset(memory, 0, sizeof(memory));
	memcpy(memory + at, file, MEMORY / 2);
	return at;
}

Test(move, cells_move_their_own_rows_all_at_once)
{
	uint32_t n_done = 0;

	srand(2);
	for (uint32_t round = 0; round < 20000; round++) {
		uint32_t n = random_rows();
		uint64_t at = load_anywhere();

		for (uint32_t i = 1; i < n; i++)
			rows[i].cell = (uint32_t)rand() % 3;
		begin(n, at);
		/* The runtime goes first, and what is in its way. */
		while (!state->is_done[0] || !move_can_end()) {
			uint32_t i = move_next(MOVE_ANY);

			if (i >= n)
				break;
			move_bytes(rows[i].destination.u, i);
			move_mark(i);
		}
		if (!state->is_done[0] || !move_can_end())
			continue;
		n_done++;
		move_together(n);
		check_all(n);
	}
	cr_expect_gt(n_done, 10000);
}

Test(move, any_image_loaded_anywhere_ends_whole_or_is_refused)
{
	uint32_t n_done = 0;

	srand(1);
	for (uint32_t round = 0; round < 20000; round++) {
		uint32_t n = random_rows();

		begin(n, load_anywhere());
		if (!move_all())
			continue;
		n_done++;
		check_all(n);
	}
	cr_expect_gt(n_done, 10000);
}
