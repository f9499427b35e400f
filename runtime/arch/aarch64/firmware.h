/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * firmware.h - the real PSCI, over the board's conduit. No cell's call ever
 * gets there.
 */
#ifndef ARCH_AARCH64_FIRMWARE_H
#define ARCH_AARCH64_FIRMWARE_H

#include <stdint.h>

/* 0, or PSCI's negative error (DEN0022 5.2.2). */
int64_t firmware_cpu_on(uint64_t hwid, uint64_t entry, uint64_t argument);
/* Returns only when the firmware refuses. */
void firmware_cpu_off(void);

#endif
