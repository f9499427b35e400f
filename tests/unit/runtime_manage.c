/* SPDX-License-Identifier: BSD-2-Clause */
/* Management calls: who may, what they tell, and that nothing is written else. */
#include "managed.h"

TestSuite(manage, .init = setup);

static bool is_anybodys(uint32_t number)
{
	return number == HV_CALL_VERSION || number == HV_CALL_IDENTITY ||
	       number == HV_CALL_CHANNEL || number == HV_CALL_CRASH;
}

static const uint64_t odd[] = {
	0, 1, 2, 3, 4, 63, 64, 127, 128, 0xffff, 0x7fffffff, 0x80000000, HV_NONE,
	UINT64_C(1) << 32, (UINT64_C(1) << 32) + 1, UINT64_C(1) << 63,
	INT64_MAX, UINT64_MAX - 127, UINT64_MAX,
};
#define N_ODD (sizeof(odd) / sizeof(*odd))

Test(manage, a_cell_that_is_not_root_is_denied_before_any_argument)
{
	static struct hv_runtime before;

	before = hv;
	for (uint32_t n = 0; n < N; n++) {
		uint32_t number = HV_CALL_FIRST + n;

		for (uint32_t i = 0; i < N_ODD && !is_anybodys(number); i++) {
			for (uint32_t cpu_i = 1; cpu_i < 4; cpu_i++) {
				cr_expect_eq(call_with(cpu_i, number, odd[i], odd[i],
						       odd[i]), HV_E_DENIED, "%x", number);
				cr_expect(is_untouched(odd[i], odd[i], odd[i]));
			}
		}
	}
	cr_expect_eq(memcmp(&before, &hv, sizeof(hv)), 0);
}

Test(manage, without_a_root_cell_nobody_manages)
{
	fake_tables.head.root_cell = HV_NONE;
	for (uint32_t n = 0; n < N; n++) {
		if (!is_anybodys(HV_CALL_FIRST + n))
			cr_expect_eq(call(HV_CALL_FIRST + n, 1), HV_E_DENIED);
	}
	cr_expect_eq(call(HV_CALL_VERSION, 0), 0);
	cr_expect_eq(x[4], HV_NONE);
	cr_expect_eq(x[5], HV_NONE);
}

Test(manage, numbers_without_a_call_are_not_supported)
{
	for (uint32_t number = HV_CALL_FIRST + N; number <= HV_CALL_LAST; number++) {
		cr_expect_eq(call_with(0, number, 1, 1, 1), HV_E_NOT_SUPPORTED);
		cr_expect(is_untouched(1, 1, 1));
	}
}

/* Every call of root with every odd argument: an answer of the manual, and on
 * an error nothing written; cells that are not there are not found. */
Test(manage, odd_arguments_are_answered_and_nothing_is_written)
{
	for (uint32_t k = 0; k < N * N_ODD * N_ODD * N_ODD; k++) {
		uint32_t number = HV_CALL_FIRST + k % N;
		uint64_t x1 = odd[k / N % N_ODD], x2 = odd[k / N / N_ODD % N_ODD];
		uint64_t x3 = odd[k / N / N_ODD / N_ODD];
		int64_t answer;

		/* b's CPU parks when it is stopped: nobody plays it here. Nor
		 * does who has crashed come back. */
		if ((number == HV_CALL_STOP && x1 == A) || number == HV_CALL_CRASH)
			continue;
		answer = call_with(0, number, x1, x2, x3);
		cr_assert(answer <= 0 && answer >= HV_E_EMPTY);
		if (answer)
			cr_assert(is_untouched(x1, x2, x3), "%x", number);
		if (x1 >= N_TEST_CELLS && x1 != HV_NONE && number >= HV_CALL_CELL_INFO &&
		    number <= HV_CALL_CONSOLE_WRITE)
			cr_assert_eq(answer, HV_E_NO_CELL, "%x %lx", number, x1);
	}
}

Test(manage, what_managed_does_not_say_is_denied)
{
	static const uint32_t calls[] = {
		HV_CALL_START, HV_CALL_STOP, HV_CALL_LOAD_BEGIN, HV_CALL_LOAD_END,
		HV_CALL_CONSOLE_READ, HV_CALL_CONSOLE_WRITE,
	};
	static const uint32_t rights[] = {
		HV_MANAGED_START, HV_MANAGED_STOP, HV_MANAGED_LOAD, HV_MANAGED_LOAD,
		HV_MANAGED_CONSOLE, HV_MANAGED_CONSOLE,
	};

	for (uint32_t i = 0; i < 6; i++) {
		cr_expect_eq(call(calls[i], B), HV_E_DENIED);
		cr_expect_eq(call(calls[i], ROOT), HV_E_DENIED);
		for (uint32_t has = 0; has < 16; has++) {
			b->managed = has;
			if (!(has & rights[i]))
				cr_expect_eq(call(calls[i], B), HV_E_DENIED);
		}
		b->managed = 0;
	}
	cr_expect_eq(hv.cells[B].state, CELL_RUNNING);
}

Test(manage, version_and_identity_are_anybodys)
{
	for (uint32_t i = 0; i < 32; i++) {
		fake_tables.head.identity.b[i] = (uint8_t)i;
		fake_tables.head.runtime.b[i] = (uint8_t)(0x80 + i);
	}
	cr_expect_eq(call_with(3, HV_CALL_VERSION, 0, 0, 0), 0);
	cr_expect_eq(x[1], HV_ABI_VERSION);
	cr_expect_eq(x[2], B);
	cr_expect_eq(x[3], 3);
	cr_expect_eq(x[4], ROOT);
	cr_expect_eq(x[5], HV_NONE);
	cr_expect_eq(call(HV_CALL_VERSION, 0), 0);
	cr_expect_eq(x[5], EVENT_LINE);
	cr_expect_eq(call_with(3, HV_CALL_IDENTITY, 0, 0, 0), 0);
	cr_expect_eq(x[1], UINT64_C(0x0706050403020100));
	cr_expect_eq(x[8], UINT64_C(0x9f9e9d9c9b9a9998));
	cr_expect_eq(x[9], 0xdead0009);
}

Test(manage, a_cell_is_described)
{
	cr_expect_eq(call(HV_CALL_CELL_INFO, A), 0);
	cr_expect_eq(x[1], 'a');
	cr_expect_eq(x[2] | x[3] | x[4], 0);
	cr_expect_eq(x[5], a->flags);
	cr_expect_eq(x[6], a->managed);
	cr_expect_eq(x[7], 6);
	cr_expect_eq(x[8], HV_CONSOLE_VIRTUAL);
	cr_expect_eq(x[9], 0);
}

Test(manage, windows_are_found_by_both_addresses)
{
	fake_region(root, ram + 0x1000, 0x1000, HV_REGION_WINDOW);
	fake_tables.regions[ROOT][0].arg = A;
	fake_tables.regions[ROOT][0].ipa.u = 0x7000;
	fake_tables.regions[A][0].ipa.u = 0x100000;
	cr_expect_eq(call(HV_CALL_CELL_INFO, A), 0);
	cr_expect_eq(x[9], 1);
	cr_expect_eq(call_with(0, HV_CALL_WINDOW, A, 0, 0), 0);
	cr_expect_eq(x[1], 0x7000);
	cr_expect_eq(x[2], 0x1000);
	cr_expect_eq(x[3], 0x101000);
	cr_expect_eq(call_with(0, HV_CALL_WINDOW, A, 1, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(0, HV_CALL_WINDOW, B, 0, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(0, HV_CALL_WINDOW, A, UINT64_MAX, 0), HV_E_NO_CELL);
}

Test(manage, each_cell_sees_the_ends_of_its_own_channels)
{
	fake_channel();
	strcpy(fake_tables.channels[0].name, "wire");
	fake_tables.channels[0].size = 0x1000;
	fake_tables.channels[0].flags = HV_CHANNEL_DOORBELL;
	fake_end_row(A, 91, 2)->flags = HV_READ;
	fake_end_row(B, 92, 1)->memory.u = 0x5000;
	cr_expect_eq(call_with(0, HV_CALL_CHANNEL, 0, 0, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(3, HV_CALL_CHANNEL, 0, 0, 0), 0);
	cr_expect_eq(x[1], UINT64_C(0x65726977));
	cr_expect_eq(x[5], 0x5000);
	cr_expect_eq(x[6], 0x1000);
	cr_expect_eq(x[8], 92);
	cr_expect_eq(x[9], 1);
	cr_expect_eq(x[10], 2);
	cr_expect_eq(x[11], 1);
	cr_expect_eq(call_with(1, HV_CALL_CHANNEL, 0, 0, 0), 0);
	cr_expect_eq(x[12], HV_READ | HV_CHANNEL_DOORBELL << HV_CALL_CHANNEL_SHIFT);
	cr_expect_eq(call_with(1, HV_CALL_CHANNEL, 1, 0, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(1, HV_CALL_CHANNEL, UINT64_MAX, 0, 0), HV_E_NO_CELL);
}

Test(manage, who_is_behind_a_virtio_device_is_told_what_it_needs)
{
	struct hv_virtio *v;

	fake_virtio(A, B, 1);		/* not root's */
	v = fake_virtio(A, ROOT, 4);
	strcpy(v->name, "disk");
	v->flags = HV_VIRTIO_READONLY;
	v->back_registers.u = 0x1000;
	v->back_ring.u = 0x3000;
	*fake_view(v) = (struct hv_view){ { 1 }, { 2 }, 3, HV_READ, 0 };
	*fake_view(v) = (struct hv_view){ { 4 }, { 5 }, 6, HV_READ | HV_WRITE, 0 };
	cr_expect_eq(call(HV_CALL_VIRTIO, 0), 0);
	cr_expect_eq(x[1], UINT64_C(0x6b736964));
	cr_expect_eq(x[2] | x[3] | x[4], 0);
	cr_expect_eq(x[5], HV_VIRTIO_BLOCK);
	cr_expect_eq(x[6], HV_VIRTIO_READONLY);
	cr_expect_eq(x[7], A);
	cr_expect_eq(x[8], 4);
	cr_expect_eq(x[9], 0x1000);
	cr_expect_eq(x[10], 0x3000);
	cr_expect_eq(x[11], v->back_line);
	cr_expect_eq(x[12], 2);
	cr_expect_eq(x[13], 0xdead000d);
	cr_expect_eq(call_with(0, HV_CALL_VIRTIO_VIEW, 0, 1, 0), 0);
	cr_expect_eq(x[1], 4);
	cr_expect_eq(x[2], 5);
	cr_expect_eq(x[3], 6);
	cr_expect_eq(x[4], HV_READ | HV_WRITE);
	cr_expect_eq(x[5], 0xdead0005);
	cr_expect_eq(call_with(0, HV_CALL_VIRTIO_VIEW, 0, 2, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(0, HV_CALL_VIRTIO_VIEW, 0, UINT64_MAX, 0), HV_E_NO_CELL);
	cr_expect_eq(call_with(0, HV_CALL_VIRTIO_VIEW, 1, 0, 0), HV_E_NO_CELL);
	for (uint32_t i = 1; i < N_ODD; i++)
		cr_expect_eq(call(HV_CALL_VIRTIO, odd[i]), HV_E_NO_CELL);
}
