/* SPDX-License-Identifier: BSD-2-Clause */
/* What a cell starts on: its payload, and zeroes wherever it was said so. */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"
#include "core/memory.h"

enum { RAM = 0x30000, TREE_AT = 0x18000, PAYLOAD_AT = 0 };

static struct hv_cell *a;
static uint8_t *ram, *other;

static void segment(uint32_t i, uint32_t kind, uint32_t cell, uint8_t *at,
		    uint64_t size)
{
	fake_image.segments[i] = (struct hv_segment){
		.kind = kind, .cell = cell, .size = size,
		.destination = { (uintptr_t)at },
	};
	fake_image.n_segments = i + 1;
}

/* All of a's memory holds 0xaa; the image brought two parts of it. */
static void setup(void)
{
	fake_begin();
	a = fake_cell("a", 1);
	a->flags |= HV_CELL_SCRUB_AT_BOOT;
	ram = fake_memory(RAM);
	other = fake_memory(RAM);
	fake_region(a, other, RAM, HV_REGION_DEVICE);
	fake_region(a, ram, RAM, HV_REGION_RAM);
	memset(ram, 0xaa, RAM);
	memset(other, 0xaa, RAM);
	segment(0, HV_SEGMENT_RUNTIME, HV_NONE, other, 64);
	segment(1, HV_SEGMENT_TREE, 0, ram + TREE_AT, 100);
	segment(2, HV_SEGMENT_PAYLOAD, 0, ram + PAYLOAD_AT, 5000);
	segment(3, HV_SEGMENT_PAYLOAD, 1, ram + 0x20000, 64);	/* not a's */
	fake_boot();
}

TestSuite(memory, .init = setup);

static bool is_all(const uint8_t *at, uint8_t byte, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		if (at[i] != byte)
			return false;
	return true;
}

static void start(void)
{
	fake_start();
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_ENTERED);
}

Test(memory, a_scrub_at_boot_spares_what_the_image_brought)
{
	start();
	cr_expect(is_all(ram + PAYLOAD_AT, 0xaa, 5000));
	cr_expect(is_all(ram + 5000, 0, TREE_AT - 5000));
	cr_expect(is_all(ram + TREE_AT, 0xaa, 100));
	cr_expect(is_all(ram + TREE_AT + 100, 0, RAM - TREE_AT - 100));
}

Test(memory, only_ram_of_its_own_is_cleaned)
{
	start();
	cr_expect(is_all(other, 0xaa, RAM));
}

Test(memory, without_a_scrub_nothing_is_touched_at_boot)
{
	a->flags &= ~HV_CELL_SCRUB_AT_BOOT;
	fake_boot();
	start();
	cr_expect(is_all(ram, 0xaa, RAM));
}

Test(memory, one_piece_is_bounded)
{
	fake_region(a, fake_memory(RAM), RAM, HV_REGION_CHANNEL);
	while (hv.cells[0].phase != CLEAN_DONE) {
		uint64_t zeroed = 0;

		memset(ram, 0xaa, RAM);
		memory_piece(hv_cpu(0));
		for (uint64_t i = 0; i < RAM; i++)
			zeroed += ram[i] == 0;
		cr_expect_leq(zeroed, MEMORY_PIECE);
	}
}
