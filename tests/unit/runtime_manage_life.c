/* SPDX-License-Identifier: BSD-2-Clause */
/* The root cell starts, stops and loads another. */
#include "managed.h"

TestSuite(manage_life, .init = setup);

/* While root waits, a's CPUs leave their cell. */
static void park_all(void)
{
	for (uint32_t i = 1; i < 3; i++) {
		if (hv_cpu(i)->power == CPU_ON)
			fake_nested(cpu_park_and_keep, hv_cpu(i));
	}
}

static int64_t stop(uint32_t cell_i)
{
	int64_t answer;

	fake.on_relax = park_all;
	answer = call(HV_CALL_STOP, cell_i);
	fake.on_relax = NULL;
	return answer;
}

Test(manage_life, stop_returns_when_all_cpus_are_parked)
{
	cr_assert_eq(cell_cpu_on(hv_cpu(1), 2, (struct hv_ipa){ 0 }, 0), CPU_ON_DONE);
	fake_run(cpu_idle, hv_cpu(2));
	cr_expect_eq(stop(A), 0);
	cr_expect_eq(hv.cells[A].n_active, 0);
	cr_expect_eq(hv_cpu(1)->power, CPU_OFF);
	cr_expect_eq(hv_cpu(2)->power, CPU_OFF);
	cr_expect_eq(fake.n_cpu_resets[1], 1);
	cr_expect_eq(fake.n_cpu_resets[2], 1);
	cr_expect_eq(stop(A), HV_E_STATE);
}

Test(manage_life, a_cpu_that_was_to_start_is_not_waited_for)
{
	cr_assert_eq(cell_cpu_on(hv_cpu(1), 2, (struct hv_ipa){ 0 }, 0), CPU_ON_DONE);
	cr_expect_eq(stop(A), 0);
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_WAITS);
}

Test(manage_life, a_stopped_cell_is_clean_and_starts_again)
{
	memset(ram, 0xee, RAM);
	/* The boot CPU, which cleans, parks first, and so waits for the other. */
	cr_assert_eq(cell_cpu_on(hv_cpu(1), 2, (struct hv_ipa){ 0 }, 0), CPU_ON_DONE);
	fake_run(cpu_idle, hv_cpu(2));
	cr_expect_eq(stop(A), 0);
	cr_expect_eq(state_of(A), HV_STATE_CLEANING);
	cr_expect_eq(call(HV_CALL_START, A), HV_E_BUSY);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_OFF);
	cr_expect_eq(x[7], 1);
	cr_expect_eq(ram[0], 7);
	cr_expect_eq(ram[64], 0);
	cr_expect_eq(ram[RAM - 1], 0);
	cr_expect_eq(call(HV_CALL_START, A), 0);
	cr_expect_eq(call(HV_CALL_START, A), HV_E_STATE);
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
	cr_expect_eq(state_of(A), HV_STATE_RUNNING);
	cr_expect_eq(x[2], 2);
}

Test(manage_life, without_a_pristine_payload_a_stopped_cell_waits_for_load)
{
	a->copies.count = 0;
	cr_expect_eq(stop(A), 0);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_OFF);
	cr_expect_eq(x[7], 0);
	cr_expect_eq(call(HV_CALL_START, A), HV_E_STATE);
}

static void window_row(void)
{
	fake_tables.switches[0] = (struct hv_switch){
		.condition = HV_SWITCH_WINDOW, .owner = ROOT, .subject = A,
		.words = { (uint32_t)((char *)fake_tables.words -
				      (char *)&fake_tables), 1 },
	};
	fake_tables.head.switches.count = 1;
	fake_tables.words[0] = (struct hv_switch_word){ .index = 3, .on = 77 };
}

/* SHA-256 of 5000 bytes of 0x5a, by sha256sum. */
static const uint8_t digest[32] = {
	0x3c, 0xad, 0x4d, 0xac, 0x08, 0x71, 0xe6, 0x56, 0x00, 0x0d,
	0x39, 0x77, 0x4c, 0x13, 0xa9, 0x88, 0xc4, 0x6f, 0xc1, 0x20,
	0xf5, 0xed, 0xca, 0x80, 0x91, 0xf4, 0x3b, 0x74, 0xeb, 0x38,
	0xb2, 0xba,
};

static void name_payload(void)
{
	fake_image.n_segments = 1;
	fake_image.segments[0] = (struct hv_segment){
		.kind = HV_SEGMENT_PAYLOAD, .cell = A, .size = 5000,
		.destination = { (uintptr_t)ram + 0x100 },
	};
	memcpy(fake_image.segments[0].sha256.b, digest, 32);
}

static void begin_load(void)
{
	window_row();
	name_payload();
	cr_assert_eq(stop(A), 0);
	idle();
	memset(ram, 0xee, RAM);
	cr_assert_eq(call(HV_CALL_LOAD_BEGIN, A), HV_E_BUSY);
	cr_assert_eq(fake_tables.pool[3], 0);
	idle();
	for (uint32_t i = 0; i < RAM; i++)
		cr_assert_eq(ram[i], 0);
	cr_assert_eq(call(HV_CALL_LOAD_BEGIN, A), 0);
	cr_assert_eq(fake_tables.pool[3], 77);
	cr_assert_eq(state_of(A), HV_STATE_EMPTY);
	cr_assert_eq(x[6], HV_LOADING);
}

Test(manage_life, the_named_payload_is_taken_and_what_lies_beside_it_is_not)
{
	begin_load();
	memset(ram, 0xcc, RAM);
	memset(ram + 0x100, 0x5a, 5000);
	cr_expect_eq(call(HV_CALL_START, A), HV_E_STATE);
	cr_expect_eq(call(HV_CALL_LOAD_END, A), 0);
	cr_expect_eq(fake_tables.pool[3], 0);
	cr_expect_eq(fake.n_cell_flushes[ROOT], 1);
	cr_expect_eq(state_of(A), HV_STATE_CLEANING);
	cr_expect_eq(call(HV_CALL_START, A), HV_E_BUSY);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_LOADED);
	cr_expect_eq(x[7], 1);
	for (uint32_t i = 0; i < RAM; i++)
		cr_assert_eq(ram[i], i >= 0x100 && i < 0x100 + 5000 ? 0x5a : 0);
	cr_expect_eq(fake.n_flushed, 5000);
	cr_expect_eq(call(HV_CALL_START, A), 0);
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
}

Test(manage_life, another_payload_is_refused_and_wiped)
{
	begin_load();
	memset(ram + 0x100, 0x5a, 5000);
	ram[0x100 + 4999] ^= 1;
	cr_expect_eq(call(HV_CALL_LOAD_END, A), 0);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_EMPTY);
	cr_expect_eq(x[6], 0);
	cr_expect(was_told(HV_EVENT_REFUSED));
	cr_expect(!was_told(HV_EVENT_LOADED));
	for (uint32_t i = 0; i < RAM; i++)
		cr_assert_eq(ram[i], 0);
	/* Its own is kept, and can still be started. */
	cr_expect_eq(x[7], 1);
	cr_expect_eq(call(HV_CALL_START, A), 0);
	fake.now_us += 1000000;
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(1)), FAKE_ENTERED);
	cr_expect_eq(ram[0], 7);
}

Test(manage_life, after_a_refusal_a_cell_without_a_copy_waits_for_another_load)
{
	begin_load();
	a->copies.count = 0;
	cr_expect_eq(call(HV_CALL_LOAD_END, A), 0);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_EMPTY);
	cr_expect_eq(x[7], 0);
	cr_expect_eq(call(HV_CALL_START, A), HV_E_STATE);
	cr_expect_eq(call(HV_CALL_LOAD_BEGIN, A), 0);
}

Test(manage_life, a_text_without_a_payload_takes_none)
{
	begin_load();
	fake_image.n_segments = 0;
	a->flags &= ~HV_CELL_HAS_PAYLOAD;
	cr_expect_eq(call(HV_CALL_LOAD_END, A), 0);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_EMPTY);
}

Test(manage_life, any_payload_is_left_as_it_was_loaded)
{
	a->flags |= HV_CELL_PAYLOAD_ANY;
	begin_load();
	memset(ram, 0xcc, RAM);
	cr_expect_eq(call(HV_CALL_LOAD_END, A), 0);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_LOADED);
	cr_expect_eq(fake.n_flushed, RAM);
	for (uint32_t i = 0; i < RAM; i++)
		cr_assert_eq(ram[i], 0xcc);
}

Test(manage_life, a_load_that_begins_again_begins_with_clean_memory)
{
	begin_load();
	ram[5] = 1;
	cr_expect_eq(call(HV_CALL_LOAD_BEGIN, A), HV_E_BUSY);
	cr_expect_eq(fake_tables.pool[3], 0);
	idle();
	cr_expect_eq(call(HV_CALL_LOAD_BEGIN, A), 0);
	cr_expect_eq(ram[5], 0);
}

Test(manage_life, before_its_cpus_have_come_nobody_changes_a_cell)
{
	static const uint64_t asked[] = {
		HV_CALL_START, HV_CALL_STOP, HV_CALL_LOAD_BEGIN, HV_CALL_LOAD_END,
	};

	hv.cells[A].n_awaited = 1;
	for (uint32_t i = 0; i < 4; i++)
		cr_expect_eq(call(asked[i], A), HV_E_BUSY);
	cr_expect_eq(hv.cells[A].state, CELL_RUNNING);
	hv.cells[A].n_awaited = 0;
	cr_expect_eq(call(HV_CALL_START, A), HV_E_STATE);
}
