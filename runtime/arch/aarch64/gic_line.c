/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_line.c - physical lines, on behalf of core and of the cells.
 *
 * Enable, pending and active have registers to set and to clear, and priority
 * has bytes, so lines of two cells in one word need no lock. Configuration has
 * only read-modify-write: hv.line_lock.
 */
#include "arch/aarch64/gic_line.h"

#include "arch/aarch64/device.h"
#include "arch/aarch64/sysreg.h"

#define WAIT_US 100000u
#define EACH_BYTE 0x01010101u
#define ALL_EDGES 0xaaaaaaaau	/* of one register */

/* Bounded only against broken hardware: the bits fall within a few accesses. */
static __attribute__((noinline)) bool wait_long(struct hv_pa reg, uint32_t bits)
{
	uint64_t from_us = arch_time_us();

	while (device_read32(reg) & bits) {
		if (arch_time_us() - from_us > WAIT_US)
			return false;
		arch_relax();
	}
	return true;
}

/* Mostly there is nothing to wait for. */
bool gic_wait_clear(struct hv_pa reg, uint32_t bits)
{
	return !(device_read32(reg) & bits) || wait_long(reg, bits);
}

const struct hv_cpu *gic_cpu_of(const struct hv_cell_state *run, uint64_t affinity,
				bool is_virtual)
{
	for (const struct hv_cpu_state *cpu = run->cpus; cpu; cpu = cpu->next)
		if (!(((is_virtual ? cpu->row->virtual_hwid : cpu->row->hwid) ^
		       affinity) & GIC_AFFINITY))
			return cpu->row;
	return NULL;
}

/* RWP: IHI 0069H 12.9.4, 12.11.2. The frame with lines 0 to 31 is 64 KiB above
 * its control register. */
void line_settle(struct hv_pa frame, uint32_t word)
{
	if (word)
		(void)gic_wait_clear(gic_at(frame, GICD_CTLR), GICD_CTLR_RWP);
	else
		(void)gic_wait_clear((struct hv_pa){ frame.u - GICR_SGI_FRAME +
				     GICR_CTLR }, GICR_CTLR_RWP);
}

void line_disable(struct hv_pa frame, uint32_t word, uint32_t lines)
{
	device_write32(gic_at(frame, GIC_ICENABLER + 4 * word), lines);
	line_settle(frame, word);
}

uint32_t line_edges(uint32_t lines)
{
	uint32_t spread = lines & 0xffff;

	spread = (spread | spread << 8) & 0x00ff00ff;
	spread = (spread | spread << 4) & 0x0f0f0f0f;
	spread = (spread | spread << 2) & 0x33333333;
	spread = (spread | spread << 1) & 0x55555555;
	return spread << 1;
}

void line_configure(struct hv_pa reg, uint32_t edges, uint32_t value)
{
	if (edges == ALL_EDGES)		/* no other cell's are beside them */
		device_write32(reg, value & edges);
	if (!edges || edges == ALL_EDGES)
		return;
	lock_take(&hv.line_lock);
	device_write32(reg, (device_read32(reg) & ~edges) | (value & edges));
	lock_drop(&hv.line_lock);
}

/* Four at once, where they are: most of a start is this. */
static void reset_priorities(struct hv_pa at, uint32_t lines)
{
	for (; lines; lines >>= 4, at.u += 4) {
		uint32_t left = lines & 15;

		if (left == 15)
			device_write32(at, GIC_PRIORITY_DEFAULT * EACH_BYTE);
		else
			for (; left; left &= left - 1)
				device_write8(gic_at(at, (uint32_t)__builtin_ctz(left)),
					      GIC_PRIORITY_DEFAULT);
	}
}

void line_reset(struct hv_pa frame, uint32_t word, uint32_t lines)
{
	struct hv_pa at = gic_at(frame, 4 * word);

	line_disable(frame, word, lines);
	device_write32(gic_at(at, GIC_ICPENDR), lines);
	device_write32(gic_at(at, GIC_ICACTIVER), lines);
	/* SGIs are edges, whatever is written. */
	for (uint32_t half = word == 0; half < 2; half++)
		line_configure(gic_at(frame, GIC_ICFGR + 8 * word + 4 * half),
			       line_edges(lines >> 16 * half), 0);
	reset_priorities(gic_at(frame, GIC_IPRIORITYR + 32 * word), lines);
}

void line_take(struct hv_pa frame, uint32_t word, uint32_t kept)
{
	struct hv_pa at = gic_at(frame, 4 * word);

	line_reset(frame, word, ~kept);
	device_write32(gic_at(at, GIC_ICACTIVER), ~0u);
	device_write32(gic_at(at, GIC_IGROUPR), ~0u);
	device_write32(gic_at(at, GIC_IGRPMODR), 0);
	for (; kept; kept &= kept - 1) {
		struct hv_pa priority = gic_at(frame, GIC_IPRIORITYR + 32 * word +
					       (uint32_t)__builtin_ctz(kept));

		if (device_read8(priority) < GIC_PRIORITY_CELLS)
			device_write8(priority, GIC_PRIORITY_CELLS);
	}
}

void line_reset_private(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);

	write_once(g->pending_sgis, 0);
	write_once(g->enabled_sgis, 0);
	for (uint32_t i = 0; i < GIC_N_SGIS; i++)
		g->sgi_priorities[i] = 0;
	if (cpu->cell)
		line_reset(g->sgi_frame, 0, g->private_lines);
}

void line_route(uint32_t cell_i, bool is_kept)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	uint64_t boot = hv_cpu_row(cell->boot_cpu)->hwid & GIC_AFFINITY;

	for (uint32_t word = 1; word < cell->line_words.count; word++) {
		struct hv_pa routes = gic_at(a64_board()->gicd, GICD_IROUTER + 256 * word);
		uint32_t left = gic_cell_lines(cell, word);

		for (; left; left &= left - 1) {
			struct hv_pa at = gic_at(routes, 8u * (uint32_t)__builtin_ctz(left));

			if (!is_kept ||
			    !gic_cpu_of(&hv.cells[cell_i], device_read64(at), false))
				device_write64(at, boot);
		}
	}
}

/* ---- for core ------------------------------------------------------------ */

void arch_cell_reset(uint32_t cell_i)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	struct hv_cell_state *run = &hv.cells[cell_i];

	write_once(run->is_controller_on, 0);
	for (uint32_t word = 1; word < cell->line_words.count; word++)
		if (gic_cell_lines(cell, word))
			line_reset(a64_board()->gicd, word, gic_cell_lines(cell, word));
	line_route(cell_i, false);
	/* A CPU that parked early may have been written to by one that ran on. */
	for (struct hv_cpu_state *cpu = run->cpus; cpu; cpu = cpu->next)
		line_reset_private(cpu);
}

/* The line's bit of a register that sets, or clears, where it is written. */
static void do_line(uint32_t line, uint32_t reg)
{
	gic_write(reg + line / 32 * 4, 1u << line % 32);
}

void line_deactivate(uint32_t line)
{
	do_line(line, GIC_ICACTIVER);
}

void arch_line_clear(uint32_t line)
{
	do_line(line, GIC_ICPENDR);
}

/* Not so, since doorbells ring by it. */
void arch_line_pend(uint32_t line)
{
	gic_write(GIC_ISPENDR + line / 32 * 4, 1u << line % 32);
}

uint64_t gic_sgi_whom(uint64_t hwid)
{
	return (hwid >> 32 & 0xff) << 48 | (hwid >> 16 & 0xff) << 32 |
		(hwid >> 8 & 0xff) << 16 | (hwid >> 4 & 15) << 44 |
		UINT64_C(1) << (hwid & 15);
}

static uint64_t sgi_to(const struct hv_cpu_state *cpu, uint32_t sgi)
{
	return gic_sgi_whom(cpu->row->hwid) | (uint64_t)sgi << SGI_INTID_SHIFT;
}

void line_send_sgi(const struct hv_cpu_state *cpu, uint32_t sgi)
{
	SYSREG_WRITE(icc_sgi1r_el1, sgi_to(cpu, sgi));
}

void line_init_ipi(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);
	uint32_t line = gic_ipi_line(cpu->cpu_i);

	if (g->is_direct) {
		g->ipi_at = gic_at(a64_board()->gicd, GIC_ISPENDR + line / 32 * 4);
		g->ipi = 1u << line % 32;
		g->ipi_line = line;
	} else {
		g->ipi = sgi_to(cpu, GIC_IPI);
	}
}

void arch_ipi(const struct hv_cpu_state *target)
{
	const struct gic_cpu *g = (const struct gic_cpu *)(target + 1);

	/* What was written before is seen by who takes the interrupt. */
	__asm__ volatile("dsb ishst" ::: "memory");
	if (g->is_direct)
		device_write32(g->ipi_at, (uint32_t)g->ipi);
	else
		SYSREG_WRITE(icc_sgi1r_el1, g->ipi);
	isb();		/* it is on its way before this CPU waits for it */
}
