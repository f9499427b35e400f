/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * el2.h - what EL2 lets a cell do on this CPU, and a CPU made fresh.
 */
#ifndef ARCH_AARCH64_EL2_H
#define ARCH_AARCH64_EL2_H

#include "core/hv.h"

/* Once per CPU: traps, stage 2, the virtual ids; default is trapped. */
void el2_init_cpu(const struct hv_cpu_state *cpu);
/* The part of it that late_el2.c needs too; translations that were cached are
 * left to the caller. */
void el2_init_cell(const struct hv_cpu_state *cpu);

#endif
