/* SPDX-License-Identifier: BSD-2-Clause */
/* A root cell that was there first: its CPUs come in, and go when all is done. */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"
#include "core/late.h"
#include "core/life.h"

enum { RAM = 0x20000, N_CALLS = 100 };

static struct hv_cell *root, *other;
static uint8_t *ram;

/* root on CPUs 0 and 1, other on CPU 2. */
static void setup(void)
{
	fake_begin();
	root = fake_cell("root", 2);
	other = fake_cell("other", 1);
	ram = fake_memory(RAM);
	fake_region(other, ram, RAM, HV_REGION_RAM);
	fake_region(root, fake_memory(RAM), RAM, HV_REGION_RAM);
	fake_tables.head.root_cell = 0;
	root->flags = HV_CELL_ROOT | HV_CELL_RUNNING;
	other->flags = HV_CELL_HAS_PAYLOAD | HV_CELL_START_AT_BOOT;
	fake_boot();
	fake_start();
	memset(ram, 0x5a, RAM);
	hv_cpu(0)->up = hv_cpu(1)->up = CPU_DOWN;
	late_begin();
}

TestSuite(late, .init = setup);

static void come(uint32_t cpu_i)
{
	cr_assert(late_may_come(hv_cpu(cpu_i)));
	(void)late_count(hv_cpu(cpu_i), true);
}

static void commit(void)
{
	come(0);
	come(1);
	cr_assert_eq(late_commit(hv_cpu(0)), 0);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_ENTERED);
}

/* Until STOP says that it is done; CPU 2 does what it is told between. */
static void stop(void (*parks)(struct hv_cpu_state *cpu))
{
	enum fake_end end = FAKE_WAITS;
	uint32_t n = 0;

	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	if (parks)
		end = fake_run(parks, hv_cpu(2));
	for (; late_stop(hv_cpu(0)) == HV_E_BUSY; n++) {
		cr_assert_lt(n, N_CALLS);
		cr_assert_neq(end, FAKE_ENTERED);
		if (end != FAKE_OFF)
			end = fake_run(cpu_idle, hv_cpu(2));
	}
	cr_assert_eq(late_phase(), LATE_GOING);
	cr_assert(fake.is_off[2]);
}

Test(late, cells_start_when_all_of_the_root_cells_cpus_are_in)
{
	come(0);
	cr_assert_eq(late_commit(hv_cpu(0)), HV_E_STATE);
	cr_assert_eq(hv.cells[1].state, CELL_LOADED);
	come(1);
	cr_assert_eq(late_commit(hv_cpu(1)), 0);
	cr_assert_eq(hv.cells[1].state, CELL_RUNNING);
	cr_assert_eq(late_commit(hv_cpu(0)), HV_E_STATE);
}

Test(late, a_cpu_comes_in_once_and_only_the_root_cells)
{
	come(0);
	cr_assert_not(late_may_come(hv_cpu(0)));
	cr_assert_not(late_may_come(hv_cpu(2)));
	come(1);
	cr_assert_eq(late_commit(hv_cpu(0)), 0);
	hv_cpu(1)->up = CPU_DOWN;
	cr_assert_not(late_may_come(hv_cpu(1)));
}

Test(late, nobody_leaves_before_all_has_stopped)
{
	commit();
	cr_assert_eq(late_leave(hv_cpu(0)), HV_E_STATE);
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	cr_assert_eq(late_leave(hv_cpu(0)), HV_E_STATE);
}

Test(late, a_stop_cleans_and_turns_cpus_off)
{
	commit();
	stop(cpu_park);
	cr_assert_eq(ram[0] | memcmp(ram, ram + 1, RAM - 1), 0);
	cr_assert_eq(hv.cells[1].state, CELL_CLEAN);
	cr_assert_eq(late_leave(hv_cpu(1)), 0);
	cr_assert_eq(late_leave(hv_cpu(0)), 1);	/* the fake's: was the last */
}

Test(late, a_stop_cleans_once_and_puts_no_payload_back)
{
	static const uint8_t pristine[64] = { 1 };

	fake_copy(other, pristine, ram, sizeof(pristine));
	commit();
	stop(cpu_park);
	cr_assert_eq(fake.n_zeroed, RAM);
	cr_assert_eq(ram[0] | memcmp(ram, ram + 1, RAM - 1), 0);
}

Test(late, a_cell_that_ends_meanwhile_is_cleaned_too)
{
	commit();
	cr_assert_eq(fake_run(cpu_park, hv_cpu(2)), FAKE_WAITS);
	memset(ram, 0x5a, RAM);
	cr_assert_eq(hv.cells[1].state, CELL_OFF);
	stop(NULL);
	cr_assert_eq(ram[0] | memcmp(ram, ram + 1, RAM - 1), 0);
}

Test(late, nothing_starts_while_it_ends)
{
	other->managed = HV_MANAGED_START;
	commit();
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	cr_assert_eq(fake_run(cpu_park, hv_cpu(2)), FAKE_WAITS);
	lock_take(&hv.cells[1].lock);
	cr_assert_eq(life_step(1, LIFE_START), HV_E_STATE);
	lock_drop(&hv.cells[1].lock);
}

Test(late, a_cpu_that_the_root_cell_turned_off_goes_off)
{
	commit();
	cr_assert_eq(fake_run(cpu_park, hv_cpu(1)), FAKE_WAITS);
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	cr_assert_eq(fake_run(cpu_park, hv_cpu(2)), FAKE_WAITS);
	while (late_phase() != LATE_STOPPING) {
		cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
		(void)fake_run(cpu_idle, hv_cpu(2));
	}
	(void)fake_run(cpu_idle, hv_cpu(2));
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ 0x1234 }, 0),
		     CPU_ON_BUSY);
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_OFF);
	cr_assert_eq(late_stop(hv_cpu(0)), 0);
}

Test(late, what_is_rolled_back_is_not_cleaned)
{
	come(0);
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_OFF);
	cr_assert_eq(late_stop(hv_cpu(0)), 0);
	cr_assert_eq(ram[RAM / 2], 0x5a);
	cr_assert_not(late_may_come(hv_cpu(1)));
	cr_assert_eq(late_leave(hv_cpu(0)), 1);
}

/* It may be called off by the firmware until it executes something. */
Test(late, a_stop_waits_for_a_cpu_that_was_started_and_has_not_come)
{
	come(0);
	hv_cpu(2)->up = CPU_STARTING;
	fake.is_off[2] = true;
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_BUSY);
	fake.is_off[2] = false;
	hv_cpu(2)->up = CPU_UP;
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_OFF);
	cr_assert_eq(late_stop(hv_cpu(0)), 0);
}

Test(late, calls_are_nothing_where_the_image_was_booted)
{
	hv.late.phase = LATE_NOT;
	cr_assert_eq(late_commit(hv_cpu(0)), HV_E_STATE);
	cr_assert_eq(late_stop(hv_cpu(0)), HV_E_STATE);
	cr_assert_eq(late_leave(hv_cpu(0)), HV_E_STATE);
}
