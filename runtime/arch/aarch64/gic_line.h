/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_line.h - the physical lines: registers, and what is done to one or some.
 *
 * A frame is a page with registers of lines: the distributor's for lines from
 * 32 on, a redistributor's SGI frame for 0 to 31.
 */
#ifndef ARCH_AARCH64_GIC_LINE_H
#define ARCH_AARCH64_GIC_LINE_H

#include "arch/aarch64/board.h"
#include "arch/aarch64/device.h"
#include "arch/aarch64/gic.h"
#include "arch/aarch64/gic_regs.h"

static inline struct hv_pa gic_at(struct hv_pa base, uint64_t offset)
{
	return (struct hv_pa){ base.u + offset };
}

static inline uint32_t gic_read(uint64_t offset)
{
	return device_read32(gic_at(a64_board()->gicd, offset));
}

static inline void gic_write(uint64_t offset, uint32_t value)
{
	device_write32(gic_at(a64_board()->gicd, offset), value);
}

static inline struct hv_pa gic_redistributor(uint32_t cpu_i)
{
	const struct hv_a64_cpu *rows = hv_rows(hv_system.arch_cpus);

	return rows[cpu_i].gicr;
}

static inline struct hv_pa gic_sgi_frame(uint32_t cpu_i)
{
	return gic_at(gic_redistributor(cpu_i), GICR_SGI_FRAME);
}

/* By which a CPU with direct delivery is told; HV_NONE on others. */
static inline uint32_t gic_ipi_line(uint32_t cpu_i)
{
	const struct hv_a64_cpu *rows = hv_rows(hv_system.arch_cpus);

	return rows[cpu_i].ipi_line;
}

/* The cell's lines of one word; in word 0 its private ones, SGIs apart. */
static inline uint32_t gic_cell_lines(const struct hv_cell *cell, uint32_t word)
{
	const uint32_t *words = hv_rows(cell->line_words);

	if (word >= cell->line_words.count)
		return 0;
	return word ? words[word] : words[0] & ~GIC_SGI_LINES;
}

/* ---- gic.c, for gic_late.c too ------------------------------------------- */

/* Words of lines that the distributor has. */
uint32_t gic_n_words(void);
/* No shared line is the runtime's own any more, nor in Group 0. */
void gic_disown_shared(void);
/* The lines by which this CPU is told something, at the runtime's priority, on. */
void gic_own_lines(struct hv_cpu_state *cpu);
/* List registers, and the redistributor that the tables say. */
bool gic_check_cpu(struct hv_cpu_state *cpu, struct text *why);
/* The physical CPU interface as EL2 uses it, closed (gic_close). */
void gic_init_interface(struct hv_cpu_state *cpu);

/* ---- gic_line.c ---------------------------------------------------------- */

/* Waits until the bits are clear, bounded; false when they do not fall. */
bool gic_wait_clear(struct hv_pa reg, uint32_t bits);

/* The cell's CPU with that affinity, or NULL. */
const struct hv_cpu *gic_cpu_of(const struct hv_cell_state *run, uint64_t affinity,
				bool is_virtual);
/* ICC_SGI1R_EL1's group and list of one CPU. */
uint64_t gic_sgi_whom(uint64_t hwid);
/* An SGI to one CPU, by the physical controller. */
void line_send_sgi(const struct hv_cpu_state *cpu, uint32_t sgi);
/* What arch_ipi to this CPU takes; before any is sent, but with is_direct known. */
void line_init_ipi(struct hv_cpu_state *cpu);
/* Waits until what was disabled in that word is so for every CPU. */
void line_settle(struct hv_pa frame, uint32_t word);
/* From here on no CPU acknowledges these lines of that word. */
void line_disable(struct hv_pa frame, uint32_t word, uint32_t lines);
void line_deactivate(uint32_t line);
/* GIC_ICFGR of the first sixteen of these lines: the bits that say edge; the bits
 * beside them are reserved. */
uint32_t line_edges(uint32_t lines);
/* Sets those of `edges` in one such register as `value` has them. */
void line_configure(struct hv_pa reg, uint32_t edges, uint32_t value);
/* Disabled, not pending, not active, level, default priority. */
void line_reset(struct hv_pa frame, uint32_t word, uint32_t lines);
/* A word that nobody else writes to meanwhile: so are all its lines but those that
 * are `kept`, which are at no priority of the runtime's own and not active; and all
 * are in Group 1. */
void line_take(struct hv_pa frame, uint32_t word, uint32_t kept);
/* The cell's lines from 32 on go to its boot CPU; or stay as they are, if kept, and
 * if that is a CPU of the cell. */
void line_route(uint32_t cell_i, bool is_kept);
/* The CPU's SGIs and private lines of its cell, as after reset. The CPU is
 * parked, or is this one. */
void line_reset_private(struct hv_cpu_state *cpu);

#endif
