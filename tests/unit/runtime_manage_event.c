/* SPDX-License-Identifier: BSD-2-Clause */
/* Events and counters, as the root cell hears of them. */
#include "managed.h"

TestSuite(manage_event, .init = setup);

Test(manage_event, events_are_told_in_order_and_the_line_is_raised)
{
	uint64_t next = hv.events.n;
	uint32_t n_pends = fake.n_pends[EVENT_LINE];

	cr_expect_eq(call(HV_CALL_EVENT, next), HV_E_EMPTY);
	fake.now_us = 1234;
	fake_run(crash, hv_cpu(1));
	cr_expect_gt(fake.n_pends[EVENT_LINE], n_pends);
	cr_expect_eq(call(HV_CALL_EVENT, next), 0);
	cr_expect_eq(x[1], next + 1);
	cr_expect_eq(x[2], HV_EVENT_CRASH);
	cr_expect_eq(x[3], A);
	cr_expect_eq(x[4], 1234);
	idle();
	cr_expect_eq(call(HV_CALL_START, A), 0);
	cr_expect_eq(call(HV_CALL_EVENT, next + 1), 0);
	cr_expect_eq(x[2], HV_EVENT_START);
	cr_expect_eq(x[5], 2);
	cr_expect_eq(call(HV_CALL_EVENT, UINT64_MAX), HV_E_EMPTY);
}

Test(manage_event, events_that_are_forgotten_give_the_oldest_kept)
{
	for (uint32_t i = 0; i < 200; i++)
		event_add(A, HV_EVENT_START, i);
	cr_expect_eq(call(HV_CALL_EVENT, 0), 0);
	cr_expect_eq(x[5], 200 - HV_EVENTS_KEPT);
	cr_expect_eq(x[1], hv.events.n - HV_EVENTS_KEPT + 1);
}

Test(manage_event, a_cell_that_gave_up_says_so)
{
	a->on_crash = (struct hv_on){ .action = HV_ON_RESTART, .limit = 1 };
	fake_run(crash, hv_cpu(1));
	cr_expect(!was_told(HV_EVENT_GAVE_UP));
	fake_run(crash, hv_cpu(1));
	cr_expect(was_told(HV_EVENT_GAVE_UP));
}

Test(manage_event, counters_are_told)
{
	hv_cpu(2)->exits[EXIT_MMIO] = 5;
	hv_cpu(2)->exits[EXIT_LINE] = 12;
	hv_cpu(2)->n_not_lines = 3;
	cr_expect_eq(call_with(0, HV_CALL_STATS, A, 1, 0), 0);
	cr_expect_eq(x[1 + HV_EXIT_MMIO], 5);
	cr_expect_eq(x[8], 9);
	cr_expect_eq(x[9], HV_POWER_OFF);
	cr_expect_eq(call_with(0, HV_CALL_STATS, A, 2, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(0, HV_CALL_STATS, A, UINT64_MAX, 0), HV_E_NO_CELL);
}
