/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_regs.h - registers of a GICv3, physical and virtual alike.
 *
 * Offsets in the distributor (IHI 0069H, 12.9) and in the two frames of a
 * redistributor (12.11). The SGI frame has the registers of lines 0..31 at the
 * offsets that the distributor has them at. List register fields: 12.4.
 */
#ifndef ARCH_AARCH64_GIC_REGS_H
#define ARCH_AARCH64_GIC_REGS_H

#include <stdint.h>

enum {
	GICD_CTLR = 0x0000,
	GICD_TYPER = 0x0004,
	GICD_IIDR = 0x0008,
	GIC_IGROUPR = 0x0080,	/* from here a bit a line, 32 words each */
	GIC_ISENABLER = 0x0100,
	GIC_ICENABLER = 0x0180,
	GIC_ISPENDR = 0x0200,
	GIC_ICPENDR = 0x0280,
	GIC_ISACTIVER = 0x0300,
	GIC_ICACTIVER = 0x0380,
	GIC_IPRIORITYR = 0x0400,	/* a byte a line */
	GICD_ITARGETSR = 0x0800,
	GIC_ICFGR = 0x0c00,		/* two bits a line */
	GIC_IGRPMODR = 0x0d00,
	GICD_IROUTER = 0x6000,		/* eight bytes a line */
	GICD_IROUTER_END = 0x8000,
	GIC_PIDR2 = 0xffe8,

	GICR_CTLR = 0x0000,
	GICR_IIDR = 0x0004,
	GICR_TYPER = 0x0008,
	GICR_WAKER = 0x0014,
	GICR_SGI_FRAME = 0x10000,
	GICR_END = 0x20000,
};

#define GICD_CTLR_GRP0	(1u << 0)
#define GICD_CTLR_GRP1	(1u << 1)	/* Group1A in the non-secure view */
#define GICD_CTLR_GROUPS (GICD_CTLR_GRP0 | GICD_CTLR_GRP1)
#define GICD_CTLR_ARE	(3u << 4)	/* ARE, or ARE_NS; ARE_S if it shows */
#define GICD_CTLR_ARE_NS (1u << 4)
#define GICD_CTLR_DS	(1u << 6)
#define GICD_CTLR_RWP	(1u << 31)

#define GICR_CTLR_LPIS	(1u << 0)
#define GICR_CTLR_RWP	(1u << 3)
#define GICR_TYPER_LAST	(1u << 4)
#define GICR_WAKER_ASLEEP (1u << 2)

#define GIC_PIDR2_V3	0x30u		/* ArchRev in 7:4 */
#define GIC_MAX_LINES	1020u

/*
 * Priorities, lower is more urgent. 0 is the runtime's own. A cell's are at
 * least 0x10: one step where the non-secure view has 16 of them.
 */
#define GIC_PRIORITY_OWN	0x00u
#define GIC_PRIORITY_CELLS	0x10u
#define GIC_PRIORITY_DEFAULT	0xa0u
#define GIC_PMR_OPEN		0xffu
#define GIC_PMR_CLOSED		GIC_PRIORITY_CELLS
#define GIC_PMR_CLOSED_SHIFTED	(0x80u | GIC_PRIORITY_CELLS >> 1)

#define GIC_IPI		7u		/* the SGI between CPUs at EL2 */

#define LR_PENDING	(UINT64_C(1) << 62)
#define LR_ACTIVE	(UINT64_C(1) << 63)
#define LR_STATE	(UINT64_C(3) << 62)
#define LR_HW		(UINT64_C(1) << 61)
#define LR_GROUP1	(UINT64_C(1) << 60)
#define LR_LINE		(LR_PENDING | LR_HW | LR_GROUP1)
#define LR_PRIORITY_SHIFT 48
#define LR_PHYSICAL_SHIFT 32

#define ICH_HCR_EN	(1u << 0)
#define ICH_HCR_UIE	(1u << 1)

/* Affinity fields of an MPIDR or of GICD_IROUTER. */
#define GIC_AFFINITY	UINT64_C(0xff00ffffff)

/* ICC_SGI1R_EL1: whom an SGI is for, by affinity, Aff0 in sixteens (12.2). */
#define SGI_LIST	UINT64_C(0xffff)
#define SGI_GROUP	UINT64_C(0x00fff0ff00ff0000)
#define SGI_TO_OTHERS	(UINT64_C(1) << 40)	/* all of them: no group counts */
#define SGI_INTID_SHIFT	24

/* As GICR_TYPER has it in its upper half: Aff3.Aff2.Aff1.Aff0. */
static inline uint32_t gic_affinity32(uint64_t hwid)
{
	return (uint32_t)(hwid >> 8 & 0xff000000) | (uint32_t)(hwid & 0xffffff);
}

#endif
