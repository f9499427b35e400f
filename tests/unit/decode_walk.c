/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors written by hand from DDI 0487, read by the decoder. */
#include <criterion/criterion.h>

#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "hv_abi_aarch64.h"
#include "target/aarch64/decode.h"

#define POOL_PA UINT64_C(0x80000000)
#define N_TABLES 8
#define TABLE(n) ((POOL_PA + (n) * 0x1000) | 3)

#define RAM UINT64_C(0x7fd)		/* block, WB, RW, inner, AF */
#define PAGE UINT64_C(0x7ff)
#define DEVICE_BLOCK (UINT64_C(0x6c5) | UINT64_C(1) << 54)
#define VTCR_40 UINT64_C(0x80023558)	/* 40 bits, level 1 */
#define TCR_40 UINT64_C(0x80823518)
#define MAIR UINT64_C(0x4404ff)
#define DATA (UINT64_C(0x741) | UINT64_C(1) << 54)	/* stage 1 block */

struct fixture {
	uint64_t words[N_TABLES * 512];
	uint8_t is_used[N_TABLES];
	struct pool_view pool;
	struct hv_a64_board board;
	struct hv_a64_cell cells[2];
	struct table_rows rows;
	struct runs runs;
};

static struct fixture *fixture(void)
{
	struct arena *a = arena_new();
	struct fixture *f = arena_alloc(a, sizeof(*f));

	f->pool = (struct pool_view){ f->words, N_TABLES * 512, POOL_PA,
				      f->is_used, 1, NULL };
	f->board.pa_bits = 40;
	f->board.vtcr_el2 = VTCR_40;
	f->board.tcr_el2 = TCR_40;
	f->board.mair_el2 = MAIR;
	f->board.ttbr0_el2 = POOL_PA;
	f->cells[0].vttbr_el2 = POOL_PA | UINT64_C(1) << 48;
	f->cells[1].vttbr_el2 = POOL_PA | UINT64_C(2) << 48;
	f->rows.board = &f->board;
	f->rows.cells = f->cells;
	f->runs.arena = a;
	return f;
}

static const char *walk(struct fixture *f)
{
	memset(f->is_used, 0, sizeof(f->is_used));
	f->runs.n = 0;
	f->runs.list = NULL;
	return aarch64_decoder.walk_cell(&f->rows, 0, &f->pool, &f->runs);
}

static const char *walk_el2(struct fixture *f)
{
	memset(f->is_used, 0, sizeof(f->is_used));
	f->runs.n = 0;
	f->runs.list = NULL;
	return aarch64_decoder.walk_hypervisor(&f->rows, &f->pool, &f->runs);
}

Test(decode, nothing_is_mapped_by_an_empty_root)
{
	struct fixture *f = fixture();

	cr_assert_null(walk(f));
	cr_assert_eq(f->runs.n, 0);
}

Test(decode, a_gigabyte_block_of_the_second_root_table)
{
	struct fixture *f = fixture();

	f->words[512 + 3] = UINT64_C(0x40000000) | RAM;
	cr_assert_null(walk(f));
	cr_assert_eq(f->runs.n, 1);
	cr_assert_eq(f->runs.list[0].input, UINT64_C(515) << 30);
	cr_assert_eq(f->runs.list[0].output, 0x40000000);
	cr_assert_eq(f->runs.list[0].size, 0x40000000);
	cr_assert(f->runs.list[0].may_execute);
	cr_assert_eq(f->runs.list[0].memory, RUN_NORMAL);
}

Test(decode, neighbours_of_all_sizes_are_one_run)
{
	struct fixture *f = fixture();

	f->words[1] = TABLE(2);
	f->words[2 * 512 + 510] = UINT64_C(0x9fc00000) | RAM;
	f->words[2 * 512 + 511] = TABLE(3);
	for (uint64_t i = 0; i < 512; i++)
		f->words[3 * 512 + i] = (UINT64_C(0x9fe00000) + i * 0x1000) |
					PAGE;
	f->words[2] = UINT64_C(0xa0000000) | RAM;
	/* A block of 1 GiB has a base of 1 GiB. */
	cr_assert_not_null(walk(f));
	f->words[2] = TABLE(4);
	f->words[4 * 512] = UINT64_C(0xa0000000) | RAM;
	cr_assert_null(walk(f));
	cr_assert_eq(f->runs.n, 1);
	cr_assert_eq(f->runs.list[0].input, 0x7fc00000);
	cr_assert_eq(f->runs.list[0].output, 0x9fc00000);
	cr_assert_eq(f->runs.list[0].size, 0x600000);
}

Test(decode, a_difference_in_permission_or_memory_ends_a_run)
{
	struct fixture *f = fixture();

	f->words[0] = TABLE(2);
	f->words[2 * 512] = RAM;
	f->words[2 * 512 + 1] = (RAM | 0x200000) & ~UINT64_C(0x80);
	f->words[2 * 512 + 2] = (RAM | 0x400000) | UINT64_C(1) << 54;
	f->words[2 * 512 + 3] = DEVICE_BLOCK | 0x600000;
	cr_assert_null(walk(f));
	cr_assert_eq(f->runs.n, 4);
	cr_assert_not(f->runs.list[1].may_write);
	cr_assert_not(f->runs.list[2].may_execute);
	cr_assert_eq(f->runs.list[3].memory, RUN_DEVICE);
}

/*
 * Flips every bit of one leaf: each changes what is reached, or is refused.
 * Bit 0 alone turns it off, and what is left is then not zero.
 */
Test(decode, no_bit_of_a_leaf_is_ignored)
{
	struct fixture *f = fixture();
	struct run before;

	f->words[0] = TABLE(2);
	f->words[2 * 512 + 8] = UINT64_C(0x41000000) | RAM;
	cr_assert_null(walk(f));
	before = f->runs.list[0];
	for (unsigned int bit = 0; bit < 64; bit++) {
		f->words[2 * 512 + 8] ^= UINT64_C(1) << bit;

		const char *fault = walk(f);

		cr_expect(fault || f->runs.n != 1 ||
			  memcmp(&before, f->runs.list, sizeof(before)),
			  "bit %u", bit);
		f->words[2 * 512 + 8] ^= UINT64_C(1) << bit;
	}
}

Test(decode, no_bit_of_the_registers_is_ignored)
{
	struct fixture *f = fixture();
	uint64_t *const registers[] = {
		&f->board.vtcr_el2, &f->cells[0].vttbr_el2 };

	f->words[0] = TABLE(2);
	f->words[2 * 512 + 8] = UINT64_C(0x41000000) | RAM;
	cr_assert_null(walk(f));
	for (size_t r = 0; r < ARRAY_SIZE(registers); r++)
		for (unsigned int bit = 0; bit < 64; bit++) {
			*registers[r] ^= UINT64_C(1) << bit;
			cr_expect(walk(f) || f->runs.n != 1,
				  "register %zu bit %u", r, bit);
			*registers[r] ^= UINT64_C(1) << bit;
		}
}

Test(decode, a_table_has_one_parent)
{
	struct fixture *f = fixture();

	f->words[0] = TABLE(2);
	f->words[1] = TABLE(2);
	cr_assert_not_null(walk(f));
}

Test(decode, a_table_that_loops_is_refused)
{
	struct fixture *f = fixture();

	f->words[0] = TABLE(2);
	f->words[2 * 512] = TABLE(2);
	cr_assert_not_null(walk(f));
	f->words[2 * 512] = TABLE(0);
	cr_assert_not_null(walk(f));
}

Test(decode, a_table_outside_of_the_pool_is_refused)
{
	struct fixture *f = fixture();

	f->words[0] = TABLE(N_TABLES);
	cr_assert_not_null(walk(f));
	f->words[0] = (POOL_PA - 0x1000) | 3;
	cr_assert_not_null(walk(f));
}

Test(decode, roots_side_by_side_are_aligned_to_all_of_them)
{
	struct fixture *f = fixture();

	f->cells[0].vttbr_el2 += 0x1000;
	cr_assert_not_null(walk(f));
	f->cells[0].vttbr_el2 += 0x1000;
	cr_assert_null(walk(f));
}

Test(decode, a_root_at_the_end_of_the_pool_does_not_leave_it)
{
	struct fixture *f = fixture();

	f->cells[0].vttbr_el2 += (N_TABLES - 1) * 0x1000;
	cr_assert_not_null(walk(f));
}

Test(decode, the_hypervisors_own_tables_begin_at_level_0)
{
	struct fixture *f = fixture();

	f->words[0] = TABLE(1);
	f->words[512 + 1] = UINT64_C(0x40000000) | DATA | 0x300;
	cr_assert_null(walk_el2(f));
	cr_assert_eq(f->runs.n, 1);
	cr_assert_eq(f->runs.list[0].input, 0x40000000);
	cr_assert(f->runs.list[0].may_write);
	cr_assert_not(f->runs.list[0].may_execute);
}

Test(decode, no_bit_of_the_hypervisors_leaf_or_registers_is_ignored)
{
	struct fixture *f = fixture();
	uint64_t *const numbers[] = {
		&f->board.tcr_el2, &f->board.mair_el2, &f->board.ttbr0_el2,
		&f->words[512 + 1] };
	struct run before;

	f->words[0] = TABLE(1);
	f->words[512 + 1] = UINT64_C(0x40000000) | DATA | 0x300;
	cr_assert_null(walk_el2(f));
	before = f->runs.list[0];
	for (size_t r = 0; r < ARRAY_SIZE(numbers); r++)
		for (unsigned int bit = 0; bit < 64; bit++) {
			*numbers[r] ^= UINT64_C(1) << bit;
			cr_expect(walk_el2(f) || f->runs.n != 1 ||
				  memcmp(&before, f->runs.list, sizeof(before)),
				  "number %zu bit %u", r, bit);
			*numbers[r] ^= UINT64_C(1) << bit;
		}
}

Test(decode, a_block_of_the_first_level_is_refused)
{
	struct fixture *f = fixture();

	f->board.pa_bits = 48;
	f->board.vtcr_el2 = UINT64_C(0x80053590);
	cr_assert_null(walk(f));
	f->words[0] = RAM;
	cr_assert_not_null(strstr(walk(f), "block of the first level"));
}

Test(decode, sixteen_tables_are_the_most_side_by_side)
{
	struct fixture *f = fixture();

	f->board.pa_bits = 48;
	f->board.vtcr_el2 = UINT64_C(0x80053550);
	cr_assert_str_eq(walk(f), "the first level has too many tables");
}

Test(decode, a_pool_smaller_than_the_roots_has_none)
{
	struct fixture *f = fixture();

	f->pool.n_words = 512;
	cr_assert_not_null(strstr(walk(f), "not in the page-table pool"));
}

Test(decode, few_address_bits_begin_at_no_level)
{
	struct fixture *f = fixture();

	f->board.pa_bits = 30;
	f->board.tcr_el2 = UINT64_C(0x80803522);
	cr_assert_str_eq(walk_el2(f), "TCR_EL2 begins at the wrong level");
}

Test(decode, few_address_bits_begin_at_level_1)
{
	struct fixture *f = fixture();

	f->board.pa_bits = 36;
	f->board.vtcr_el2 = UINT64_C(0x8001355c);
	f->words[1] = UINT64_C(0x40000000) | RAM;
	cr_assert_null(walk(f));
	cr_assert_eq(f->runs.list[0].input, 0x40000000);
}
