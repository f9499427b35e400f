/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of channels is cleaned when the last of its cells has ended, and no
 * cell starts while that is done. */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"

enum { SIZE = 0x30000 };

static struct hv_cell *a, *b;
static uint8_t *wire;

static void setup(void)
{
	fake_begin();
	a = fake_cell("a", 1);
	b = fake_cell("b", 1);
	fake_cell("c", 1);
	wire = fake_memory(SIZE);
	fake_channel();
	fake_region(a, wire, SIZE, HV_REGION_CHANNEL);
	fake_region(b, wire, SIZE, HV_REGION_CHANNEL);
	fake_tables.regions[0][0].arg = fake_tables.regions[1][0].arg = 0;
	memset(wire, 0xee, SIZE);
	fake_boot();
	fake_start();
	for (uint32_t i = 0; i < 3; i++)
		fake_run(cpu_idle, hv_cpu(i));
}

TestSuite(shared, .init = setup);

static bool is_all(uint8_t byte)
{
	for (uint32_t i = 0; i < SIZE; i++)
		if (wire[i] != byte)
			return false;
	return true;
}

static void power_off(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_POWEROFF, NULL);
}

static void reboot(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_REBOOT, NULL);
}

static void crash(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_CRASH, "a test");
}

Test(shared, a_channel_is_cleaned_when_the_last_of_its_cells_has_ended)
{
	fake_run(power_off, hv_cpu(0));
	cr_expect(is_all(0xee));
	fake_run(power_off, hv_cpu(1));
	cr_expect(is_all(0));
}

Test(shared, a_cell_that_restarts_beside_a_running_peer_finds_it_as_it_was)
{
	fake_copy(a, wire, fake_memory(64), 64);
	fake.now_us = 1000000;
	cr_expect_eq(fake_run(reboot, hv_cpu(0)), FAKE_ENTERED);
	cr_expect(is_all(0xee));
}

Test(shared, a_crash_that_is_kept_keeps_no_channel)
{
	a->on_crash.action = HV_ON_KEEP;
	fake_run(crash, hv_cpu(0));
	cr_expect_eq(hv.cells[0].state, CELL_KEPT);
	cr_expect(is_all(0xee));
	fake_run(power_off, hv_cpu(1));
	cr_expect(is_all(0));
}

/* a is in the middle of it when b is to start. */
Test(shared, a_start_waits_until_it_is_clean)
{
	hv.cells[1].uses_channels = false;
	hv.cells[1].state = CELL_LOADED;
	hv_cpu(1)->power = CPU_OFF;
	hv.cells[1].n_active = 0;
	hv.cells[0].cleans = 1;
	cr_expect_eq(life_step(1, LIFE_START), 0);
	cr_expect_eq(hv.cells[1].state, CELL_STARTING);
	cr_expect_eq(life_step(1, LIFE_CLEANED), 0);
	cr_expect_eq(hv.cells[1].state, CELL_STARTING);
	/* Another cell has nothing to do with it. */
	hv.cells[2].state = CELL_LOADED;
	cr_expect_eq(life_step(2, LIFE_START), 0);
	cr_expect_eq(hv.cells[2].state, CELL_RUNNING);
	hv.cells[0].cleans = 0;
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
	cr_expect_eq(hv.cells[1].state, CELL_RUNNING);
}
