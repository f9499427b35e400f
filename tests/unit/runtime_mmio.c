/* SPDX-License-Identifier: BSD-2-Clause */
/* Who answers an access of a cell that no memory answers. */
#include <criterion/criterion.h>

#include "arch/fake/fake.h"
#include "core/mmio.h"

static struct hv_cpu_state *cpu;

static void setup(void)
{
	fake_begin();
	struct hv_cell *cell = fake_cell("a", 1);

	fake_mmio(cell, 0x1000, 0x100, 7);
	fake_mmio(cell, 0x3000, 0x101, 8);
	fake_boot();
	cpu = hv_cpu(0);
}

TestSuite(mmio, .init = setup);

static enum mmio_result at(uint64_t ipa, uint32_t size, struct mmio *m)
{
	*m = (struct mmio){ .size = size };
	return fake_access(cpu, ipa, m);
}

Test(mmio, the_page_that_holds_the_address_answers)
{
	struct mmio m;

	cr_assert_eq(at(0x1ffc, 4, &m), MMIO_DONE);
	cr_assert_eq(m.offset, 0xffc);
	cr_assert_eq(m.value, 7);
	cr_assert_eq(at(0x3000, 8, &m), MMIO_DONE);
	cr_assert_eq(m.value, 8);
}

Test(mmio, a_hole_is_an_abort)
{
	static const uint64_t holes[] = {
		0, 0xfff, 0x2000, 0x2fff, 0x4000, 0x6000, UINT64_MAX,
		/* In the slot of one that is there. */
		0x11000, 0x100001000, 0x1000000001000,
	};
	struct mmio m;

	for (size_t i = 0; i < sizeof(holes) / sizeof(*holes); i++)
		cr_assert_eq(at(holes[i], 1, &m), MMIO_FAULT, "%#lx", holes[i]);
}

Test(mmio, an_unaligned_access_is_an_abort)
{
	struct mmio m;

	for (uint32_t size = 2; size <= 8; size *= 2)
		for (uint32_t off = 0; off < 16; off++)
			cr_assert_eq(at(0x1000 + off, size, &m),
				     off % size ? MMIO_FAULT : MMIO_DONE);
}
