/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * managed.h - a root cell that manages one of two others, for tests of the
 * management calls. Included once by each of them.
 */
#ifndef TESTS_UNIT_MANAGED_H
#define TESTS_UNIT_MANAGED_H

#include <criterion/criterion.h>

#include <string.h>

#include "arch/fake/fake.h"
#include "arch/fake/tables.h"
#include "core/cell.h"
#include "core/event.h"
#include "core/manage.h"

enum { RAM = 0x3000, EVENT_LINE = 90, N = HV_CALL_VIRTIO_VIEW - HV_CALL_FIRST + 1 };
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
	fake_boot();
	fake_start();
	for (uint32_t i = 0; i < 4; i++)
		fake_run(cpu_idle, hv_cpu(i));
}

static inline int64_t call_with(uint32_t cpu_i, uint32_t number, uint64_t x1,
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

static inline int64_t call(uint32_t number, uint64_t x1)
{
	return call_with(0, number, x1, 0xdead0002, 0xdead0003);
}

/* On an error nothing but x0 is written; x17 and further are nobody's. */
static inline bool is_untouched(uint64_t x1, uint64_t x2, uint64_t x3)
{
	bool is_same = x[1] == x1 && x[2] == x2 && x[3] == x3;

	for (uint32_t i = 4; i < 18; i++)
		is_same &= x[i] == 0xdead0000 + i;
	return is_same;
}

static inline uint64_t state_of(uint32_t cell_i)
{
	cr_assert_eq(call(HV_CALL_CELL_STATE, cell_i), 0);
	return x[1];
}

/* All CPUs but B's, where they are parked. */
static inline void idle(void)
{
	for (uint32_t i = 0; i < 3; i++) {
		if (hv_cpu(i)->power != CPU_ON)
			fake_run(cpu_idle, hv_cpu(i));
	}
}

/* Of A. */
static inline bool was_told(uint32_t kind)
{
	uint64_t event[6] = { 0 };
	bool was = false;

	while (event_get(event))
		was |= event[2] == kind && event[3] == A;
	return was;
}

static inline void crash(struct hv_cpu_state *cpu)
{
	cell_end(cpu, END_CRASH, "a test");
}

#endif
