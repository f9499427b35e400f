/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgicd.c - the distributor as a cell sees it: its own lines on its own CPUs.
 *
 * One security state, affinity routing, no LPIs, no message-based lines, no
 * 1-of-N delivery. Registers that such a GIC does not have read 0 and ignore
 * writes; a size that a register does not have is an external abort.
 * (IHI 0069H 12.9)
 */
#include "arch/aarch64/device.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/vgic.h"

#define TYPER_ID_BITS	(9u << 19)	/* INTIDs of 10 bits */
#define TYPER_A3V	(1u << 24)
#define TYPER_NO_1_OF_N	(1u << 25)
#define TYPER_LINES(n)	(((n) + 31) / 32 - 1)

static struct vgic_bank bank(const struct hv_cpu_state *cpu, uint32_t word)
{
	return (struct vgic_bank){
		.frame = gic_board()->gicd,
		.word = word,
		/* Word 0 is in the redistributors. */
		.lines = word ? gic_cell_lines(cpu->cell, word) : 0,
	};
}

/* ---- GICD_IROUTER: virtual affinities on the cell's side ------------------ */

/* The cell's CPU with that affinity, or HV_NONE. */
static uint32_t cpu_of_virtual(const struct hv_cell *cell, uint64_t affinity)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);

		if ((hv_cpu_row(i)->virtual_hwid & GIC_AFFINITY) == affinity)
			return i;
	}
	return HV_NONE;
}

static uint64_t virtual_of(const struct hv_cell *cell, uint64_t affinity)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		const struct hv_cpu *row = hv_cpu_row((uint32_t)__builtin_ctzll(left));

		if ((row->hwid & GIC_AFFINITY) == (affinity & GIC_AFFINITY))
			return row->virtual_hwid & GIC_AFFINITY;
	}
	return 0;
}

/*
 * A route to no CPU of the cell is refused: the old one stays. Bit 31, any
 * CPU, is reserved without 1-of-N delivery, and so ignored.
 */
static void route(const struct hv_cell *cell, struct hv_pa reg, uint64_t value)
{
	uint32_t cpu_i = cpu_of_virtual(cell, value & GIC_AFFINITY);

	if (cpu_i != HV_NONE)
		device_write64(reg, hv_cpu_row(cpu_i)->hwid & GIC_AFFINITY);
}

static enum mmio_result access_router(struct hv_cpu_state *cpu, struct mmio *m)
{
	uint32_t line = (uint32_t)(m->offset - GICD_IROUTER) / 8;
	uint32_t shift = (uint32_t)(m->offset & 4) * 8;
	struct hv_pa reg = gic_at(gic_board()->gicd, m->offset & ~UINT64_C(7));

	if (m->size < 4)
		return MMIO_FAULT;
	if (line < 32 || !(gic_cell_lines(cpu->cell, line / 32) >> line % 32 & 1)) {
		m->value = m->is_write ? m->value : 0;
		return MMIO_DONE;
	}

	uint64_t now = virtual_of(cpu->cell, device_read64(reg));

	if (!m->is_write)
		m->value = m->size == 8 ? now : now >> shift & 0xffffffff;
	else if (m->size == 8)
		route(cpu->cell, reg, m->value);
	else
		route(cpu->cell, reg, (now & ~(UINT64_C(0xffffffff) << shift)) |
		      m->value << shift);
	return MMIO_DONE;
}

/* ---- GICD_CTLR ----------------------------------------------------------- */

/*
 * Only for this cell: off means that none of its CPUs is offered anything.
 * The enable of Group 0 is kept for who reads it back; nothing is in Group 0.
 */
static void control_write(struct hv_cpu_state *cpu, uint32_t value)
{
	value &= GICD_CTLR_GRP0 | GICD_CTLR_GRP1;
	if (__atomic_exchange_n(&cpu->run->is_controller_on, value,
				__ATOMIC_SEQ_CST) == value)
		return;
	gic_update(cpu);
	for (uint64_t left = cpu->cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);

		if (i != cpu->cpu_i)
			arch_ipi(hv_cpu(i));
	}
}

uint32_t vgicd_type(void)
{
	return TYPER_LINES(gic_board()->n_lines) | TYPER_ID_BITS | TYPER_A3V |
		TYPER_NO_1_OF_N;
}

/* ---- the page ------------------------------------------------------------ */

static uint32_t read_word(struct hv_cpu_state *cpu, uint32_t offset)
{
	if (offset >= GIC_IGROUPR && offset < GIC_IPRIORITYR) {
		struct vgic_bank b = bank(cpu, offset % 0x80 / 4);

		return b.lines ? vgic_bits_read(cpu, &b, offset & ~0x7fu) : 0;
	}
	if (offset >= GIC_ICFGR && offset < GIC_IGRPMODR) {
		struct vgic_bank b = bank(cpu, (offset - GIC_ICFGR) / 8);

		return b.lines ? vgic_config_read(&b, offset / 4 & 1) : 0;
	}
	switch (offset) {
	case GICD_CTLR:
		return vgicd_control_read(cpu);
	case GICD_TYPER:
		return vgicd_type();
	case GICD_IIDR:		/* the real one: drivers know errata by it */
		return gic_read(GICD_IIDR);
	case GIC_PIDR2:
		return GIC_PIDR2_V3;
	default:
		return 0;
	}
}

static void write_word(struct hv_cpu_state *cpu, uint32_t offset, uint32_t value)
{
	if (offset >= GIC_IGROUPR && offset < GIC_IPRIORITYR) {
		struct vgic_bank b = bank(cpu, offset % 0x80 / 4);

		if (b.lines)
			vgic_bits_write(cpu, &b, offset & ~0x7fu, value);
	} else if (offset >= GIC_ICFGR && offset < GIC_IGRPMODR) {
		struct vgic_bank b = bank(cpu, (offset - GIC_ICFGR) / 8);

		if (b.lines)
			vgic_config_write(&b, offset / 4 & 1, value);
	} else if (offset == GICD_CTLR) {
		control_write(cpu, value);
	}
}

static enum mmio_result access_priority(struct hv_cpu_state *cpu, struct mmio *m)
{
	uint32_t line = (uint32_t)m->offset - GIC_IPRIORITYR;
	struct vgic_bank b = bank(cpu, line / 32);

	if (m->size != 1 && m->size != 4)
		return MMIO_FAULT;
	if (!b.lines)
		m->value = m->is_write ? m->value : 0;
	else if (m->is_write)
		vgic_priority_write(&b, line % 32, m->size, (uint32_t)m->value);
	else
		m->value = vgic_priority_read(&b, line % 32, m->size);
	return MMIO_DONE;
}

enum mmio_result vgicd_access(struct hv_cpu_state *cpu, struct mmio *m)
{
	uint64_t offset = m->offset;

	if (offset >= GICD_IROUTER && offset < GICD_IROUTER_END)
		return access_router(cpu, m);
	if (offset >= GIC_IPRIORITYR && offset < GICD_ITARGETSR)
		return access_priority(cpu, m);
	if (m->size != 4)
		return MMIO_FAULT;
	if (m->is_write)
		write_word(cpu, (uint32_t)offset, (uint32_t)m->value);
	else
		m->value = read_word(cpu, (uint32_t)offset);
	return MMIO_DONE;
}
