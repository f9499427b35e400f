/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic.h - registers that the distributor and the SGI frames have in common.
 *
 * A bank is one word of 32 lines with the mask of those that the cell owns.
 * Bits of other lines read 0, and writing them does nothing; that mask and the
 * functions below are all that stands between a cell and foreign lines.
 */
#ifndef ARCH_AARCH64_VGIC_H
#define ARCH_AARCH64_VGIC_H

#include "arch/aarch64/gic.h"

struct vgic_bank {
	struct hv_pa frame;	/* gic_line.h */
	uint32_t word;
	uint32_t lines;		/* the cell's physical lines among the 32 */
	struct hv_cpu_state *of;	/* word 0: whose SGIs, where they are not
					 * physical; else NULL */
};

/* GIC_IGROUPR up to GIC_ICACTIVER: one 32-bit access, `offset` that of word 0
 * of the register. */
uint32_t vgic_bits_read(struct hv_cpu_state *cpu, const struct vgic_bank *b,
			uint32_t offset);
void vgic_bits_write(struct hv_cpu_state *cpu, const struct vgic_bank *b,
		     uint32_t offset, uint32_t value);
/* GIC_IPRIORITYR: a byte, or an aligned word, at line `first` of the bank. */
uint32_t vgic_priority_read(const struct vgic_bank *b, uint32_t first,
			    uint32_t size);
void vgic_priority_write(const struct vgic_bank *b, uint32_t first,
			 uint32_t size, uint32_t value);
/* The part of vgic_init that is for ICC_SGI1R_EL1. */
void vgic_sgi_init(struct hv_cpu_state *cpu);
/* GIC_ICFGR: sixteen lines; `half` of the bank. */
uint32_t vgic_config_read(const struct vgic_bank *b, uint32_t half);
void vgic_config_write(const struct vgic_bank *b, uint32_t half, uint32_t value);

#endif
