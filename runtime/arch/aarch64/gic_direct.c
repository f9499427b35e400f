/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_direct.c - interrupts that reach their cell without the runtime.
 *
 * Where the GIC has one security state (GICD_CTLR.DS) both groups are ours to
 * use. Group 1, a cell's lines and its sixteen SGIs, goes to EL1, which has the
 * real IAR1, EOIR1, IGRPEN1, BPR1 and AP1R (HCR_EL2.IMO is 0). Group 0 is the
 * runtime's: it comes to EL2 as FIQ whatever PSTATE says, and its registers are
 * virtual at EL1, PMR, CTLR, RPR and DIR with them (FMO is 1). So PMR is free to
 * hold back all that is the cell's while its distributor is off, or the CPU is
 * parked; and the real EOImode is 0, since nobody else deactivates.
 *
 * What a cell can do with what it has:
 * - By AP1R or BPR1 it makes priority 0 look active, and no FIQ gets through.
 *   Then it is stopped by its stage-2 root (core/life.c); and before EL2 waits
 *   on its behalf, which no stage 2 ends, such a claim is taken back. That is why
 *   WFI is trapped. WFE is not: SEV ends it (arch_cell_flush).
 * - By EOIR1 it deactivates a line that is not its own, too early: whose that is
 *   may see it once more. List registers must not hold it twice (gic_lr.c).
 */
#include "arch/aarch64/gic_direct.h"

#include "arch/aarch64/device.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/sysreg.h"

void gic_direct_choose(void)
{
	bool has_one_state = gic_read(GICD_CTLR) & GICD_CTLR_DS;

	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		struct hv_cpu_state *cpu = hv_cpu(i);

		gic_of(cpu)->is_direct = has_one_state &&
			cpu->row->delivery == HV_DELIVERY_DIRECT;
		gic_of(cpu)->sgi_frame = gic_sgi_frame(i);
		line_init_ipi(cpu);
	}
}

/* ---- the CPU interface --------------------------------------------------- */

/* Of a priority, that AP1R has a bit for: bit n of AP1R0 is n << (8 - that). */
static uint32_t n_group_bits(void)
{
	uint32_t n = ((uint32_t)SYSREG_READ(icc_ctlr_el1) >> 8 & 7) + 1;

	return n < 7 ? n : 7;	/* IHI 0069H 12.2.4, and BPR0's least value */
}

void gic_end_all(void)
{
	uint32_t n_bits = n_group_bits();

	SYSREG_WRITE(icc_ap1r0_el1, 0);
	if (n_bits > 5)
		SYSREG_WRITE(icc_ap1r1_el1, 0);
	if (n_bits > 6) {
		SYSREG_WRITE(icc_ap1r2_el1, 0);
		SYSREG_WRITE(icc_ap1r3_el1, 0);
	}
}

void gic_direct_init(void)
{
	SYSREG_WRITE(icc_pmr_el1, GIC_PMR_CLOSED);
	SYSREG_WRITE(icc_ctlr_el1, 0);	/* EOIR drops and deactivates */
	SYSREG_WRITE(icc_bpr0_el1, 0);	/* priority 0 preempts all else */
	SYSREG_WRITE(icc_ap0r0_el1, 0);
	SYSREG_WRITE(icc_igrpen0_el1, 1);
	SYSREG_WRITE(ich_hcr_el2, 0);
	isb();
}

void gic_direct_update(const struct hv_cpu_state *cpu)
{
	bool is_open = read_once(cpu->run->is_controller_on) & GICD_CTLR_GRP1;

	SYSREG_WRITE(icc_pmr_el1, is_open ? GIC_PMR_OPEN : GIC_PMR_CLOSED);
}

void gic_direct_reset(void)
{
	gic_end_all();
	SYSREG_WRITE(icc_igrpen1_el1, 0);
	SYSREG_WRITE(icc_bpr1_el1, 0);
	isb();
}

void gic_direct_off(struct hv_cpu_state *cpu)
{
	device_write32(gic_at(gic_of(cpu)->sgi_frame, GIC_IGROUPR), ~0u);
	SYSREG_WRITE(icc_igrpen0_el1, 0);
}

void gic_direct_wait(void)
{
	uint64_t active = SYSREG_READ(icc_ap1r0_el1);
	/* One bit a priority: those of the runtime's own. */
	uint64_t ours = (UINT64_C(1) << (GIC_PRIORITY_CELLS >>
					 (8 - n_group_bits()))) - 1;

	if (active & ours) {
		SYSREG_WRITE(icc_ap1r0_el1, active & ~ours);
		isb();		/* before an FIQ is waited for */
	}
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* ---- the runtime's own lines --------------------------------------------- */

bool gic_fiq(struct hv_cpu_state *cpu)
{
	uint32_t line = (uint32_t)SYSREG_READ(icc_iar0_el1) & 0xffffff;

	if (line >= GIC_MAX_LINES)
		return false;
	/* As in gic_irq: what the sender of an IPI wrote is seen. */
	__asm__ volatile("dsb sy; isb" ::: "memory");
	if (line == gic_of(cpu)->ipi_line) {
		/* Else it is closed, and looks again when it enters its cell. */
		if (gic_of(cpu)->is_in)
			gic_direct_update(cpu);
		cpu_ipi(cpu);
	} else {
		gic_take_device(line);
	}
	isb();		/* what lowered a level, before */
	SYSREG_WRITE(icc_eoir0_el1, line);
	return true;
}
