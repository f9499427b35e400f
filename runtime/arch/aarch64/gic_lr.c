/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_lr.c - list registers: what a cell has been told of, and has not ended.
 *
 * The invariant: while PMR is open, an LR is free. It is closed with the last
 * free one and opened when at most one is in use (ICH_HCR_EL2.UIE: IHI 0069H
 * 12.4.6). A cell that never ends its interrupts stops only its own lines, on
 * that CPU; one that has nested as many as there are LRs is told of a more
 * urgent one only when all but one have ended. EOIs of lines that no LR holds
 * count in ICH_HCR_EL2.EOIcount, which nothing uses, and touch no physical line.
 */
#include "arch/aarch64/gic_lr.h"

#include "arch/aarch64/gic_direct.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/sysreg.h"

uint64_t lr_read(uint32_t i)
{
	switch (i) {
	case 0:
		return SYSREG_READ(ich_lr0_el2);
	case 1:
		return SYSREG_READ(ich_lr1_el2);
	case 2:
		return SYSREG_READ(ich_lr2_el2);
	default:
		return SYSREG_READ(ich_lr3_el2);
	}
}

void lr_write(uint32_t i, uint64_t lr)
{
	switch (i) {
	case 0:
		SYSREG_WRITE(ich_lr0_el2, lr);
		break;
	case 1:
		SYSREG_WRITE(ich_lr1_el2, lr);
		break;
	case 2:
		SYSREG_WRITE(ich_lr2_el2, lr);
		break;
	default:
		SYSREG_WRITE(ich_lr3_el2, lr);
		break;
	}
}

void lr_update(struct hv_cpu_state *cpu)
{
	uint32_t control = cpu->run ? read_once(cpu->run->is_controller_on) : 0;

	SYSREG_WRITE(ich_hcr_el2, (control & GICD_CTLR_GRP1 ? ICH_HCR_EN : 0) |
		     (gic_of(cpu)->is_full ? ICH_HCR_UIE : 0));
}

void gic_update(struct hv_cpu_state *cpu)
{
	if (gic_is_direct(cpu))
		gic_direct_update(cpu);
	else
		lr_update(cpu);
}

void gic_close(const struct gic_cpu *g)
{
	SYSREG_WRITE(icc_pmr_el1, g->is_shifted ? GIC_PMR_CLOSED_SHIFTED :
					       GIC_PMR_CLOSED);
}

static void set_full(struct hv_cpu_state *cpu, bool is_full)
{
	gic_of(cpu)->is_full = is_full;
	if (is_full)
		gic_close(gic_of(cpu));
	else
		SYSREG_WRITE(icc_pmr_el1, GIC_PMR_OPEN);
	lr_update(cpu);
}

/*
 * What an LR has already: an SGI joins it. A line is active, and does not come
 * again, unless a cell with direct delivery has ended it (gic_direct.c); a level
 * comes again when this one has ended, an edge is made to.
 */
static bool join(const struct gic_cpu *g, uint64_t lr)
{
	uint32_t line = (uint32_t)lr;

	for (uint32_t i = 0; i < g->n_lrs; i++) {
		uint64_t old = lr_read(i);

		if (!(old & LR_STATE) || (uint32_t)old != line)
			continue;
		if (!(lr & LR_HW))
			lr_write(i, old | LR_PENDING);
		else if (old & LR_ACTIVE &&
			 gic_read(GIC_ICFGR + line / 16 * 4) >> line % 16 * 2 & 2)
			arch_line_pend(line);
		return true;
	}
	return false;
}

bool lr_put(struct hv_cpu_state *cpu, uint64_t lr)
{
	const struct gic_cpu *g = gic_of(cpu);
	uint32_t empty = (uint32_t)SYSREG_READ(ich_elrsr_el2) & g->all_lrs;

	if (empty != g->all_lrs && join(g, lr))
		return true;
	if (empty)
		lr_write((uint32_t)__builtin_ctz(empty), lr);
	if ((empty & (empty - 1)) == 0)
		set_full(cpu, true);
	return empty != 0;
}

void lr_answer(const struct gic_cpu *g, struct gic_ask *ask)
{
	for (uint32_t i = 0; i < g->n_lrs; i++) {
		uint64_t lr = lr_read(i), left = lr & ~ask->take;
		uint32_t line = (uint32_t)lr, bit = 1u << line % 32;

		if (!(lr & LR_STATE) || line / 32 != ask->word || !(ask->lines & bit))
			continue;
		if (lr & LR_PENDING)
			__atomic_fetch_or(&ask->held.pending, bit, __ATOMIC_RELAXED);
		if (lr & LR_ACTIVE)
			__atomic_fetch_or(&ask->held.active, bit, __ATOMIC_RELAXED);
		if (left != lr)
			lr_write(i, left & LR_STATE ? left : 0);
	}
}

void lr_underflow(struct hv_cpu_state *cpu)
{
	set_full(cpu, false);
	gic_flush_sgis(cpu);
}

/*
 * Physical lines go back to the distributor: no longer active; and pending, if
 * the cell had not taken them, so that another of its CPUs may.
 */
static void lr_return(uint64_t lr)
{
	uint32_t line = (uint32_t)lr;

	if (!(lr & LR_STATE) || !(lr & LR_HW) || line < 32)
		return;
	if (lr & LR_PENDING)
		arch_line_pend(line);
	line_deactivate(line);
}

void lr_clear(const struct gic_cpu *g)
{
	/* ICH_VTR_EL2.PREbits: 32 preemption levels per register (12.4.9). */
	uint32_t n_bits = ((uint32_t)SYSREG_READ(ich_vtr_el2) >> 26 & 7) + 1;

	for (uint32_t i = 0; i < g->n_lrs; i++)
		lr_write(i, 0);
	SYSREG_WRITE(ich_ap0r0_el2, 0);
	SYSREG_WRITE(ich_ap1r0_el2, 0);
	if (n_bits > 5) {
		SYSREG_WRITE(ich_ap0r1_el2, 0);
		SYSREG_WRITE(ich_ap1r1_el2, 0);
	}
	if (n_bits > 6) {
		SYSREG_WRITE(ich_ap0r2_el2, 0);
		SYSREG_WRITE(ich_ap1r2_el2, 0);
		SYSREG_WRITE(ich_ap0r3_el2, 0);
		SYSREG_WRITE(ich_ap1r3_el2, 0);
	}
	SYSREG_WRITE(ich_vmcr_el2, 0);
	SYSREG_WRITE(icc_sre_el1, 7);	/* as it reads after reset: SRE, DFB, DIB */
}

void lr_reset(struct hv_cpu_state *cpu)
{
	const struct gic_cpu *g = gic_of(cpu);

	/* Out of a cell they hold what they held after reset: anything. */
	for (uint32_t i = 0; g->is_in && i < g->n_lrs; i++)
		lr_return(lr_read(i));
	lr_clear(g);
}
