/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg.c - trapped system registers: an allow-list; the rest is undefined.
 * ICC_SGI1R_EL1 does not come here (vectors.S).
 */
#include "arch/aarch64/reg.h"

#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/trap.h"
#include "core/late.h"

#define REG_DC_ISW	REG(1, 0, 7, 6, 2)
#define REG_DC_CSW	REG(1, 0, 7, 10, 2)
#define REG_DC_CISW	REG(1, 0, 7, 14, 2)
#define REG_ACTLR	REG(3, 0, 1, 0, 1)
#define REG_REVIDR	REG(3, 0, 0, 0, 6)
#define REG_AIDR	REG(3, 1, 0, 0, 7)
#define REG_ASGI1R	REG(3, 0, 12, 11, 6)
#define REG_SGI0R	REG(3, 0, 12, 11, 7)

/* Only the fields that are named by the mask are compared. */
#define REG_DEBUG	REG(2, 0, 0, 0, 0)
#define REG_DEBUG_MASK	REG(3, 7, 0, 0, 0)
#define REG_ID		REG(3, 0, 0, 0, 0)
#define REG_ID_MASK	REG(3, 7, 15, 0, 0)

/* The PMU's, by op1, CRn, CRm: PMINTENSET_EL1 and the like; PMCR_EL0 to
 * PMOVSSET_EL0; the counters one by one. */
#define REG_CRM_MASK	REG(3, 7, 15, 15, 0)
#define REG_PMINTEN	REG(3, 0, 9, 14, 0)
#define REG_PMCR	REG(3, 3, 9, 12, 0)
#define REG_PMCCNTR	REG(3, 3, 9, 13, 0)
#define REG_PMUSERENR	REG(3, 3, 9, 14, 0)
#define REG_PMEV_MASK	REG(3, 7, 15, 8, 0)
#define REG_PMEV	REG(3, 3, 14, 8, 0)

#define SPSR_EL_MASK	UINT64_C(0xf)

static bool read(const struct hv_cell *cell, uint32_t which, uint64_t *value)
{
	uint32_t crm = which >> 1 & 15, op2 = which >> 17 & 7;

	switch (which) {
	case REG_ACTLR:
	case REG_REVIDR:
	case REG_AIDR:
		*value = 0;
		return true;
	}
	if ((which & REG_DEBUG_MASK) == REG_DEBUG) {
		*value = 0;
		return true;
	}
	if ((which & REG_ID_MASK) == REG_ID && crm > 0 && crm < 8) {
		*value = id_read(cell, crm, op2);
		return true;
	}
	return false;
}

/*
 * Set/way maintenance reaches every cell's lines and says nothing about
 * memory, so it is ignored. SGIs of Group 0 and of the other security state
 * have nobody to go to.
 */
static bool write(uint32_t which)
{
	switch (which) {
	case REG_ASGI1R:
	case REG_SGI0R:
	case REG_DC_ISW:
	case REG_DC_CSW:
	case REG_DC_CISW:
	case REG_ACTLR:
		return true;
	}
	return (which & REG_DEBUG_MASK) == REG_DEBUG;
}

/*
 * A kernel that was there before has seen that the CPU has a PMU, and touches
 * it when it starts a CPU: where it is not its cell's, it counts nothing.
 */
static bool is_dead_pmu(const struct hv_cpu_state *cpu, uint32_t which)
{
	switch (which & REG_CRM_MASK) {
	case REG_PMINTEN:
	case REG_PMCR:
	case REG_PMCCNTR:
	case REG_PMUSERENR:
		return late_has(cpu);
	}
	return (which & REG_PMEV_MASK) == REG_PMEV && late_has(cpu);
}

void reg_trap(struct a64_frame *f, uint64_t esr)
{
	uint32_t which = (uint32_t)(esr & ISS_WHICH);
	uint32_t rt = (uint32_t)(esr >> SYSREG_RT_SHIFT) & 31;
	struct hv_cpu_state *cpu = frame_cpu(f);
	bool is_el0 = (SYSREG_READ(spsr_el2) & SPSR_EL_MASK) == 0;
	uint64_t value = 0;
	bool is_known = false;

	if (is_el0)
		is_known = false;	/* none of them is EL0's */
	else if (esr & ISS_IS_READ)
		is_known = read(cpu->cell, which, &value);
	else
		is_known = write(which);
	if (!is_known && (is_el0 || !is_dead_pmu(cpu, which))) {
		inject_undefined();
		return;
	}
	if (esr & ISS_IS_READ)
		f->x[rt] = value;
	trap_skip();
}
