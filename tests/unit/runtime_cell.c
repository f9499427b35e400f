/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells start, end and start again; CPUs are let in only when all are out. */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"

enum { RAM = 0x30000 };

static struct hv_cell *a, *b;
static uint8_t *ram;
static uint8_t pristine[64];

/* a on CPUs 0 and 1, with a pristine payload at RAM + 16; b on CPU 2. */
static void setup(void)
{
	fake_begin();
	a = fake_cell("a", 2);
	b = fake_cell("b", 1);
	ram = fake_memory(RAM);
	for (uint32_t i = 0; i < sizeof(pristine); i++)
		pristine[i] = (uint8_t)(i + 1);
	fake_region(a, ram, RAM, HV_REGION_RAM);
	fake_copy(a, pristine, ram + 16, sizeof(pristine));
	a->on_reboot.action = HV_ON_RESTART;
	fake_boot();
}

TestSuite(cell, .init = setup);

static void start(void)
{
	fake_start();
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_ENTERED);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_ENTERED);
}

static void start_both_cpus(void)
{
	start();
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ 0x1234 }, 5),
		     CPU_ON_DONE);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
}

static void reboot(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_REBOOT, NULL);
}

static void power_off(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_POWEROFF, NULL);
}

static void crash(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_CRASH, "a test");
}

static void count_cpus(uint32_t n)
{
	uint32_t n_on = 0;

	for (uint32_t i = 0; i < 2; i++)
		n_on += hv_cpu(i)->power != CPU_OFF;
	cr_assert_eq(n_on, n);
	cr_assert_eq(hv.cells[0].n_active, n);
}

Test(cell, starts_on_its_boot_cpu_with_its_tree)
{
	fake_start();
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_WAITS);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_ENTERED);
	cr_assert_eq(fake.entry.u, a->entry.u);
	cr_assert_eq(fake.argument, a->tree.u);
	count_cpus(1);
}

Test(cell, starts_when_the_last_of_its_cpus_has_come)
{
	cell_cpu_came(hv_cpu(1));
	cell_cpu_came(hv_cpu(2));
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_ENTERED);
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_WAITS);
	cr_expect_eq(hv.cells[0].state, CELL_LOADED);
	cell_cpu_came(hv_cpu(0));
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_ENTERED);
}

Test(cell, the_machine_stays_on_for_a_cell_that_has_yet_to_start)
{
	cell_cpu_came(hv_cpu(2));
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_ENTERED);
	cr_expect_eq(fake_run(power_off, hv_cpu(2)), FAKE_WAITS);
	cell_cpu_came(hv_cpu(0));
	cell_cpu_came(hv_cpu(1));
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_ENTERED);
}

Test(cell, it_starts_when_all_its_cpus_have_come)
{
	cell_cpu_came(hv_cpu(0));
	cr_expect_eq(hv.cells[0].state, CELL_LOADED);
	cell_cpu_came(hv_cpu(1));
	cr_expect_eq(hv.cells[0].state, CELL_RUNNING);
	cr_expect_eq(life_step(0, LIFE_START), HV_E_STATE);
}

Test(cell, a_cpu_that_comes_after_a_panic_halts)
{
	hv.is_panicking = 1;
	cr_expect_eq(fake_run(cell_cpu_came, hv_cpu(2)), FAKE_HALTED);
	cr_expect_eq(hv.cells[1].state, CELL_LOADED);
}

Test(cell, a_cpu_is_turned_on_once)
{
	start();
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ 0x1234 }, 5),
		     CPU_ON_DONE);
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ 0x9999 }, 6),
		     CPU_ON_BUSY);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
	cr_assert_eq(fake.entry.u, 0x1234);
	cr_assert_eq(fake.argument, 5);
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ 0 }, 0),
		     CPU_ON_ALREADY);
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 0, (struct hv_ipa){ 0 }, 0),
		     CPU_ON_ALREADY);
	count_cpus(2);
}

Test(cell, a_foreign_cpu_cannot_be_turned_on)
{
	start();
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 2, (struct hv_ipa){ 0 }, 0),
		     CPU_ON_NO_SUCH);
	cr_assert_eq(cell_cpu_on(hv_cpu(0), UINT64_MAX, (struct hv_ipa){ 0 }, 0),
		     CPU_ON_NO_SUCH);
	cr_assert_null(cell_cpu(hv_cpu(0)->run, 1 | UINT64_C(1) << 31));
}

Test(cell, a_cpu_starts_only_where_the_cell_has_code)
{
	start();
	cr_expect_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ RAM }, 0),
		     CPU_ON_NO_CODE);
	cr_expect_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ ~UINT64_C(3) }, 0),
		     CPU_ON_NO_CODE);
	cr_expect_eq(hv_cpu(1)->power, CPU_OFF);
	cr_expect_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ RAM - 4 }, 0),
		     CPU_ON_DONE);
}

Test(cell, nobody_is_let_in_before_all_are_out)
{
	start_both_cpus();
	cr_assert_eq(fake_run(reboot, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[0].state, CELL_CLEANING);
	cr_assert_gt(fake.n_ipis[1], 0);
	cr_assert(cpu_must_park(hv_cpu(1)));
	cr_assert_eq(fake_run(cpu_park, hv_cpu(1)), FAKE_WAITS);
	count_cpus(0);
	/* The last one out tells the boot CPU, which cleans and enters. */
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_ENTERED);
	cr_assert_eq(hv.cells[0].state, CELL_RUNNING);
	count_cpus(1);
	cr_assert_eq(fake.n_cpu_resets[0], 1);
	cr_assert_eq(fake.n_cpu_resets[1], 1);
	cr_assert_eq(fake.n_cell_resets[0], 1);
	cr_assert_eq(fake.n_cell_resets[1], 0);
}

Test(cell, a_restart_finds_memory_as_the_first_start_did)
{
	start();
	memset(ram, 0xee, RAM);
	cr_assert_eq(fake_run(reboot, hv_cpu(0)), FAKE_ENTERED);
	for (uint32_t i = 0; i < RAM; i++)
		cr_assert_eq(ram[i], i >= 16 && i < 16 + sizeof(pristine) ?
			     pristine[i - 16] : 0);
}

Test(cell, a_cell_that_is_off_is_clean_and_stays_off)
{
	start();
	memset(ram, 0xee, RAM);
	cr_assert_eq(fake_run(power_off, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[0].state, CELL_OFF);
	cr_assert_eq(ram[0], 0);
	cr_assert_eq(ram[RAM - 1], 0);
	cr_assert_eq(hv.cells[1].state, CELL_RUNNING);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_WAITS);
}

Test(cell, turning_off_the_last_cpu_is_a_power_off)
{
	start_both_cpus();
	cr_assert_eq(fake_run(cpu_park, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[0].state, CELL_RUNNING);
	cr_assert_eq(fake_run(cpu_park, hv_cpu(1)), FAKE_WAITS);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[0].state, CELL_OFF);
}

Test(cell, a_cpu_that_was_to_start_does_not_when_the_cell_ends)
{
	start();
	cr_assert_eq(cell_cpu_on(hv_cpu(0), 1, (struct hv_ipa){ 4 }, 0),
		     CPU_ON_DONE);
	cr_assert_eq(fake_run(power_off, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[0].state, CELL_OFF);
	cr_assert_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_WAITS);
	count_cpus(0);
}

Test(cell, restarts_are_limited)
{
	a->on_crash = (struct hv_on){ .action = HV_ON_RESTART, .limit = 2 };
	start();
	cr_assert_eq(fake_run(crash, hv_cpu(0)), FAKE_ENTERED);
	cr_assert_eq(fake_run(crash, hv_cpu(0)), FAKE_ENTERED);
	cr_assert_eq(fake_run(crash, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[0].state, CELL_CRASHED);
}

Test(cell, without_a_pristine_payload_there_is_no_restart)
{
	b->on_crash = (struct hv_on){ .action = HV_ON_RESTART };
	start();
	cr_assert_eq(fake_run(crash, hv_cpu(2)), FAKE_WAITS);
	cr_assert_eq(hv.cells[1].state, CELL_CRASHED);
}

Test(cell, the_root_cell_may_end_the_machine)
{
	fake_tables.head.root_cell = 0;
	a->on_poweroff.action = HV_ON_MACHINE_OFF;
	a->on_reboot.action = HV_ON_MACHINE_RESET;
	start();
	cr_assert_eq(fake_run(reboot, hv_cpu(0)), FAKE_MACHINE_RESET);
}

Test(cell, without_a_root_cell_the_last_power_off_is_the_machines)
{
	start();
	cr_assert_eq(fake_run(power_off, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(fake_run(power_off, hv_cpu(2)), FAKE_MACHINE_OFF);
}

Test(cell, before_the_machine_goes_off_nothing_is_cleaned)
{
	start();
	cr_assert_eq(fake_run(power_off, hv_cpu(2)), FAKE_WAITS);
	fake.n_zeroed = 0;
	cr_assert_eq(fake_run(power_off, hv_cpu(0)), FAKE_MACHINE_OFF);
	cr_assert_eq(fake.n_zeroed, 0);
}

Test(cell, a_power_off_is_not_the_last_before_all_have_started)
{
	hv.cells[0].state = CELL_RUNNING;
	hv.cells[0].n_active = 1;
	cr_assert_eq(fake_run(power_off, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(hv.cells[1].state, CELL_LOADED);
}

Test(cell, a_crash_is_not_the_last_power_off)
{
	start();
	cr_assert_eq(fake_run(power_off, hv_cpu(0)), FAKE_WAITS);
	cr_assert_eq(fake_run(crash, hv_cpu(2)), FAKE_WAITS);
}

Test(cell, windows_on_its_memory_are_shut_before_it_starts)
{
	struct hv_switch *s = &fake_tables.switches[0];

	*s = (struct hv_switch){
		.condition = HV_SWITCH_WINDOW, .owner = 1, .subject = 0,
		.words = { (uint32_t)((char *)fake_tables.words -
				      (char *)&fake_tables), 1 },
	};
	fake_tables.head.switches.count = 1;
	fake_tables.words[0] = (struct hv_switch_word){ .index = 3, .on = 77 };
	fake_tables.pool[3] = 77;
	fake_tables.pool[2] = 88;
	start();
	cr_assert_eq(fake_tables.pool[3], 0);
	cr_assert_eq(fake_tables.pool[2], 88);
	cr_assert_eq(fake.n_cell_flushes[1], 1);
}

/* Any order of calls from any CPU: the counts stay true. */
Test(cell, any_sequence_keeps_the_counts)
{
	uint32_t seed = 7;

	a->on_crash = (struct hv_on){ .action = HV_ON_RESTART };
	fake_tables.head.root_cell = 1;
	start();
	for (uint32_t i = 0; i < 20000; i++) {
		seed = seed * 1664525 + 1013904223;
		struct hv_cpu_state *cpu = hv_cpu(seed >> 16 & 1);

		if (cpu->power != CPU_ON) {
			fake_run(cpu_idle, cpu);
		} else if (cpu_must_park(cpu)) {
			fake_run(cpu_park, cpu);
		} else if ((seed >> 20 & 7) == 0) {
			fake_run(crash, cpu);
		} else if ((seed >> 20 & 7) == 1) {
			fake_run(reboot, cpu);
		} else if ((seed >> 20 & 7) == 2 && hv.cells[0].n_active == 2) {
			fake_run(cpu_park, cpu);
		} else {
			cr_assert_neq(cell_cpu_on(cpu, seed >> 24 & 1,
						  (struct hv_ipa){ 0 }, 0),
				      CPU_ON_NO_SUCH);
		}
		uint32_t n_on = 0;

		for (uint32_t c = 0; c < 2; c++)
			n_on += hv_cpu(c)->power != CPU_OFF;
		cr_assert_eq(hv.cells[0].n_active, n_on);
		cr_assert(hv.cells[0].state == CELL_RUNNING ||
			  hv.cells[0].state == CELL_CLEANING);
		fake.n_sent = 0;
		fake.room = FAKE_SENT_SIZE;
	}
}
