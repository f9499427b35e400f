/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg.c - trapped system registers: an allow-list; the rest is undefined.
 * ICC_SGI1R_EL1 does not come here (vectors.S).
 */
#include "arch/aarch64/reg.h"

#include "arch/aarch64/sysreg.h"
#include "arch/aarch64/trap.h"
#include "core/late.h"

#define SPSR_EL_MASK	UINT64_C(0xf)

/* What becomes of a read, of a write, and of either where the cell was there
 * before the runtime. A read is 0, but of what is ID. */
enum { READ = 1, WRITE = 2, ID = 4, LATE = 8 };

#define ONE		REG(3u, 7u, 15u, 15u, 7u)	/* each of its fields counts */
#define BY_CRM		REG(3u, 7u, 15u, 15u, 0u)

/*
 * Set/way maintenance reaches every cell's lines and says nothing about
 * memory, so it is ignored. SGIs of Group 0 and of the other security state
 * have nobody to go to.
 *
 * A kernel that was there before has seen that the CPU has a PMU, and touches
 * it when it starts a CPU: where it is not its cell's, it counts nothing.
 */
static const struct { uint32_t mask, is : 24, what : 8; } rows[] = {
	{ ONE, REG(1u, 0u, 7u, 6u, 2u), WRITE },		/* DC ISW */
	{ ONE, REG(1u, 0u, 7u, 10u, 2u), WRITE },		/* DC CSW */
	{ ONE, REG(1u, 0u, 7u, 14u, 2u), WRITE },		/* DC CISW */
	{ ONE, REG(3u, 0u, 1u, 0u, 1u), READ | WRITE },		/* ACTLR_EL1 */
	{ ONE, REG(3u, 0u, 0u, 0u, 6u), READ },			/* REVIDR_EL1 */
	{ ONE, REG(3u, 1u, 0u, 0u, 7u), READ },			/* AIDR_EL1 */
	{ REG(3u, 7u, 15u, 15u, 6u), REG(3u, 0u, 12u, 11u, 6u), WRITE }, /* ICC_ASGI1R_EL1,
									    ICC_SGI0R_EL1 */
	{ REG(3u, 7u, 0u, 0u, 0u), REG(2u, 0u, 0u, 0u, 0u), READ | WRITE }, /* debug */
	{ BY_CRM, REG(3u, 0u, 0u, 0u, 0u), 0 },			/* nothing else of these */
	{ REG(3u, 7u, 15u, 8u, 0u), REG(3u, 0u, 0u, 0u, 0u), ID | READ },
	{ BY_CRM, REG(3u, 0u, 9u, 14u, 0u), LATE },		/* PMINTENSET_EL1.. */
	{ REG(3u, 7u, 15u, 14u, 0u), REG(3u, 3u, 9u, 12u, 0u), LATE }, /* PMCR_EL0.. */
	{ BY_CRM, REG(3u, 3u, 9u, 14u, 0u), LATE },		/* PMUSERENR_EL0.. */
	{ REG(3u, 7u, 15u, 8u, 0u), REG(3u, 3u, 14u, 8u, 0u), LATE },	/* counters */
};

static uint32_t find(uint32_t which)
{
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if ((which & rows[i].mask) == rows[i].is)
			return rows[i].what;
	return 0;
}

/* None of them is EL0's. */
void reg_trap(struct a64_frame *f, uint64_t esr)
{
	uint32_t which = (uint32_t)(esr & ISS_WHICH), what = find(which);
	struct hv_cpu_state *cpu = frame_cpu(f);
	bool is_read = esr & ISS_IS_READ;

	if (!(SYSREG_READ(spsr_el2) & SPSR_EL_MASK) ||
	    !(what & (is_read ? READ : WRITE) || (what == LATE && late_has(cpu)))) {
		inject_undefined();
		return;
	}
	if (is_read)
		f->x[esr >> SYSREG_RT_SHIFT & 31] =
			what & ID ? id_read(cpu->cell, which >> 1 & 15, which >> 17 & 7) : 0;
	trap_skip();
}
