/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * numbers.h - numbers as a stranger would give them to a kernel, from a seed. A
 * program includes it once.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include <stdint.h>

#define PAGE 4096u

static uint64_t state = 1;	/* of the numbers */

static void numbers_begin(uint64_t seed)
{
	state = seed * 0x9e3779b97f4a7c15 | 1;
}

static uint64_t any(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t n)
{
	return any() % n;
}

/* Those at which something wraps, or ends. */
static uint64_t odd(void)
{
	static const uint64_t ends[] = { 0, 1, 7, 8, 63, 64, PAGE, 1ull << 21,
		1ull << 31, 1ull << 32, 1ull << 40, 1ull << 47, 1ull << 48,
		1ull << 52, 1ull << 63, UINT64_MAX };
	uint64_t end = ends[below(sizeof(ends) / sizeof(*ends))];

	switch (below(4)) {
	case 0:
		return end - below(3);
	case 1:
		return end + below(3);
	case 2:
		return below(200);
	default:
		return any();
	}
}

#endif
