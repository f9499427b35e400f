/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - device accesses for the GIC: of its own widths, and 32 bits inline
 * (arch_device_read and arch_device_write of core/arch.h) where each instruction
 * counts. By assembly, so that each is one plain load or store of that width.
 */
#ifndef ARCH_AARCH64_DEVICE_H
#define ARCH_AARCH64_DEVICE_H

#include "core/arch.h"

static inline uint32_t device_read32(struct hv_pa at)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(at.u) : "memory");
	return value;
}

static inline void device_write32(struct hv_pa at, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" :: "rZ"(value), "r"(at.u) : "memory");
}

void device_write8(struct hv_pa at, uint8_t value);
uint64_t device_read64(struct hv_pa at);
void device_write64(struct hv_pa at, uint64_t value);

#endif
