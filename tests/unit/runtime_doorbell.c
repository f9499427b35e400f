/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring reaches the peer it names, if it may, and nothing else happens. */
#include <criterion/criterion.h>

#include "arch/fake/fake.h"
#include "core/cell.h"
#include "core/mmio.h"

enum { PAGE = 0x9000, LINE_A = 200, LINE_B = 201, LINE_C = 202 };

/* a rings b; b rings a and c; c, in a cell that does not run, nobody. */
static void setup(void)
{
	struct hv_cell *a, *b;

	fake_begin();
	a = fake_cell("a", 1);
	b = fake_cell("b", 1);
	fake_cell("c", 1)->flags = 0;
	fake_channel();
	fake_end_row(0, LINE_A, 1 << 1);
	fake_end_row(1, LINE_B, 1 << 0 | 1 << 2);
	fake_end_row(2, LINE_C, 0);
	fake_mmio(a, PAGE, HV_MMIO_DOORBELL, 0);
	fake_mmio(b, PAGE, HV_MMIO_DOORBELL, 1);
	fake_boot();
	fake_start();
}

TestSuite(doorbell, .init = setup);

static void store(uint32_t cpu_i, uint64_t offset, uint32_t size, uint64_t value)
{
	struct mmio m = {
		.size = size, .value = value,
		.is_write = true,
	};

	cr_assert_eq(fake_access(hv_cpu(cpu_i), PAGE + offset, &m), MMIO_DONE);
}

static uint32_t n_rings(void)
{
	return fake.n_pends[LINE_A] + fake.n_pends[LINE_B] + fake.n_pends[LINE_C];
}

Test(doorbell, rings_the_peer_it_names)
{
	store(0, 0, 4, 1);
	cr_assert_eq(fake.n_pends[LINE_B], 1);
	store(1, 0, 4, 0);
	cr_assert_eq(fake.n_pends[LINE_A], 1);
	cr_assert_eq(n_rings(), 2);
}

Test(doorbell, rings_nobody_it_may_not)
{
	store(0, 0, 4, 0);
	store(0, 0, 4, 2);
	cr_assert_eq(n_rings(), 0);
}

Test(doorbell, rings_no_peer_that_does_not_exist)
{
	static const uint32_t peers[] = { 3, 63, 64, 65, 0x80000000, 0xffffffff };

	for (size_t i = 0; i < sizeof(peers) / sizeof(*peers); i++) {
		store(0, 0, 4, peers[i]);
		store(1, 0, 4, peers[i]);
	}
	cr_assert_eq(n_rings(), 0);
}

Test(doorbell, rings_no_cell_that_does_not_run)
{
	store(1, 0, 4, 2);
	cr_assert_eq(fake.n_pends[LINE_C], 0);
}

Test(doorbell, only_a_word_at_offset_0_rings)
{
	for (uint64_t offset = 0; offset < 0x1000; offset++)
		for (uint32_t size = 1; size <= 8; size *= 2)
			if (offset % size == 0 && !(offset == 0 && size == 4))
				store(0, offset, size, 1);
	cr_assert_eq(n_rings(), 0);
}

Test(doorbell, reads_zero)
{
	struct mmio m = { .size = 4, .value = 5 };

	cr_assert_eq(fake_access(hv_cpu(0), PAGE, &m), MMIO_DONE);
	cr_assert_eq(m.value, 0);
	cr_assert_eq(n_rings(), 0);
}
