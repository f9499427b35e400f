/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_direct.h - CPUs whose cell takes its interrupts itself.
 *
 * All but the first two are for such CPUs only (gic_is_direct).
 */
#ifndef ARCH_AARCH64_GIC_DIRECT_H
#define ARCH_AARCH64_GIC_DIRECT_H

#include "arch/aarch64/gic.h"

/* Once, with affinity routing on: which CPUs are such, and where the private lines of
 * each are, which others may reset before it has come. */
void gic_direct_choose(void);

/* On any CPU: nothing in Group 1 is active any more. */
void gic_end_all(void);
/* This CPU: its interface, closed; what a cell has left in it; and as others
 * than the runtime expect it. */
void gic_direct_init(void);
void gic_direct_reset(void);
void gic_direct_off(struct hv_cpu_state *cpu);
/* In its cell: the cell's interrupts come, or not, as its distributor is. */
void gic_direct_update(const struct hv_cpu_state *cpu);
/* Until an interrupt of the cell's, or of the runtime's, is pending. */
void gic_direct_wait(void);

#endif
