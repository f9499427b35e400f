/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * vgic.c - a cell's view of one word of lines.
 *
 * What the hardware calls active may be, for the cell, still pending: EL2 has
 * acknowledged it, the cell has not (gic.h). So whatever reads or ends one of
 * the two first asks the LRs; and only where a line is active at all, which
 * costs a read. SGIs are not physical: their half of word 0 is in gic_cpu.
 *
 * With direct delivery there are no LRs, and SGIs are lines as all others: the
 * bank has no `of`.
 */
#include "arch/aarch64/vgic.h"

#include "arch/aarch64/device.h"
#include "arch/aarch64/gic_line.h"

#define EDGE_FIELDS 0xaaaaaaaau

void vgic_init(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);

	if (!cpu->cell)
		return;
	g->gicd = gic_board()->gicd;
	g->sgi_frame = gic_sgi_frame(cpu->cpu_i);
	g->lines = hv_rows(cpu->cell->line_words);
	g->n_shared_words = cpu->cell->line_words.count ?
		cpu->cell->line_words.count - 1 : 0;
	g->private_lines = gic_cell_lines(cpu->cell, 0) |
		(g->is_direct ? GIC_SGI_LINES : 0);
	g->virtual_sgis = g->is_direct ? 0 : GIC_SGI_LINES;
	g->type = vgicd_type();
	vgic_sgi_init(cpu);
}

static struct hv_pa reg_at(const struct vgic_bank *b, uint32_t offset)
{
	return gic_at(b->frame, offset + 4 * b->word);
}

static uint32_t reg_read(const struct vgic_bank *b, uint32_t offset)
{
	return arch_device_read(reg_at(b, offset)) & b->lines;
}

/* `lines` are of the bank, or nothing happens to them. */
static void reg_write(const struct vgic_bank *b, uint32_t offset, uint32_t lines)
{
	lines &= b->lines;
	if (lines)
		arch_device_write(reg_at(b, offset), lines);
}

/* What LRs hold of these lines, SGIs of the bank among them. */
static struct gic_held ask(struct hv_cpu_state *cpu, const struct vgic_bank *b,
			   enum gic_ask_kind kind, uint32_t lines)
{
	uint32_t maybe = reg_read(b, GIC_ISACTIVER);

	/* No LR is between the line and the cell: what is active was taken. */
	if (gic_is_direct(cpu))
		return (struct gic_held){ .active = lines & maybe };
	if (b->of)
		maybe |= GIC_SGI_LINES;
	if (!(lines & maybe))
		return (struct gic_held){ .pending = 0 };
	return gic_ask(cpu, b->of ? b->of->cpu_i : HV_NONE, kind, b->word,
		       lines & maybe);
}

/* ---- SGIs ---------------------------------------------------------------- */

static void sgis_set(uint32_t *of, uint32_t lines)
{
	__atomic_fetch_or(of, lines & GIC_SGI_LINES, __ATOMIC_RELEASE);
}

static void sgis_clear(uint32_t *of, uint32_t lines)
{
	__atomic_fetch_and(of, ~(lines & GIC_SGI_LINES), __ATOMIC_RELEASE);
}

/* Some may now go to LRs, which only their own CPU can write. */
static void sgis_go(struct hv_cpu_state *cpu, struct hv_cpu_state *of)
{
	if (of == cpu)
		gic_flush_sgis(cpu);
	else
		arch_ipi(of);
}

/* ---- reading ------------------------------------------------------------- */

uint32_t vgic_bits_read(struct hv_cpu_state *cpu, const struct vgic_bank *b,
			uint32_t offset)
{
	const struct gic_cpu *sgis = b->of ? gic_of(b->of) : NULL;
	uint32_t all = b->lines | (sgis ? GIC_SGI_LINES : 0), pending;

	switch (offset) {
	case GIC_IGROUPR:		/* all are Group 1, and stay so */
		return all;
	case GIC_ISENABLER:
	case GIC_ICENABLER:
		return reg_read(b, GIC_ISENABLER) |
			(sgis ? sgis->enabled_sgis : 0);
	case GIC_ISPENDR:
	case GIC_ICPENDR:
		/* Before LRs are asked: what goes there now is found there. */
		pending = reg_read(b, GIC_ISPENDR) | (sgis ?
			__atomic_load_n(&sgis->pending_sgis, __ATOMIC_ACQUIRE) : 0);
		return pending | (ask(cpu, b, GIC_LOOK, all).pending & all);
	case GIC_ISACTIVER:
	case GIC_ICACTIVER:
		return ask(cpu, b, GIC_LOOK, all).active & all;
	default:
		return 0;
	}
}

/* ---- writing ------------------------------------------------------------- */

/*
 * Disabled lines that an LR still offers are taken back, and stay pending: in
 * the distributor. A level that holds makes itself pending again once the line
 * is inactive; what does not was an edge, or set by hand.
 */
static void disable(struct hv_cpu_state *cpu, const struct vgic_bank *b,
		    uint32_t lines)
{
	if (lines & b->lines)
		line_disable(b->frame, b->word, lines & b->lines);
	if (b->of)
		sgis_clear(&gic_of(b->of)->enabled_sgis, lines);

	struct gic_held held = ask(cpu, b, GIC_TAKE_PENDING, lines);

	if (!held.pending)
		return;
	reg_write(b, GIC_ICACTIVER, held.pending);
	reg_write(b, GIC_ISPENDR, held.pending & ~reg_read(b, GIC_ISPENDR));
	if (b->of)
		sgis_set(&gic_of(b->of)->pending_sgis, held.pending);
}

static void set_pending(struct hv_cpu_state *cpu, const struct vgic_bank *b,
			uint32_t lines)
{
	/* What an LR offers is pending already: once is enough. */
	lines &= ~ask(cpu, b, GIC_LOOK, lines).pending;
	reg_write(b, GIC_ISPENDR, lines);
	if (!b->of || !(lines & GIC_SGI_LINES))
		return;
	sgis_set(&gic_of(b->of)->pending_sgis, lines);
	sgis_go(cpu, b->of);
}

static void clear_pending(struct hv_cpu_state *cpu, const struct vgic_bank *b,
			  uint32_t lines)
{
	reg_write(b, GIC_ICPENDR, lines);
	if (b->of)
		sgis_clear(&gic_of(b->of)->pending_sgis, lines);
	/* No longer offered, so no longer active either. */
	reg_write(b, GIC_ICACTIVER,
		  ask(cpu, b, GIC_TAKE_PENDING, lines).pending);
}

void vgic_bits_write(struct hv_cpu_state *cpu, const struct vgic_bank *b,
		     uint32_t offset, uint32_t value)
{
	uint32_t lines = value & (b->lines | (b->of ? GIC_SGI_LINES : 0));

	switch (offset) {
	case GIC_ISENABLER:
		reg_write(b, GIC_ISENABLER, lines);
		if (b->of && lines & GIC_SGI_LINES) {
			sgis_set(&gic_of(b->of)->enabled_sgis, lines);
			sgis_go(cpu, b->of);
		}
		break;
	case GIC_ICENABLER:
		disable(cpu, b, lines);
		break;
	case GIC_ISPENDR:
		set_pending(cpu, b, lines);
		break;
	case GIC_ICPENDR:
		clear_pending(cpu, b, lines);
		break;
	case GIC_ICACTIVER:
		/* Only what an LR held as active: a line that is still offered
		 * must not be acknowledged a second time. */
		reg_write(b, GIC_ICACTIVER,
			  ask(cpu, b, GIC_TAKE_ACTIVE, lines).active);
		break;
	default:
		/*
		 * GIC_IGROUPR is fixed. GIC_ISACTIVER is ignored: a line that
		 * is active without an LR could never be ended by an EOI.
		 */
		break;
	}
}

/* ---- priorities and configuration ---------------------------------------- */

static bool is_sgi(const struct vgic_bank *b, uint32_t line)
{
	return b->of && line < GIC_N_SGIS;
}

uint32_t vgic_priority_read(const struct vgic_bank *b, uint32_t first,
			    uint32_t size)
{
	uint32_t word = arch_device_read(gic_at(b->frame, GIC_IPRIORITYR +
						32 * b->word + (first & ~3u)));
	uint32_t value = 0;

	for (uint32_t i = 0; i < size; i++) {
		uint32_t line = first + i, byte = 0;

		if (is_sgi(b, line))
			byte = gic_of(b->of)->sgi_priorities[line];
		else if (b->lines >> line & 1)
			byte = word >> line % 4 * 8 & 0xff;
		value |= byte << 8 * i;
	}
	return value;
}

void vgic_priority_write(const struct vgic_bank *b, uint32_t first,
			 uint32_t size, uint32_t value)
{
	for (uint32_t i = 0; i < size; i++, value >>= 8) {
		uint32_t line = first + i, byte = value & 0xf8;

		if (is_sgi(b, line)) {
			gic_of(b->of)->sgi_priorities[line] = (uint8_t)byte;
			continue;
		}
		if (!(b->lines >> line & 1))
			continue;
		if (byte < GIC_PRIORITY_CELLS)	/* above is only EL2's own */
			byte = GIC_PRIORITY_CELLS;
		device_write8(gic_at(b->frame, GIC_IPRIORITYR + 32 * b->word +
				     line), (uint8_t)byte);
	}
}

/* The upper bit of each line's field: edge. The lower one is reserved. */
static uint32_t config_mask(const struct vgic_bank *b, uint32_t half)
{
	uint32_t mask = 0;

	for (uint32_t i = 0; i < 16; i++)
		mask |= (b->lines >> (16 * half + i) & 1) << (2 * i + 1);
	return mask;
}

uint32_t vgic_config_read(const struct vgic_bank *b, uint32_t half)
{
	if (b->of && half == 0)		/* SGIs are edge-triggered */
		return EDGE_FIELDS;
	return arch_device_read(gic_at(b->frame, GIC_ICFGR + 8 * b->word +
				       4 * half)) & config_mask(b, half);
}

void vgic_config_write(const struct vgic_bank *b, uint32_t half, uint32_t value)
{
	line_configure(b->frame, GIC_ICFGR + 8 * b->word + 4 * half,
		       config_mask(b, half), value);
}
