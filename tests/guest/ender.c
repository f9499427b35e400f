/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ender.c - ends interrupts of others as fast as it can: its own timer always
 * has one for it, and EOIR names another line than the one that it took.
 */
#include "cell.h"

/* Of QEMU virt: the runtime's UART, the taker's device. */
enum { UART = 33, DEVICE = 34 };

void main(void)
{
	uint64_t intid, n_ends = 0;

	gic_init();
	gic_enable(TIMER_INTID);
	timer_at(0);
	for (uint64_t other = DEVICE;; other ^= UART ^ DEVICE) {
		__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy" : "=r"(intid));
		__asm__ volatile("yield");
		if (intid != TIMER_INTID)
			continue;
		__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" :: "r"(other));
		/* Its own is still active: the distributor ends that. */
		gicr_write(0x10380, 1u << TIMER_INTID);
		if (++n_ends == 1000)
			print("ends others' interrupts\n");
	}
}
