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
/* An interrupt for the cell. False when no LR is free; when the last one was
 * taken, the cell's other lines are held back from here on. */
bool lr_put(struct hv_cpu_state *cpu, uint64_t lr);
/* The same SGI is never in two LRs: it joins the one that has it, if any. */
bool lr_put_sgi(struct hv_cpu_state *cpu, uint32_t sgi, uint8_t priority);
/* What LRs hold of a word's lines; taken after that, as gic_ask says. */
struct gic_held lr_ask(const struct gic_cpu *g, enum gic_ask_kind kind,
		       uint32_t word, uint32_t lines);
bool lr_has_pending(const struct gic_cpu *g);
/* gic_update, with list registers. */
void lr_update(struct hv_cpu_state *cpu);
/* The maintenance line was taken: LRs are free again. */
void lr_underflow(struct hv_cpu_state *cpu);
/* All empty, no priority active, the virtual CPU interface as after reset. */
void lr_reset(struct hv_cpu_state *cpu);

#endif
