/* SPDX-License-Identifier: BSD-2-Clause */
/* early.c - says at which tick of the counter, which begins at reset, it began. */
#include "cell.h"

void main(void)
{
	print("early: tick %lu\n", timer_now());
	for (;;)
		__asm__ volatile("wfi");
}
