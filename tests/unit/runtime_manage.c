/* SPDX-License-Identifier: BSD-2-Clause */
/* Management calls: who may, what they tell, and that nothing is written else. */
#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"
#include "core/event.h"
#include "core/manage.h"

enum { RAM = 0x3000, EVENT_LINE = 90, N = HV_CALL_CRASH - HV_CALL_FIRST + 1 };
enum { ROOT, A, B, N_TEST_CELLS };

static struct hv_cell *root, *a, *b;
static uint8_t *ram;
static uint8_t pristine[64];
static uint64_t x[18];

/* root on CPU 0, a on CPUs 1 and 2 and all managed, b on CPU 3 and not. */
static void setup(void)
{
	fake_begin();
	root = fake_cell("root", 1);
	a = fake_cell("a", 2);
	b = fake_cell("b", 1);
	fake_tables.head.root_cell = ROOT;
	root->flags |= HV_CELL_ROOT;
	root->event_line = EVENT_LINE;
	a->managed = HV_MANAGED_START | HV_MANAGED_STOP | HV_MANAGED_LOAD |
		     HV_MANAGED_CONSOLE;
	ram = fake_memory(RAM);
	fake_region(a, ram, RAM, HV_REGION_RAM);
	memset(pristine, 7, sizeof(pristine));
	fake_copy(a, pristine, ram, sizeof(pristine));
	fake_tables.head.base.u = (uintptr_t)fake_memory(HV_IMAGE_HEAD_SIZE);
	fake_boot();
	cell_start_all();
	for (uint32_t i = 0; i < 4; i++)
		fake_run(cpu_idle, hv_cpu(i));
}

TestSuite(manage, .init = setup);

static int64_t call_with(uint32_t cpu_i, uint32_t number, uint64_t x1,
			 uint64_t x2, uint64_t x3)
{
	for (uint32_t i = 0; i < 18; i++)
		x[i] = 0xdead0000 + i;
	x[0] = number;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
	manage_call(hv_cpu(cpu_i), x);
	return (int64_t)x[0];
}

static int64_t call(uint32_t number, uint64_t x1)
{
	return call_with(0, number, x1, 0xdead0002, 0xdead0003);
}

/* On an error nothing but x0 is written; x17 and further are nobody's. */
static bool is_untouched(uint64_t x1, uint64_t x2, uint64_t x3)
{
	bool is_same = x[1] == x1 && x[2] == x2 && x[3] == x3;

	for (uint32_t i = 4; i < 18; i++)
		is_same &= x[i] == 0xdead0000 + i;
	return is_same;
}

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

/* ---- lives --------------------------------------------------------------- */

static uint64_t state_of(uint32_t cell_i)
{
	cr_assert_eq(call(HV_CALL_CELL_STATE, cell_i), 0);
	return x[1];
}

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

static void idle(void)
{
	for (uint32_t i = 0; i < 3; i++) {
		if (hv_cpu(i)->power != CPU_ON)
			fake_run(cpu_idle, hv_cpu(i));
	}
}

Test(manage, stop_returns_when_all_cpus_are_parked)
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

Test(manage, a_cpu_that_was_to_start_is_not_waited_for)
{
	cr_assert_eq(cell_cpu_on(hv_cpu(1), 2, (struct hv_ipa){ 0 }, 0), CPU_ON_DONE);
	cr_expect_eq(stop(A), 0);
	cr_expect_eq(fake_run(cpu_idle, hv_cpu(2)), FAKE_WAITS);
}

Test(manage, a_stopped_cell_is_clean_and_starts_again)
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

Test(manage, without_a_pristine_payload_a_stopped_cell_waits_for_load)
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

static struct hv_image_head *image(void)
{
	return (struct hv_image_head *)(uintptr_t)fake_tables.head.base.u;
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
	image()->n_segments = 1;
	image()->segments[0] = (struct hv_segment){
		.kind = HV_SEGMENT_PAYLOAD, .cell = A, .size = 5000,
		.destination = { (uintptr_t)ram + 0x100 },
	};
	memcpy(image()->segments[0].sha256.b, digest, 32);
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

Test(manage, the_named_payload_is_taken_and_what_lies_beside_it_is_not)
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

static bool was_told(uint32_t kind)
{
	uint64_t event[6] = { 0 };
	bool was = false;

	while (event_get(event))
		was |= event[2] == kind && event[3] == A;
	return was;
}

Test(manage, another_payload_is_refused_and_wiped)
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

Test(manage, after_a_refusal_a_cell_without_a_copy_waits_for_another_load)
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

Test(manage, a_text_without_a_payload_takes_none)
{
	begin_load();
	image()->n_segments = 0;
	a->flags &= ~HV_CELL_HAS_PAYLOAD;
	cr_expect_eq(call(HV_CALL_LOAD_END, A), 0);
	idle();
	cr_expect_eq(state_of(A), HV_STATE_EMPTY);
}

Test(manage, any_payload_is_left_as_it_was_loaded)
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

Test(manage, a_load_that_begins_again_begins_with_clean_memory)
{
	begin_load();
	ram[5] = 1;
	cr_expect_eq(call(HV_CALL_LOAD_BEGIN, A), HV_E_BUSY);
	cr_expect_eq(fake_tables.pool[3], 0);
	idle();
	cr_expect_eq(call(HV_CALL_LOAD_BEGIN, A), 0);
	cr_expect_eq(ram[5], 0);
}

/* ---- what is kept of a crash --------------------------------------------- */

static void crash(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_CRASH, "a test");
}

Test(manage, a_crash_that_is_kept_can_be_looked_at)
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

Test(manage, a_crash_that_is_not_kept_cannot)
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

Test(manage, a_cell_that_says_it_has_crashed_has)
{
	a->on_crash.action = HV_ON_KEEP;
	cr_expect_eq(fake_run(call_crash, hv_cpu(1)), FAKE_WAITS);
	cr_expect(was_told(HV_EVENT_CRASH));
	cr_expect_eq(state_of(A), HV_STATE_CRASHED);
	cr_expect_eq(state_of(ROOT), HV_STATE_RUNNING);
	cr_expect_eq(state_of(B), HV_STATE_RUNNING);
	cr_expect_eq(call_with(0, HV_CALL_REGISTERS, A, 0, 0), 0);
}

Test(manage, a_cell_can_say_of_itself_alone_that_it_has_crashed)
{
	b->on_crash = (struct hv_on){ .action = HV_ON_STOP };
	cr_expect_eq(fake_run(call_crash, hv_cpu(3)), FAKE_WAITS);
	cr_expect_eq(state_of(B), HV_STATE_CRASHED);
	cr_expect_eq(state_of(A), HV_STATE_RUNNING);
	cr_expect_eq(state_of(ROOT), HV_STATE_RUNNING);
}

/* ---- events, counters ---------------------------------------------------- */

Test(manage, events_are_told_in_order_and_the_line_is_raised)
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

Test(manage, events_that_are_forgotten_give_the_oldest_kept)
{
	for (uint32_t i = 0; i < 200; i++)
		event_add(A, HV_EVENT_START, i);
	cr_expect_eq(call(HV_CALL_EVENT, 0), 0);
	cr_expect_eq(x[5], 200 - HV_EVENTS_KEPT);
	cr_expect_eq(x[1], hv.events.n - HV_EVENTS_KEPT + 1);
}

Test(manage, a_cell_that_gave_up_says_so)
{
	a->on_crash = (struct hv_on){ .action = HV_ON_RESTART, .limit = 1 };
	fake_run(crash, hv_cpu(1));
	cr_expect(!was_told(HV_EVENT_GAVE_UP));
	fake_run(crash, hv_cpu(1));
	cr_expect(was_told(HV_EVENT_GAVE_UP));
}

Test(manage, counters_are_told)
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
