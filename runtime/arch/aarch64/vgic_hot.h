/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic_hot.h - what drivers ask of their GIC again and again: to enable a line,
 * whether one is enabled, whether the distributor is still busy, what it is.
 *
 * One word of 32 bits, one mask, one access of the controller at the same
 * offset. False: none of these, nothing was done, vgic.c answers;
 * what is answered here it answers alike. Inline, for abort.c.
 */
#ifndef ARCH_AARCH64_VGIC_HOT_H
#define ARCH_AARCH64_VGIC_HOT_H

#include "arch/aarch64/device.h"
#include "arch/aarch64/gic.h"
#include "arch/aarch64/gic_regs.h"

static inline void vgic_hot_enable(struct hv_pa reg, bool is_write, uint32_t lines,
				   uint64_t *x)
{
	if (is_write)
		device_write32(reg, (uint32_t)*x & lines);
	else
		*x = device_read32(reg) & lines;
}

/* `offset` is that of a word; `x` the register of the cell. */
static inline bool vgicd_hot(struct hv_cpu_state *cpu, uint32_t offset,
			     bool is_write, uint64_t *x)
{
	const struct gic_cpu *g = gic_of(cpu);
	uint32_t word = offset / 4 % 32;

	switch (offset & ~0x7fu) {
	case 0:
		if (is_write || offset > GICD_TYPER)
			return false;
		*x = offset == GICD_TYPER ? g->type : vgicd_control_read(cpu);
		return true;
	case GIC_ISENABLER:
		/* Word 0 is in the redistributors. */
		if (word - 1 >= g->n_shared_words || !g->lines[word])
			return false;
		vgic_hot_enable((struct hv_pa){ g->gicd.u + offset }, is_write,
				g->lines[word], x);
		return true;
	default:
		return false;
	}
}

/* Of this CPU's own redistributor. */
static inline bool vgicr_hot(struct hv_cpu_state *cpu, uint32_t offset,
			     bool is_write, uint64_t *x)
{
	const struct gic_cpu *g = gic_of(cpu);
	uint32_t sgis = read_once(g->enabled_sgis);

	if (offset != GICR_SGI_FRAME + GIC_ISENABLER)
		return false;
	/* One that is enabled now may have to go to a list register. */
	if (is_write && *x & GIC_SGI_LINES & ~(sgis | g->private_lines))
		return false;
	vgic_hot_enable((struct hv_pa){ g->sgi_frame.u + GIC_ISENABLER }, is_write,
			g->private_lines, x);
	if (!is_write)
		*x |= sgis;
	return true;
}

#endif
