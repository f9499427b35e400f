/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that can be trapped is, but what an operating system needs often
 * and cannot hurt with: its own translation, timers, FP, cache maintenance by
 * address, WFI. Traps of a feature are set only where the feature is, since
 * the bits are RES0 elsewhere; what has no trap and no ID bit stays native.
 */
#include "arch/aarch64/el2.h"

#include "arch/aarch64/board.h"
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/head.h"
#include "arch/aarch64/sysreg.h"

#define HCR_ALWAYS (HCR_VM | HCR_SWIO | HCR_PTW | HCR_FMO | HCR_AMO | HCR_TID1 | \
		    HCR_TID3 | HCR_TSC | HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_RW)

/* CPTR_EL2 with E2H 0: RES1 bits are the traps of SVE and SME where they
 * exist; TTA, the trace registers. FP is left to the cell. */
#define CPTR_BASE (UINT64_C(0x33ff) | UINT64_C(1) << 20)
#define CPTR_TAM (UINT64_C(1) << 30)		/* FEAT_AMUv1 */

#define MDCR_TPMCR (UINT64_C(1) << 5)
#define MDCR_TPM (UINT64_C(1) << 6)
#define MDCR_TDA (UINT64_C(1) << 9)
#define MDCR_TDOSA (UINT64_C(1) << 10)
#define MDCR_TDRA (UINT64_C(1) << 11)
#define MDCR_TPMS (UINT64_C(1) << 14)		/* FEAT_SPE */
#define MDCR_HPMD (UINT64_C(1) << 17)		/* FEAT_PMUv3p1 */
#define MDCR_TTRF (UINT64_C(1) << 19)		/* FEAT_TRF */

#define CNTHCTL_EL1PCTEN (UINT64_C(1) << 0)
#define CNTHCTL_EL1PCEN (UINT64_C(1) << 1)

#define HSTR_T15 (UINT64_C(1) << 15)		/* AArch32 IMPLEMENTATION DEFINED */

#define MPAM_TRAP (UINT64_C(3) << 48)		/* MPAM2_EL2.TRAPMPAM{0,1}EL1 */

static uint64_t hcr(const struct hv_cpu_state *cpu)
{
	/* IRQs come here, or go to the cell, whose WFI then must come here. */
	uint64_t v = HCR_ALWAYS | (gic_is_direct(cpu) ? HCR_TWI : HCR_IMO);

	if (id_field(SYSREG_READ(id_aa64mmfr1_el1), 16))
		v |= HCR_TLOR;
	if (id_field(SYSREG_READ(id_aa64pfr0_el1), 28))
		v |= HCR_TERR;
	if (id_field(SYSREG_READ(id_aa64pfr1_el1), 8) >= 2)
		v |= HCR_TID5;
	/* API, APK, ATA, EnSCXT, FIEN, NV stay 0: PAC, MTE and the rest trap. */
	return v;
}

static bool has_pmu(void)
{
	uint32_t version = id_field(SYSREG_READ(id_aa64dfr0_el1), 8);

	return version != 0 && version != 15;
}

/*
 * Debug and PMU belong to nobody, but for the PMU of a cell that was given it:
 * then all counters are its own, and none counts in EL2.
 */
static uint64_t mdcr(const struct hv_cell *cell)
{
	uint64_t dfr0 = SYSREG_READ(id_aa64dfr0_el1);
	uint64_t v = MDCR_TDA | MDCR_TDOSA | MDCR_TDRA;

	if (has_pmu()) {
		uint64_t n_counters = (SYSREG_READ(pmcr_el0) >> 11) & 31;

		v |= n_counters;	/* HPMN: none is reserved for EL2 */
		if (!(cell->flags & HV_CELL_PMU))
			v |= MDCR_TPM | MDCR_TPMCR;
		if (id_field(dfr0, 8) >= 4)
			v |= MDCR_HPMD;
	}
	if (id_field(dfr0, 32))
		v |= MDCR_TPMS;
	if (id_field(dfr0, 40))
		v |= MDCR_TTRF;
	return v;
}

static void init_optional(void)
{
	uint64_t pfr0 = SYSREG_READ(id_aa64pfr0_el1);
	uint64_t mmfr0 = SYSREG_READ(id_aa64mmfr0_el1);
	uint64_t mmfr1 = SYSREG_READ(id_aa64mmfr1_el1);

	SYSREG_WRITE(cptr_el2, CPTR_BASE | (id_field(pfr0, 44) ? CPTR_TAM : 0));
	if (id_field(mmfr1, 40))
		SYSREG_WRITE(S3_4_C1_C2_2, 0);		/* HCRX_EL2 */
	if (id_field(mmfr0, 56)) {
		SYSREG_WRITE(S3_4_C1_C1_4, 0);		/* HFGRTR_EL2 */
		SYSREG_WRITE(S3_4_C1_C1_5, 0);		/* HFGWTR_EL2 */
		SYSREG_WRITE(S3_4_C1_C1_6, 0);		/* HFGITR_EL2 */
		SYSREG_WRITE(S3_4_C3_C1_4, 0);		/* HDFGRTR_EL2 */
		SYSREG_WRITE(S3_4_C3_C1_5, 0);		/* HDFGWTR_EL2 */
	}
	if (id_field(pfr0, 40))
		SYSREG_WRITE(S3_4_C10_C5_0, MPAM_TRAP);	/* MPAM2_EL2 */
}

/* The part that is also a late root cell's. */
void el2_init_cell(const struct hv_cpu_state *cpu)
{
	SYSREG_WRITE(cnthctl_el2, CNTHCTL_EL1PCTEN | CNTHCTL_EL1PCEN);
	SYSREG_WRITE(cnthp_ctl_el2, 0);
	SYSREG_WRITE(hstr_el2, HSTR_T15);
	SYSREG_WRITE(vtcr_el2, a64_board()->vtcr_el2);
	SYSREG_WRITE(vpidr_el2, SYSREG_READ(midr_el1));
	if (cpu->cell) {
		const struct hv_a64_cell *cells = hv_rows(hv_system.arch_cells);
		/* The affinity is the table's; the rest (MT, U) the hardware's. */
		uint64_t mpidr = SYSREG_READ(mpidr_el1) & ~GIC_AFFINITY;

		SYSREG_WRITE(vmpidr_el2, mpidr | cpu->row->virtual_hwid);
		SYSREG_WRITE(vttbr_el2, cells[cpu->cell_i].vttbr_el2);
		SYSREG_WRITE(mdcr_el2, mdcr(cpu->cell));
	}
	SYSREG_WRITE(hcr_el2, hcr(cpu));
}

void el2_init_cpu(const struct hv_cpu_state *cpu)
{
	SYSREG_WRITE(cntvoff_el2, 0);
	init_optional();
	el2_init_cell(cpu);
	isb();	/* HCR_EL2.VM and VTTBR_EL2 before anything that depends on them */
	/* What the firmware, or an earlier image, translated under these VMIDs. */
	__asm__ volatile("tlbi alle1\n\tdsb nsh\n\tisb" ::: "memory");
}

/* ---- a fresh CPU -------------------------------------------------------- */

/* RES1 bits only: MMU, caches and alignment checks off, little-endian. */
#define SCTLR_EL1_RESET UINT64_C(0x30d00800)

/* What controls the cell's own translation, what its exceptions and programs
 * left, and its timers. */
static void reset_registers(void)
{
	SYSREG_WRITE(sctlr_el1, SCTLR_EL1_RESET);
	__asm__ volatile(
		".irp name, cpacr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, "
		"amair_el1, contextidr_el1, vbar_el1, csselr_el1, "
		"esr_el1, far_el1, afsr0_el1, afsr1_el1, par_el1, elr_el1, spsr_el1, "
		"sp_el0, sp_el1, tpidr_el0, tpidrro_el0, tpidr_el1, mdscr_el1, "
		"cntkctl_el1, cntv_ctl_el0, cntv_cval_el0, cntp_ctl_el0, cntp_cval_el0\n\t"
		"msr \\name, xzr\n\t"
		".endr" ::: "memory");
}

static void reset_pmu(void)
{
	uint32_t n = (uint32_t)(SYSREG_READ(pmcr_el0) >> 11) & 31;

	SYSREG_WRITE(pmcr_el0, 0x46);	/* LC; C and P: counters to zero; off */
	SYSREG_WRITE(pmcntenclr_el0, UINT32_MAX);
	SYSREG_WRITE(pmintenclr_el1, UINT32_MAX);
	SYSREG_WRITE(pmovsclr_el0, UINT32_MAX);
	SYSREG_WRITE(pmuserenr_el0, 0);
	SYSREG_WRITE(pmccfiltr_el0, 0);
	for (uint32_t i = 0; i < n; i++) {
		SYSREG_WRITE(pmselr_el0, i);
		isb();	/* PMSELR chooses which register the next name means */
		SYSREG_WRITE(pmxevtyper_el0, 0);
	}
	SYSREG_WRITE(pmselr_el0, 0);
}

/* TPIDR2_EL0 has no trap of its own where fine-grained traps are missing, and
 * a cell's DISR_EL1 is VDISR_EL2 while HCR_EL2.AMO is set. */
static void reset_optional(const struct hv_cpu_state *cpu)
{
	if (id_field(SYSREG_READ(id_aa64pfr0_el1), 28))
		SYSREG_WRITE(S3_4_C12_C1_1, 0);
	if (id_field(SYSREG_READ(id_aa64pfr1_el1), 24))
		SYSREG_WRITE(S3_3_C13_C0_5, 0);
	if (has_pmu() && (cpu->cell->flags & HV_CELL_PMU))
		reset_pmu();
}

void arch_cpu_reset(struct hv_cpu_state *cpu)
{
	gic_cpu_reset(cpu);
	reset_registers();
	reset_optional(cpu);
	head_zero_fp();
	/* What the cell's page tables said is gone with the cell's tables. */
	__asm__ volatile("isb\n\ttlbi vmalls12e1\n\tic iallu\n\tdsb nsh\n\t"
			 "clrex\n\tisb" ::: "memory");
}
