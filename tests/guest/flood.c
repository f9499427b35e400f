/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flood.c - prints as fast as it can, on all its CPUs: lines, and lines that
 * do not end.
 */
#include "cell.h"

static void flood(void)
{
	for (uint32_t i = 0;; i++) {
		/* Nobody takes it: under -icount it ends QEMU's turn for this
		 * CPU, which could last for seconds. */
		if (i % 16 == 0)
			timer_at(timer_now() + timer_hz() / 20000);
		uart_put((char)('a' + i % 26));
		if (i >> 13 & 1 && i % 64 == 0)
			uart_put('\n');
	}
}

void main(void)
{
	print("flood begins\n");
	for (uint32_t i = 1; i < CELL_CPUS; i++)
		cpu_on(i, flood);
	flood();
}
