/* SPDX-License-Identifier: BSD-2-Clause */
/* deaf.c - masks everything and never waits; only under -icount do the others have
 * their turn when it yields. */
#include "cell.h"

void main(void)
{
	__asm__ volatile("msr daifset, #0xf");
	for (;;)
		__asm__ volatile("yield" ::: "memory");
}
