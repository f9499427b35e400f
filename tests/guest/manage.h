/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * manage.h - what bare-metal root cells have in common: management calls
 * (hv-abi(7)), and a count of what did not go as it should.
 *
 * For one CPU: `x` is the registers of the last call. Includes cell.h and the ABI.
 */
#ifndef TESTS_GUEST_MANAGE_H
#define TESTS_GUEST_MANAGE_H

#include "cell.h"
#include "hv_abi.h"
#include "hv_abi_calls.h"

void hv_call(uint64_t *x);

static uint64_t x[HV_CALL_REGISTERS_MAX];
static uint64_t n_checks, n_wrong;

static inline int64_t call(uint32_t number, uint64_t x1, uint64_t x2, uint64_t x3)
{
	x[0] = number;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
	hv_call(x);
	return (int64_t)x[0];
}

static inline void check(bool is_right, const char *what)
{
	n_checks++;
	if (is_right)
		return;
	n_wrong++;
	print("WRONG: %s (x0 %ld, x1 0x%lx)\n", what, (int64_t)x[0], x[1]);
}

static inline void spin(uint64_t ticks)
{
	uint64_t from = timer_now();

	while (timer_now() - from < ticks)
		__asm__ volatile("yield");
}

/* Until the call says something else than BUSY, which takes a while. */
static inline int64_t patiently(uint32_t number, uint64_t cell)
{
	uint64_t end = timer_patience();
	int64_t answer;

	while ((answer = call(number, cell, 0, 0)) == HV_E_BUSY && timer_now() < end)
		spin(100);
	return answer;
}

static inline bool reaches(uint64_t cell, uint64_t state)
{
	uint64_t end = timer_patience();

	while (call(HV_CALL_CELL_STATE, cell, 0, 0) || x[1] != state) {
		if (timer_now() > end)
			return false;
		spin(100);
	}
	return true;
}

#endif
