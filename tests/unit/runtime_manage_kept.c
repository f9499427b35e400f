/* SPDX-License-Identifier: BSD-2-Clause */
/* What is kept of a crash, and who has crashed by its own word. */
#include "managed.h"

TestSuite(manage_kept, .init = setup);

Test(manage_kept, a_crash_that_is_kept_can_be_looked_at)
{
	a->on_crash.action = HV_ON_KEEP;
	fake_tables.regions[A][0].ipa.u = 0x100000;
	for (uint32_t i = 0; i < 128; i++)
		ram[0x80 + i] = (uint8_t)i;
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0x100080, 0), HV_E_STATE);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 0), HV_E_STATE);
	fake_run(crash, hv_cpu(1));
	cr_expect_eq(state_of(A), HV_STATE_CRASHED);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0x100080, 0), 0);
	cr_expect_eq(x[1], UINT64_C(0x0706050403020100));
	cr_expect_eq(x[16], UINT64_C(0x7f7e7d7c7b7a7978));
	cr_expect_eq(x[17], 0xdead0011);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0x100081, 0), HV_E_ARGUMENT);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0xfff80, 0), HV_E_ARGUMENT);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0x100000 + RAM, 0), HV_E_ARGUMENT);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, UINT64_MAX - 127, 0), HV_E_ARGUMENT);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 1), 0);
	cr_expect_eq(x[15], 1114);
	cr_expect_eq(x[16], 0xdead0010);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 3), HV_E_ARGUMENT);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 2, 0), HV_E_NO_CELL);
	/* Its other CPU was off: nothing of it was kept. */
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 1, 0), HV_E_EMPTY);
	/* The next start ends it. */
	cr_expect_eq(call(HV_CALL_START, A), 0);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0x100080, 0), HV_E_STATE);
	fake.now_us += 1000000;
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
	cr_expect_eq(ram[0x80 + 1], 0);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 0), HV_E_STATE);
}

Test(manage_kept, a_crash_that_is_not_kept_cannot)
{
	fake_run(crash, hv_cpu(1));
	cr_expect_eq(state_of(A), HV_STATE_CRASHED);
	cr_expect_eq(fake.n_keeps[1], 0);
	cr_expect_eq(call_with(0, HV_CALL_PEEK, A, 0, 0), HV_E_STATE);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 0), HV_E_STATE);
}

/* Every argument names another cell: none is looked at. */
static void call_crash(struct hv_cpu_state *cpu)
{
	for (uint32_t i = 1; i < 18; i++)
		x[i] = ROOT;
	x[0] = HV_CALL_CRASH;
	manage_call(cpu, x);
}

Test(manage_kept, a_cell_that_says_it_has_crashed_has)
{
	a->on_crash.action = HV_ON_KEEP;
	cr_expect_eq(fake_run(call_crash, hv_cpu(1)), FAKE_WAITS);
	cr_expect(was_told(HV_EVENT_CRASH));
	cr_expect_eq(state_of(A), HV_STATE_CRASHED);
	cr_expect_eq(state_of(ROOT), HV_STATE_RUNNING);
	cr_expect_eq(state_of(B), HV_STATE_RUNNING);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 0), 0);
}

Test(manage_kept, a_cell_can_say_of_itself_alone_that_it_has_crashed)
{
	b->on_crash = (struct hv_on){ .action = HV_ON_STOP };
	cr_expect_eq(fake_run(call_crash, hv_cpu(3)), FAKE_WAITS);
	cr_expect_eq(state_of(B), HV_STATE_CRASHED);
	cr_expect_eq(state_of(A), HV_STATE_RUNNING);
	cr_expect_eq(state_of(ROOT), HV_STATE_RUNNING);
}
