/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hostile_calls.h - any calls with anything in all their registers, of a cell that
 * manages nobody. Behind hostile.c's expect(), for one file.
 *
 * What each must answer is known, and what no answer says must be as it was: the
 * other registers, this cell's memory, what it does not reach, and which lines are
 * its own. The same calls in each run.
 */
#ifndef TESTS_GUEST_HOSTILE_CALLS_H
#define TESTS_GUEST_HOSTILE_CALLS_H

#include "hv_abi.h"
#include "hv_abi_calls.h"

#ifndef CALLS
#define CALLS 5000u		/* scripts/cell: CELL_FLAGS */
#endif

enum { CALLS_BETWEEN_LINES = 512, NO_MORE = 20 };

#define SMCCC_VERSION		0x80000000u
#define SMCCC_ARCH_FEATURES	0x80000001u
#define IN_64			0x40000000u	/* of a function: its arguments */
#define PSCI_N			0x20u

void hv_call(uint64_t *x);
void hv_call_by_smc(uint64_t *x);

static uint64_t dice = 1;
static volatile uint64_t own_word = 0x600dda7a600dda7a;

static uint64_t any(void)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return dice;
}

/* Where something begins, ends or wraps; a cell, a CPU, or nothing at all. */
static uint64_t odd(void)
{
	static const uint64_t ends[] = {
		0, 64, 1ul << 12, 1ul << 31, 1ul << 32, 1ul << 40, 1ul << 63,
		MEM_RAM_BASE, MEM_RAM_BASE + MEM_RAM_SIZE, GICD_BASE, SMCCC_VERSION,
		PSCI_VERSION, HV_CALL_FIRST,
	};
	uint64_t end = ends[any() % (sizeof(ends) / sizeof(*ends))];

	switch (any() % 4) {
	case 0:
		return any();
	case 1:
		return any() % 8;
	default:
		return end + any() % 5 - 2;
	}
}

static uint64_t function(void)
{
	uint64_t above = any() % 4 ? 0 : any() << 32;	/* nobody reads that */

	switch (any() % 4) {
	case 0:
		return above | (HV_CALL_FIRST + any() % 0x20);
	case 1:
		return above | PSCI_VERSION | any() % PSCI_N | (any() % 2 ? IN_64 : 0);
	case 2:
		return odd();
	default:
		return above | (uint32_t)any();
	}
}

/* It would not come back, or not alone: trials of their own. */
static bool is_left_out(const uint64_t *x)
{
	uint32_t w0 = (uint32_t)x[0];
	uint64_t target = w0 & IN_64 ? x[1] : (uint32_t)x[1];

	switch (w0 & ~IN_64) {
	case PSCI_CPU_SUSPEND & ~IN_64:
	case PSCI_CPU_OFF:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		return true;
	case PSCI_CPU_ON & ~IN_64:
		return target == cpus[0].mpidr || target == cpus[1].mpidr;
	}
	return w0 == HV_CALL_CRASH;
}

static int64_t answer_of_features(uint32_t of)
{
	switch (of) {
	case SMCCC_VERSION:
	case PSCI_VERSION:
	case PSCI_CPU_SUSPEND:
	case PSCI_CPU_SUSPEND & ~IN_64:
	case PSCI_CPU_OFF:
	case PSCI_CPU_ON:
	case PSCI_CPU_ON & ~IN_64:
	case PSCI_AFFINITY_INFO:
	case PSCI_AFFINITY_INFO & ~IN_64:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
	case PSCI_FEATURES:
		return 0;
	}
	return -1;
}

static int64_t answer_of_affinity(uint64_t target, uint64_t level)
{
	if (level == 0 && target == cpus[0].mpidr)
		return 0;
	return level == 0 && target == cpus[1].mpidr ? 1 : -2;
}

static int64_t answer_of_manager(uint32_t w0, uint64_t x1)
{
	if (w0 == HV_CALL_VERSION || w0 == HV_CALL_IDENTITY)
		return 0;
	if (w0 == HV_CALL_CHANNEL)
		return x1 == 0 ? 0 : HV_E_NO_CELL;
	return w0 <= HV_CALL_VIRTIO_VIEW ? HV_E_DENIED : HV_E_NOT_SUPPORTED;
}

static int64_t answer(const uint64_t *x)
{
	uint32_t w0 = (uint32_t)x[0];

	if (w0 >= HV_CALL_FIRST && w0 <= HV_CALL_LAST)
		return answer_of_manager(w0, x[1]);
	switch (w0) {
	case SMCCC_VERSION:
	case PSCI_VERSION:
		return 0x10001;
	case SMCCC_ARCH_FEATURES:
		return (uint32_t)x[1] >> 1 == SMCCC_VERSION >> 1 ? 0 : -1;
	case PSCI_FEATURES:
		return answer_of_features((uint32_t)x[1]);
	case PSCI_CPU_ON:
	case PSCI_CPU_ON & ~IN_64:
		return -2;
	case PSCI_AFFINITY_INFO:
		return answer_of_affinity(x[1], x[2]);
	case PSCI_AFFINITY_INFO & ~IN_64:
		return answer_of_affinity((uint32_t)x[1], (uint32_t)x[2]);
	}
	return -1;
}

/* How many registers behind x0 an answer has. */
static uint32_t n_results(const uint64_t *sent, int64_t is)
{
	uint32_t w0 = (uint32_t)sent[0];

	if (is || w0 < HV_CALL_FIRST || w0 > HV_CALL_LAST)
		return 0;
	return w0 == HV_CALL_VERSION ? 6 : w0 == HV_CALL_IDENTITY ? 8 : 12;
}

/* A page that is none of this cell's is none, wherever it is. */
static void stays_away(void)
{
	uint64_t at = any() % (any() % 2 ? 1ul << 40 : 1ul << 32) & ~(uint64_t)(PAGE - 1);

	if (!is_own(at))
		refused(at);
}

static void random_call(uint32_t i)
{
	uint64_t sent[HV_CALL_REGISTERS_MAX], x[HV_CALL_REGISTERS_MAX];

	for (uint32_t k = 0; k < HV_CALL_REGISTERS_MAX; k++)
		sent[k] = k ? odd() : function();
	if (is_left_out(sent))
		return;
	for (uint32_t k = 0; k < HV_CALL_REGISTERS_MAX; k++)
		x[k] = sent[k];
	if (any() % 2)
		hv_call(x);
	else
		hv_call_by_smc(x);
	expect((int64_t)x[0] == answer(sent), "what a random call answers", sent[0]);
	for (uint32_t k = 1 + n_results(sent, (int64_t)x[0]); k < HV_CALL_REGISTERS_MAX; k++)
		expect(x[k] == sent[k], "a register after a random call", sent[0]);
	expect(own_word == 0x600dda7a600dda7a, "own memory after a random call", sent[0]);
	stays_away();
	if (i % CALLS_BETWEEN_LINES == 0)
		lines();
}

/* Of each owner, fast and yielding, of 32 bits and of 64: the first functions, and those
 * that a service is asked for itself by (DEN0028 table 6-1). */
static void every_service(void)
{
	for (uint32_t service = 0; service < 0x100; service++) {
		for (uint32_t k = 0; k < 0x24; k++) {
			uint64_t x[HV_CALL_REGISTERS_MAX] = {
				service << 24 | (k < PSCI_N ? k : 0xff00 + k - PSCI_N),
				0x1234, 0x1234, 0x1234,
			};
			int64_t wanted = answer(x);

			if (is_left_out(x))
				continue;
			expect(hvc(x[0], x[1], x[2], x[3]) == wanted, "a service, by HVC", x[0]);
			expect(smc(x[0], x[1], x[2], x[3]) == wanted, "a service, by SMC", x[0]);
		}
	}
}

static void random_calls(void)
{
	for (uint32_t i = 0; i < CALLS && bad < NO_MORE; i++)
		random_call(i);
	print("%u random calls, %u of all trials went wrong\n", CALLS, bad);
}

#endif
