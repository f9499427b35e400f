/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgicr.c - redistributors as their cell sees them, and SGIs between its CPUs.
 *
 * Always awake, no LPIs: a real one would let a cell name memory for the GIC
 * to write. A frame may be used from any CPU of the cell; it acts on the CPU
 * it belongs to. (IHI 0069H 12.11, 12.2)
 */
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/vgic.h"

/* ---- the first frame ----------------------------------------------------- */

/* The last of a run of frames in the cell's own tree: none of it follows. */
static bool is_last(const struct hv_cell *cell, uint32_t cpu_i)
{
	const struct hv_a64_cpu *rows = hv_rows(hv_system.arch_cpus);
	uint64_t end = rows[cpu_i].gicr.u + rows[cpu_i].gicr_size;

	for (uint64_t left = cell->cpu_mask; left; left &= left - 1)
		if (rows[__builtin_ctzll(left)].gicr.u == end)
			return false;
	return true;
}

static uint64_t type_read(const struct hv_cell *cell, uint32_t cpu_i)
{
	const struct hv_cpu *row = hv_cpu_row(cpu_i);

	return (uint64_t)gic_affinity32(row->virtual_hwid) << 32 |
		(uint64_t)row->index << 8 |
		(is_last(cell, cpu_i) ? GICR_TYPER_LAST : 0);
}

static uint64_t control_frame_read(const struct hv_cell *cell, uint32_t cpu_i,
				   uint32_t offset)
{
	switch (offset) {
	case GICR_IIDR:
		return arch_device_read(gic_at(gic_redistributor(cpu_i), GICR_IIDR));
	case GICR_TYPER:
		return type_read(cell, cpu_i);
	case GICR_TYPER + 4:
		return type_read(cell, cpu_i) >> 32;
	case GIC_PIDR2:
		return GIC_PIDR2_V3;
	default:
		return 0;
	}
}

/* The registers of 64 bits: GICR_TYPER, and those of LPIs. */
static bool is_wide(uint64_t offset)
{
	return offset == GICR_TYPER || (offset >= 0x40 && offset < 0xc0) ||
		(offset >= 0x100 && offset < 0x120);
}

/* Nothing in it can be written: GICR_WAKER says awake, GICR_CTLR no LPIs. */
static enum mmio_result access_control(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
				       struct mmio *m)
{
	if (m->size != 4 && (m->size != 8 || !is_wide(m->offset)))
		return MMIO_FAULT;
	if (m->is_write)
		return MMIO_DONE;
	m->value = control_frame_read(cpu->cell, of_cpu_i, (uint32_t)m->offset);
	if (m->size == 4)
		m->value &= 0xffffffff;
	return MMIO_DONE;
}

/* ---- the SGI frame ------------------------------------------------------- */

static enum mmio_result access_lines(struct hv_cpu_state *cpu,
				     const struct vgic_bank *b, struct mmio *m)
{
	uint32_t offset = (uint32_t)m->offset - GICR_SGI_FRAME;
	uint32_t line = offset - GIC_IPRIORITYR, value = (uint32_t)m->value;
	bool is_priority = offset >= GIC_IPRIORITYR && line < 32;
	bool is_config = offset == GIC_ICFGR || offset == GIC_ICFGR + 4;
	/* One word each; the next 31 are the distributor's alone. */
	bool is_bits = offset >= GIC_IGROUPR && offset < GIC_IPRIORITYR &&
		offset % 0x80 == 0;

	if (m->size != 4 && !(m->size == 1 && is_priority))
		return MMIO_FAULT;
	if (m->is_write) {
		if (is_priority)
			vgic_priority_write(b, line, m->size, value);
		else if (is_bits)
			vgic_bits_write(cpu, b, offset, value);
		else if (is_config)
			vgic_config_write(b, offset / 4 & 1, value);
		return MMIO_DONE;
	}
	m->value = 0;
	if (is_priority)
		m->value = vgic_priority_read(b, line, m->size);
	else if (is_bits)
		m->value = vgic_bits_read(cpu, b, offset);
	else if (is_config)
		m->value = vgic_config_read(b, offset / 4 & 1);
	return MMIO_DONE;
}

enum mmio_result vgicr_access(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			      struct mmio *m)
{
	bool is_direct = gic_is_direct(cpu);
	struct vgic_bank b = {
		.frame = gic_sgi_frame(of_cpu_i),
		.lines = gic_cell_lines(cpu->cell, 0) |
			(is_direct ? GIC_SGI_LINES : 0),
		.of = is_direct ? NULL : hv_cpu(of_cpu_i),
	};

	if (m->offset < GICR_SGI_FRAME)
		return access_control(cpu, of_cpu_i, m);
	if (m->offset < GICR_END)
		return access_lines(cpu, &b, m);
	/* Frames of a GICv4: not for the cell. */
	m->value = m->is_write ? m->value : 0;
	return MMIO_DONE;
}

/* ---- ICC_SGI1R_EL1 ------------------------------------------------------- */

static void sgi_send(struct hv_cpu_state *cpu, struct hv_cpu_state *to, uint32_t sgi)
{
	uint32_t bit = 1u << sgi;
	/* Release: what the cell wrote before. A set bit has had its IPI, and
	 * nothing needs a second. */
	uint32_t before = __atomic_fetch_or(&gic_of(to)->pending_sgis, bit,
					    __ATOMIC_RELEASE);

	if (to == cpu)
		gic_flush_sgis(cpu);
	else if (!(before & bit))
		arch_ipi(to);
}

/*
 * Only CPUs of the cell are looked at, so a target that is not among them, or
 * does not exist, costs and reaches nothing. Fields: IHI 0069H 12.2.
 */
void vgic_sgi(struct hv_cpu_state *cpu, uint64_t sgi1r)
{
	uint32_t sgi = sgi1r >> SGI_INTID_SHIFT & 15;

	for (uint64_t left = cpu->cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);
		uint64_t id = hv_cpu_row(i)->virtual_hwid;
		bool is_listed = gic_sgi_group(id) == (sgi1r & SGI_GROUP) &&
			sgi1r & gic_sgi_target(id);

		if (sgi1r & SGI_TO_OTHERS ? i == cpu->cpu_i : !is_listed)
			continue;
		if (gic_is_direct(cpu))
			line_send_sgi(i, sgi);
		else
			sgi_send(cpu, hv_cpu(i), sgi);
	}
}

static __attribute__((noinline)) void send_listed(struct hv_cpu_state *cpu,
						  uint32_t sgi, uint32_t list)
{
	const struct gic_sgi *s = &gic_of(cpu)->sgi;

	for (; list; list &= list - 1)
		sgi_send(cpu, hv_cpu(s->cpu_of[__builtin_ctz(list)]), sgi);
}

/* To itself alone by a short way of its own. */
void vgic_sgi_listed(struct hv_cpu_state *cpu, uint64_t sgi1r, uint32_t list)
{
	uint32_t sgi = sgi1r >> SGI_INTID_SHIFT & 15;

	if (list == gic_of(cpu)->sgi.self)
		gic_self_sgi(cpu, sgi);
	else
		send_listed(cpu, sgi, list);
}

/* Whether they are one group, and the other numbers a shift away. */
static bool is_simple(const struct hv_cpu *row, const struct hv_cpu *first,
		      bool is_direct)
{
	return gic_sgi_group(row->virtual_hwid) == gic_sgi_group(first->virtual_hwid) &&
	       (!is_direct || (gic_sgi_group(row->hwid) == gic_sgi_group(first->hwid) &&
		row->hwid - row->virtual_hwid == first->hwid - first->virtual_hwid &&
		(row->hwid & 15) >= (row->virtual_hwid & 15)));
}

void vgic_sgi_init(struct hv_cpu_state *cpu)
{
	const struct hv_cpu *first = hv_cpu_row(cpu->cell->boot_cpu);
	struct gic_sgi s = {
		.mask = SGI_GROUP | SGI_TO_OTHERS,
		.match = gic_sgi_group(first->virtual_hwid),
		.upper = gic_sgi_group(first->hwid),
		.shift = gic_is_direct(cpu) ? (int64_t)(first->hwid & 15) -
			(int64_t)(first->virtual_hwid & 15) : -1,
		.self = gic_sgi_target(cpu->row->virtual_hwid),
	};

	for (uint64_t left = cpu->cell->cpu_mask; left; left &= left - 1) {
		uint32_t i = (uint32_t)__builtin_ctzll(left);
		uint64_t id = hv_cpu_row(i)->virtual_hwid;

		s.list |= gic_sgi_target(id);
		s.cpu_of[id & 15] = (uint8_t)i;
		if (!is_simple(hv_cpu_row(i), first, gic_is_direct(cpu)))
			s.match = ~UINT64_C(0);
	}
	gic_of(cpu)->sgi = s;
}
