/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic.c - GICv3 for a cell: its distributor, and each CPU's own redistributor.
 *
 * Everything is non-secure group 1, priority 0x80, EOI drops and deactivates.
 * (Arm IHI 0069: 12.9 distributor, 12.11 redistributor.)
 */
#include "cell.h"

enum {
	GICD_CTLR = 0x0000,
	GICD_IGROUPR = 0x0080,
	GICD_ISENABLER = 0x0100,
	GICD_ICENABLER = 0x0180,
	GICD_IPRIORITYR = 0x0400,
	GICD_ICFGR = 0x0c00,
	GICD_IROUTER = 0x6000,
	GICR_WAKER = 0x0014,
	GICR_SGI = 0x10000,	/* the SGI and PPI frame */
};

void irq_taken(void);

uint32_t gicd_read(uint32_t offset)
{
	return load32(GICD_BASE + (uint64_t)offset);
}

void gicd_write(uint32_t offset, uint32_t value)
{
	store32(GICD_BASE + (uint64_t)offset, value);
}

uint32_t gicr_read(uint32_t offset)
{
	return load32(cpu_gicr() + offset);
}

void gicr_write(uint32_t offset, uint32_t value)
{
	store32(cpu_gicr() + offset, value);
}

/* SGIs and PPIs live in the redistributor, at the same offsets in its frame. */
static void frame_write(uint32_t intid, uint32_t offset, uint32_t value)
{
	if (intid < 32)
		gicr_write(GICR_SGI + offset, value);
	else
		gicd_write(offset, value);
}

static uint32_t frame_read(uint32_t intid, uint32_t offset)
{
	return intid < 32 ? gicr_read(GICR_SGI + offset) : gicd_read(offset);
}

void gic_init(void)
{
	gicd_write(GICD_CTLR, 1u << 4 | 1u << 1);	/* ARE_NS, EnableGrp1 */
	gic_init_cpu();
}

void gic_init_cpu(void)
{
	gicr_write(GICR_WAKER, 0);
	while (gicr_read(GICR_WAKER) & 4)	/* ChildrenAsleep */
		__asm__ volatile("yield");
	gicr_write(GICR_SGI + GICD_IGROUPR, 0xffffffff);
	__asm__ volatile(
		"msr s3_0_c12_c12_5, %0\n"	/* ICC_SRE_EL1.SRE */
		"isb\n"
		"msr s3_0_c4_c6_0, %1\n"	/* ICC_PMR_EL1: all priorities */
		"msr s3_0_c12_c12_7, %0\n"	/* ICC_IGRPEN1_EL1 */
		"isb"
		:: "r"(7ul), "r"(0xfful));
}

void gic_enable(uint32_t intid)
{
	uint32_t bit = 1u << intid % 32, word = intid / 32 * 4;
	uint32_t prio = GICD_IPRIORITYR + (intid & ~3u), shift = intid % 4 * 8;

	frame_write(intid, GICD_IGROUPR + word, frame_read(intid, GICD_IGROUPR + word) | bit);
	frame_write(intid, prio, (frame_read(intid, prio) & ~(0xffu << shift)) | 0x80u << shift);
	frame_write(intid, GICD_ISENABLER + word, bit);
}

void gic_disable(uint32_t intid)
{
	frame_write(intid, GICD_ICENABLER + intid / 32 * 4, 1u << intid % 32);
}

void gic_set_edge(uint32_t intid)
{
	uint32_t at = GICD_ICFGR + intid / 16 * 4;

	frame_write(intid, at, frame_read(intid, at) | 2u << intid % 16 * 2);
}

void gic_route_here(uint32_t spi)
{
	uint64_t mpidr = cpu_mpidr(cpu_self()) & 0xff00ffffff;

	*(volatile uint64_t *)(GICD_BASE + GICD_IROUTER + 8ul * spi) = mpidr;
}

void gic_send_sgi(uint32_t sgi, uint64_t mpidr)
{
	uint64_t aff0 = mpidr & 0xff, upper = (mpidr >> 32 & 0xff) << 48
		| (mpidr >> 16 & 0xff) << 32 | (mpidr >> 8 & 0xff) << 16;

	/* dsb: what the receiver is to read is written before it is told */
	__asm__ volatile("dsb sy; msr s3_0_c12_c11_5, %0; isb"
			 :: "r"(upper | (uint64_t)sgi << 24 | 1ul << (aff0 & 15)
				| (aff0 >> 4) << 44) : "memory");
}

__attribute__((weak)) void on_irq(uint32_t intid)
{
	print("%s: interrupt %u that nobody wants\n", CELL_NAME, intid);
}

__attribute__((weak)) void irq_taken(void)
{
	uint64_t intid;

	__asm__ volatile("mrs %0, s3_0_c12_c12_0; dsb sy" : "=r"(intid) :: "memory");
	if (intid >= 1020)	/* spurious */
		return;
	on_irq((uint32_t)intid);
	__asm__ volatile("msr s3_0_c12_c12_1, %0; isb" :: "r"(intid));
}
