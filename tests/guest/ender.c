/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ender.c - ends interrupts of others as fast as it can: its own timer always
 * has one for it, and EOIR names another line than the one that it took.
 */
#include "cell.h"

/* Of QEMU virt: the runtime's UART, the taker's device; and what no device has there,
 * which the runtime raises for doorbells, consoles and virtio. */
enum { UART = 33, DEVICE = 34, FREE = 80, FREE_END = 96 };

static uint64_t next(uint64_t other)
{
	switch (other) {
	case UART:
		return DEVICE;
	case DEVICE:
		return FREE;
	default:
		return other + 1 == FREE_END ? UART : other + 1;
	}
}

void main(void)
{
	uint64_t intid, n_ends = 0;

	gic_init();
	gic_enable(TIMER_INTID);
	timer_at(0);
	for (uint64_t other = UART;; other = next(other)) {
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
