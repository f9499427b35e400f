/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_lr.h - the list registers of this CPU.
 */
#ifndef ARCH_AARCH64_GIC_LR_H
#define ARCH_AARCH64_GIC_LR_H

#include "arch/aarch64/gic.h"

/* `i` is below GIC_MAX_LRS and the number that the CPU has. */
uint64_t lr_read(uint32_t i);
void lr_write(uint32_t i, uint64_t lr);
/* An interrupt for the cell, once only: it joins the LR that has it already. False
 * when none is free; when the last one was taken, the cell's other lines are held
 * back from here on. */
bool lr_put(struct hv_cpu_state *cpu, uint64_t lr);
static inline bool lr_put_sgi(struct hv_cpu_state *cpu, uint32_t sgi, uint8_t priority)
{
	return lr_put(cpu, LR_PENDING | LR_GROUP1 |
		      (uint64_t)priority << LR_PRIORITY_SHIFT | sgi);
}
/* Adds to the answer what this CPU's LRs hold, and takes what is to be taken. */
void lr_answer(const struct gic_cpu *g, struct gic_ask *ask);
/* gic_update, with list registers. */
void lr_update(struct hv_cpu_state *cpu);
/* The maintenance line was taken: LRs are free again. */
void lr_underflow(struct hv_cpu_state *cpu);
/* All empty, no priority active, the virtual CPU interface as after reset; what
 * LRs held is lost, or goes back to the distributor. */
void lr_clear(const struct gic_cpu *g);
void lr_reset(struct hv_cpu_state *cpu);

#endif
