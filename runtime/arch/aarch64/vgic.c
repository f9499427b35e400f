/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic.c - the distributor and the redistributors as their cell sees them: its
 * own lines on its own CPUs.
 *
 * One security state, affinity routing, no message-based lines, no 1-of-N
 * delivery; redistributors that are awake, and no LPIs: a real one would let a
 * cell name memory for the GIC to write. Registers that such a GIC does not have
 * read 0 and ignore writes; a size that a register does not have is an external
 * abort. (IHI 0069H 12.9, 12.11)
 *
 * Lines have their registers at the same offsets in both: from 32 on in the
 * distributor, the others in the SGI frame of a redistributor, which may be used
 * from any CPU of the cell and acts on the CPU it belongs to. An access is of one
 * word of 32 lines, a bank, with the mask of those that the cell owns. Bits of
 * other lines read 0, and writing them does nothing; that mask and the functions
 * below are all that stands between a cell and foreign lines.
 *
 * What the hardware calls active may be, for the cell, still pending: EL2 has
 * acknowledged it, the cell has not (gic.h). So whatever reads or ends one of
 * the two first asks the LRs; and only where a line is active at all, which
 * costs a read. SGIs are not physical: their half of word 0 is in gic_cpu.
 *
 * With direct delivery there are no LRs, and SGIs are lines as all others: the
 * bank has no `sgis`.
 */
#include "arch/aarch64/device.h"
#include "arch/aarch64/gic_line.h"
#include "core/cell.h"

/* Registers with a bit a line come in pairs, one sets and one clears. */
#define IS_CLEAR	0x80u
#define KIND(reg)	((reg) & 0x300u)

struct bank {
	struct hv_pa frame;	/* gic_line.h */
	uint32_t word;
	uint32_t lines;		/* the cell's physical lines among the 32 */
	uint32_t all;		/* and its SGIs */
	uint32_t cpu_i;		/* word 0: whose; else HV_NONE */
	struct gic_cpu *sgis;	/* word 0: whose, where they are not physical;
				 * else NULL */
};

/* In the frame of that CPU, or in the distributor. */
static __attribute__((noinline)) void bank_of(struct bank *b, struct hv_cpu_state *cpu,
					      uint32_t of_cpu_i, uint32_t word)
{
	const struct gic_cpu *g = gic_of(cpu);

	*b = (struct bank){ .frame = g->gicd, .word = word, .cpu_i = of_cpu_i };
	if (of_cpu_i == HV_NONE) {
		if (word - 1 < g->n_shared_words)
			b->all = b->lines = g->lines[word];
	} else if (word == 0) {
		b->frame = gic_sgi_frame(of_cpu_i);
		b->lines = g->private_lines;
		b->all = b->lines | GIC_SGI_LINES;
		if (!g->is_direct)
			b->sgis = gic_of(hv_cpu(of_cpu_i));
	}
}

/* ---- a bit a line --------------------------------------------------------- */

/* NULL: of SGIs, or of this kind, there are none. */
static uint32_t *sgi_bits(const struct bank *b, uint32_t reg)
{
	if (!b->sgis || KIND(reg) == GIC_ISACTIVER)
		return NULL;
	return KIND(reg) == GIC_ISENABLER ? &b->sgis->enabled_sgis :
					    &b->sgis->pending_sgis;
}

static struct hv_pa bits_at(const struct bank *b, uint32_t reg)
{
	return gic_at(b->frame, reg + 4 * b->word);
}

static uint32_t bits_read(const struct bank *b, uint32_t reg)
{
	const uint32_t *sgis = sgi_bits(b, reg);

	return (device_read32(bits_at(b, reg)) & b->lines) |
		(sgis ? __atomic_load_n(sgis, __ATOMIC_ACQUIRE) : 0);
}

/* `lines` are of the bank, or nothing happens to them. */
static void bits_write(const struct bank *b, uint32_t reg, uint32_t lines)
{
	uint32_t *sgis = sgi_bits(b, reg);

	if (lines & b->lines)
		device_write32(bits_at(b, reg), lines & b->lines);
	lines &= GIC_SGI_LINES;
	if (!sgis || !lines)
		return;
	if (reg & IS_CLEAR)
		__atomic_fetch_and(sgis, ~lines, __ATOMIC_RELEASE);
	else
		__atomic_fetch_or(sgis, lines, __ATOMIC_RELEASE);
}

/* What LRs hold of these lines, SGIs of the bank among them. */
static struct gic_held ask(struct hv_cpu_state *cpu, const struct bank *b,
			   uint64_t take, uint32_t lines)
{
	uint32_t active = lines & b->lines & device_read32(bits_at(b, GIC_ISACTIVER));

	/* No LR is between the line and the cell: what is active was taken. */
	if (gic_is_direct(cpu))
		return (struct gic_held){ .active = active };
	active |= lines & ~b->lines;	/* SGIs */
	if (!active)
		return (struct gic_held){ .pending = 0 };
	return gic_ask(cpu, b->cpu_i, take, b->word, active);
}

static uint32_t read_bits(struct hv_cpu_state *cpu, const struct bank *b, uint32_t reg)
{
	uint32_t pending;

	switch (KIND(reg)) {
	case GIC_ISENABLER:
		return bits_read(b, GIC_ISENABLER);
	case GIC_ISPENDR:
		/* Before LRs are asked: what goes there now is found there. */
		pending = bits_read(b, GIC_ISPENDR);
		return pending | ask(cpu, b, 0, b->all).pending;
	case GIC_ISACTIVER:
		return ask(cpu, b, 0, b->all).active;
	}
	return b->all;		/* GIC_IGROUPR: Group 1, and stay so */
}

/*
 * Lines that were disabled or are no longer pending, and that an LR still offers,
 * are taken back. Disabled ones stay pending: in the distributor. A level that
 * holds makes itself pending again once the line is inactive; what does not was
 * an edge, or set by hand.
 */
static void take_back(struct hv_cpu_state *cpu, const struct bank *b, uint32_t reg,
		      uint32_t lines)
{
	uint32_t offered = ask(cpu, b, LR_PENDING, lines).pending;

	bits_write(b, GIC_ICACTIVER, offered);
	if (reg == GIC_ICENABLER && offered)
		bits_write(b, GIC_ISPENDR, offered & ~bits_read(b, GIC_ISPENDR));
}

/* SGIs that may now go to LRs, which only their own CPU can write. */
static void send_sgis(struct hv_cpu_state *cpu, const struct bank *b, uint32_t lines)
{
	if (!(lines & ~b->lines))
		return;
	if (b->cpu_i == cpu->cpu_i)
		gic_flush_sgis(cpu);
	else
		arch_ipi(hv_cpu(b->cpu_i));
}

static void write_bits(struct hv_cpu_state *cpu, const struct bank *b, uint32_t reg,
		       uint32_t lines)
{
	switch (reg) {
	case GIC_ISPENDR:	/* What an LR offers is pending already. */
		lines &= ~ask(cpu, b, 0, lines).pending;
		break;
	case GIC_ICACTIVER:	/* What it offers is not to be offered twice. */
		lines = ask(cpu, b, LR_ACTIVE, lines).active;
		break;
	case GIC_IGROUPR:	/* is fixed */
	case GIC_ISACTIVER:	/* without an LR no EOI could ever end it */
		return;
	}
	bits_write(b, reg, lines);
	if (reg == GIC_ICENABLER && lines & b->lines)
		line_settle(b->frame, b->word);
	if (reg == GIC_ICENABLER || reg == GIC_ICPENDR)
		take_back(cpu, b, reg, lines);
	else
		send_sgis(cpu, b, lines);
}

static void access_bits(struct hv_cpu_state *cpu, const struct bank *b, uint32_t reg,
			struct mmio *m)
{
	if (!b->all)
		return;
	if (m->is_write)
		write_bits(cpu, b, reg, (uint32_t)m->value & b->all);
	else
		m->value = read_bits(cpu, b, reg);
}

/* ---- priorities and configuration ---------------------------------------- */

static void access_one_priority(const struct bank *b, uint32_t line, uint32_t shift,
				struct mmio *m)
{
	uint8_t wanted = (uint8_t)(m->value >> shift & 0xf8);

	if (b->lines >> line % 32 & 1) {
		struct hv_pa at = gic_at(b->frame, GIC_IPRIORITYR + line);

		if (m->is_write)	/* below is only EL2's own */
			device_write8(at, wanted < GIC_PRIORITY_CELLS ?
				      GIC_PRIORITY_CELLS : wanted);
		else
			m->value |= (uint64_t)device_read8(at) << shift;
	} else if (b->all >> line % 32 & 1) {	/* an SGI */
		uint8_t *kept = &b->sgis->sgi_priorities[line];

		if (m->is_write)
			*kept = wanted;
		else
			m->value |= (uint64_t)*kept << shift;
	}
}

static void access_priority(const struct bank *b, uint32_t line, struct mmio *m)
{
	for (uint32_t i = 0; i < m->size; i++)
		access_one_priority(b, line + i, 8 * i, m);
}

static void access_config(const struct bank *b, uint32_t half, struct mmio *m)
{
	uint32_t edges = line_edges(b->lines >> 16 * half);
	uint32_t reg = GIC_ICFGR + 8 * b->word + 4 * half;

	if (m->is_write)
		line_configure(gic_at(b->frame, reg), edges, (uint32_t)m->value);
	else if (b->sgis && half == 0)	/* SGIs are edge-triggered */
		m->value = line_edges(GIC_SGI_LINES);
	else if (edges)
		m->value = device_read32(gic_at(b->frame, reg)) & edges;
}

/* ---- GICD_IROUTER: virtual affinities on the cell's side ------------------ */

/*
 * A route to no CPU of the cell is refused: the old one stays. Bit 31, any
 * CPU, is reserved without 1-of-N delivery, and so ignored.
 */
static void access_route(const struct hv_cell_state *run, struct hv_pa reg,
			 struct mmio *m)
{
	uint32_t shift = (uint32_t)(m->offset & 4) * 8;
	const struct hv_cpu *to = gic_cpu_of(run, device_read64(reg), false);
	uint64_t now = to ? to->virtual_hwid & GIC_AFFINITY : 0;

	if (!m->is_write) {
		m->value = now >> shift;
		return;
	}
	if (m->size == 4)
		now = (now & ~(UINT64_C(0xffffffff) << shift)) | m->value << shift;
	else
		now = m->value;
	to = gic_cpu_of(run, now, true);
	if (to)
		device_write64(reg, to->hwid & GIC_AFFINITY);
}

/* ---- the frames ----------------------------------------------------------- */

/* Any offset in the distributor, or in an SGI frame, whose CPU it then is. */
static enum mmio_result access_lines(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
				     uint32_t offset, struct mmio *m)
{
	bool is_priority = offset >= GIC_IPRIORITYR && offset < GICD_ITARGETSR;
	bool is_route = offset >= GICD_IROUTER && offset < GICD_IROUTER_END;
	uint32_t sizes = is_priority ? 1 | 4 : is_route ? 4 | 8 : 4;
	struct bank b;

	if (!(m->size & sizes))
		return MMIO_FAULT;
	if (offset >= GIC_IGROUPR && offset < GIC_IPRIORITYR) {
		bank_of(&b, cpu, of_cpu_i, offset % 0x80 / 4);
		access_bits(cpu, &b, offset & ~0x7fu, m);
	} else if (is_priority) {
		bank_of(&b, cpu, of_cpu_i, (offset - GIC_IPRIORITYR) / 32);
		access_priority(&b, offset - GIC_IPRIORITYR, m);
	} else if (offset >= GIC_ICFGR && offset < GIC_IGRPMODR) {
		bank_of(&b, cpu, of_cpu_i, (offset - GIC_ICFGR) / 8);
		access_config(&b, offset / 4 & 1, m);
	} else if (is_route && of_cpu_i == HV_NONE) {
		uint32_t line = (offset - GICD_IROUTER) / 8;

		bank_of(&b, cpu, of_cpu_i, line / 32);
		if (b.lines >> line % 32 & 1)
			access_route(cpu->run, gic_at(b.frame, offset & ~7u), m);
	}
	return MMIO_DONE;
}

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
	cell_call_out(cpu->cell_i, cpu);
}

enum mmio_result vgicd_access(struct hv_cpu_state *cpu, struct mmio *m)
{
	if (m->size == 4 && (m->offset < GIC_IGROUPR || m->offset >= GICD_IROUTER_END)) {
		switch (m->offset) {
		case GICD_CTLR:
			if (m->is_write)
				control_write(cpu, (uint32_t)m->value);
			else
				m->value = vgicd_control_read(cpu);
			return MMIO_DONE;
		case GICD_TYPER:
			m->value = gic_of(cpu)->type;
			return MMIO_DONE;
		case GICD_IIDR:		/* the real one: drivers know errata by it */
			m->value = gic_read(GICD_IIDR);
			return MMIO_DONE;
		case GIC_PIDR2:
			m->value = GIC_PIDR2_V3;
			return MMIO_DONE;
		}
	}
	return access_lines(cpu, HV_NONE, (uint32_t)m->offset, m);
}

/* Upper half: the affinity. The last of a run of frames in the cell's own tree,
 * none of which follows, says so. */
static uint64_t type_read(const struct hv_cell_state *run, uint32_t cpu_i)
{
	const struct hv_a64_cpu *rows = hv_rows(hv_system.arch_cpus);
	const struct hv_cpu *row = hv_cpu_row(cpu_i);
	uint64_t end = rows[cpu_i].gicr.u + rows[cpu_i].gicr_size;
	uint32_t last = GICR_TYPER_LAST;

	for (const struct hv_cpu_state *c = run->cpus; c; c = c->next)
		if (rows[c->cpu_i].gicr.u == end)
			last = 0;
	return (uint64_t)gic_affinity32(row->virtual_hwid) << 32 | row->index << 8 | last;
}

/* Of 64 bits: GICR_TYPER, and those of LPIs. */
static bool is_wide(uint64_t offset)
{
	return offset == GICR_TYPER || (offset >= 0x40 && offset < 0xc0) ||
		(offset >= 0x100 && offset < 0x120);
}

/* Nothing in it can be written: GICR_WAKER says awake, GICR_CTLR no LPIs. */
static enum mmio_result access_control(const struct hv_cell_state *run,
				       uint32_t of_cpu_i, struct mmio *m)
{
	if (m->size != 4 && (m->size != 8 || !is_wide(m->offset)))
		return MMIO_FAULT;
	switch (m->offset) {
	case GICR_IIDR:
		m->value = device_read32(gic_at(gic_redistributor(of_cpu_i), GICR_IIDR));
		break;
	case GICR_TYPER:
		m->value = type_read(run, of_cpu_i);
		break;
	case GICR_TYPER + 4:
		m->value = type_read(run, of_cpu_i) >> 32;
		break;
	case GIC_PIDR2:
		m->value = GIC_PIDR2_V3;
		break;
	}
	return MMIO_DONE;
}

enum mmio_result vgicr_access(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			      struct mmio *m)
{
	if (m->offset < GICR_SGI_FRAME)
		return access_control(cpu->run, of_cpu_i, m);
	if (m->offset < GICR_END)
		return access_lines(cpu, of_cpu_i,
				    (uint32_t)m->offset - GICR_SGI_FRAME, m);
	return MMIO_DONE;	/* frames of a GICv4: not for the cell */
}
