/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - accesses to device registers, each by assembly one plain load or
 * store of its width.
 */
#ifndef ARCH_AARCH64_DEVICE_H
#define ARCH_AARCH64_DEVICE_H

#include "core/arch.h"

static inline uint32_t device_read32(struct hv_pa at)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, %1" : "=r"(value) : "m"(*(uint32_t *)at.u) : "memory");
	return value;
}

static inline void device_write32(struct hv_pa at, uint32_t value)
{
	__asm__ volatile("str %w1, %0" : "=m"(*(uint32_t *)at.u) : "rZ"(value) : "memory");
}

static inline uint8_t device_read8(struct hv_pa at)
{
	uint32_t value;

	__asm__ volatile("ldrb %w0, %1" : "=r"(value) : "m"(*(uint8_t *)at.u) : "memory");
	return (uint8_t)value;
}

static inline void device_write8(struct hv_pa at, uint8_t value)
{
	__asm__ volatile("strb %w1, %0" : "=m"(*(uint8_t *)at.u) : "rZ"(value) : "memory");
}

static inline uint64_t device_read64(struct hv_pa at)
{
	uint64_t value;

	__asm__ volatile("ldr %0, %1" : "=r"(value) : "m"(*(uint64_t *)at.u) : "memory");
	return value;
}

static inline void device_write64(struct hv_pa at, uint64_t value)
{
	__asm__ volatile("str %x1, %0" : "=m"(*(uint64_t *)at.u) : "rZ"(value) : "memory");
}

#endif
