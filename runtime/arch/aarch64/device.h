/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * device.h - device accesses of the widths that only the GIC needs; 32 bits
 * are arch_device_read and arch_device_write of core/arch.h.
 */
#ifndef ARCH_AARCH64_DEVICE_H
#define ARCH_AARCH64_DEVICE_H

#include "core/arch.h"

void device_write8(struct hv_pa at, uint8_t value);
uint64_t device_read64(struct hv_pa at);
void device_write64(struct hv_pa at, uint64_t value);

#endif
