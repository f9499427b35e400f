/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * id.c - what a cell reads about its CPU.
 *
 * A field is passed on only when what it announces is state-free, or state
 * that a parking CPU resets, and works without EL2. So a feature that this
 * list does not know is hidden, and its registers are undefined.
 */
#include "arch/aarch64/trap.h"

#include "arch/aarch64/board.h"
#include "arch/aarch64/sysreg.h"

#define FIELD(shift)		(UINT64_C(15) << (shift))
#define ID(crm, op2)		((crm) << 3 | (op2))

/* ID_AA64PFR0_EL1: EL0, FP, AdvSIMD, GIC, DIT, CSV3. EL1 is AArch64 only. */
#define PFR0_KEPT (FIELD(0) | FIELD(16) | FIELD(20) | FIELD(24) | FIELD(48) | \
		   FIELD(60))
#define PFR0_EL1_A64 (UINT64_C(1) << 4)
#define PFR0_CSV2_SHIFT 56
/* ID_AA64PFR1_EL1: BT, SSBS. */
#define PFR1_KEPT (FIELD(0) | FIELD(4))
/* ID_AA64DFR0_EL1: Armv8 debug, two breakpoints, two watchpoints, one of them
 * context aware, the least there is; all of it reads as zero. */
#define DFR0_LEAST (UINT64_C(6) | UINT64_C(1) << 12 | UINT64_C(1) << 20)
#define DFR0_PMU_SHIFT 8
/* ID_AA64ISAR0_EL1: all but TME (24) and RNDR (60). */
#define ISAR0_KEPT ~(FIELD(0) | FIELD(24) | FIELD(60))
/* ID_AA64ISAR1_EL1: DPB, JSCVT, FCMA, LRCPC, FRINTTS, SB, BF16, DGH, I8MM. */
#define ISAR1_KEPT (FIELD(0) | FIELD(12) | FIELD(16) | FIELD(20) | FIELD(32) | \
		    FIELD(36) | FIELD(44) | FIELD(48) | FIELD(52))
/* ID_AA64MMFR0_EL1: ASIDBits, BigEnd, BigEndEL0, TGran16, 64, 4. */
#define MMFR0_KEPT (FIELD(4) | FIELD(8) | FIELD(16) | FIELD(20) | FIELD(24) | \
		    FIELD(28))
/* ID_AA64MMFR1_EL1: HAFDBS, HPDS, PAN, ETS, nTLBPA. */
#define MMFR1_KEPT (FIELD(0) | FIELD(12) | FIELD(20) | FIELD(36) | FIELD(48))
/* ID_AA64MMFR2_EL1: CnP, UAO, LSM, VARange, CCIDX, ST, AT, TTL, BBM, E0PD. */
#define MMFR2_KEPT (FIELD(0) | FIELD(4) | FIELD(8) | FIELD(16) | FIELD(20) | \
		    FIELD(28) | FIELD(32) | FIELD(48) | FIELD(52) | FIELD(60))

static uint64_t pfr0(void)
{
	uint64_t hw = SYSREG_READ(id_aa64pfr0_el1);
	uint64_t v = (hw & PFR0_KEPT) | PFR0_EL1_A64;

	/* CSV2_2 brings SCXTNUM_ELx, which is not given. */
	if (id_field(hw, PFR0_CSV2_SHIFT))
		v |= UINT64_C(1) << PFR0_CSV2_SHIFT;
	return v;
}

static uint64_t dfr0(const struct hv_cell *cell)
{
	uint64_t v = DFR0_LEAST;

	if (cell->flags & HV_CELL_PMU)
		v |= SYSREG_READ(id_aa64dfr0_el1) & FIELD(DFR0_PMU_SHIFT);
	return v;
}

/* PARange is the size of the cell's own space: stage 2 faults above. */
static uint64_t mmfr0(void)
{
	uint64_t hw = SYSREG_READ(id_aa64mmfr0_el1);
	uint64_t ps = a64_board()->vtcr_el2 >> 16 & 7;	/* VTCR_EL2.PS */
	uint64_t range = hw & 15;

	return (hw & MMFR0_KEPT) | (ps < range ? ps : range);
}

static uint64_t id_aarch64(const struct hv_cell *cell, uint32_t which)
{
	switch (which) {
	case ID(4, 0):
		return pfr0();
	case ID(4, 1):
		return SYSREG_READ(id_aa64pfr1_el1) & PFR1_KEPT;
	case ID(5, 0):
		return dfr0(cell);
	case ID(6, 0):
		return SYSREG_READ(id_aa64isar0_el1) & ISAR0_KEPT;
	case ID(6, 1):
		return SYSREG_READ(id_aa64isar1_el1) & ISAR1_KEPT;
	case ID(7, 0):
		return mmfr0();
	case ID(7, 1):
		return SYSREG_READ(id_aa64mmfr1_el1) & MMFR1_KEPT;
	case ID(7, 2):
		return SYSREG_READ(id_aa64mmfr2_el1) & MMFR2_KEPT;
	}
	return 0;
}

/*
 * For an EL1 that runs AArch32 programs at EL0. ID_PFR0: no RAS, no AMU;
 * ID_PFR1: nothing of EL1 and above; ID_DFR0: no debug, no PMU.
 */
static uint64_t id_aarch32(uint32_t which)
{
	switch (which) {
	case ID(1, 0):
		return SYSREG_READ(id_pfr0_el1) & UINT64_C(0x0f0fffff);
	case ID(1, 4):
		return SYSREG_READ(id_mmfr0_el1);
	case ID(1, 5):
		return SYSREG_READ(id_mmfr1_el1);
	case ID(1, 6):
		return SYSREG_READ(id_mmfr2_el1);
	case ID(1, 7):
		return SYSREG_READ(id_mmfr3_el1);
	case ID(2, 0):
		return SYSREG_READ(id_isar0_el1);
	case ID(2, 1):
		return SYSREG_READ(id_isar1_el1);
	case ID(2, 2):
		return SYSREG_READ(id_isar2_el1);
	case ID(2, 3):
		return SYSREG_READ(id_isar3_el1);
	case ID(2, 4):
		return SYSREG_READ(id_isar4_el1);
	case ID(2, 5):
		return SYSREG_READ(id_isar5_el1);
	case ID(2, 6):
		return SYSREG_READ(id_mmfr4_el1);
	case ID(3, 0):
		return SYSREG_READ(mvfr0_el1);
	case ID(3, 1):
		return SYSREG_READ(mvfr1_el1);
	case ID(3, 2):
		return SYSREG_READ(mvfr2_el1);
	}
	return 0;
}

uint64_t id_read(const struct hv_cell *cell, uint32_t crm, uint32_t op2)
{
	return crm < 4 ? id_aarch32(ID(crm, op2)) :
			 id_aarch64(cell, ID(crm, op2));
}
