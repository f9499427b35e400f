/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic.c - the physical controller: what it must be, and how it is set up.
 *
 * Firmware may have used it: nothing is taken as found. What only EL3 may see
 * (Group 0, secure lines) is left alone, so the same writes serve with one
 * security state and with two.
 */
#include "arch/aarch64/gic.h"

#include "arch/aarch64/device.h"
#include "arch/aarch64/gic_direct.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/sysreg.h"

/* ---- before anything is written ------------------------------------------ */

/* ITLinesNumber counts to 1024, of which the last four are not lines. */
static uint32_t lines_to_1020(uint32_t n)
{
	return n < GIC_MAX_LINES ? n : GIC_MAX_LINES;
}

uint32_t gic_n_words(void)
{
	return (lines_to_1020(a64_board()->n_lines) + 31) / 32;
}

bool gic_check(struct text *why)
{
	uint32_t features = id_field(SYSREG_READ(id_aa64pfr0_el1), 24);
	uint32_t wants = lines_to_1020(a64_board()->n_lines);

	/* First: without it nothing may be where the tables put a GICv3. */
	if (features == 0)
		return text_add(why, "no GICv3 system registers");

	uint32_t version = (gic_read(GIC_PIDR2) >> 4) & 15;

	if (version != 3 && version != 4)
		return text_add(why, "the GIC is version %lu, the tables say 3",
				(uint64_t)version);

	uint32_t has = lines_to_1020(32 * ((gic_read(GICD_TYPER) & 31) + 1));

	if (has < wants || (has != wants && !a64_board()->is_n_lines_assumed))
		return text_add(why, "the GIC has %lu SPIs, the tables say %lu",
				(uint64_t)has - 32, (uint64_t)wants - 32);
	return true;
}

/* ---- the distributor ----------------------------------------------------- */

/* One that the runtime makes pending; none is enabled meanwhile. */
static bool is_implemented(uint32_t line)
{
	uint32_t at = GIC_ISPENDR + line / 32 * 4, bit = 1u << line % 32;
	bool is_set;

	arch_line_pend(line);
	is_set = gic_read(at) & bit;
	arch_line_clear(line);
	return is_set && !(gic_read(at) & bit);
}

static bool has_line(uint32_t line, struct text *why)
{
	return line == HV_NONE || is_implemented(line) ||
		text_add(why, "the GIC has no line %lu", (uint64_t)line);
}

/* The shared lines of the runtime's own: an IPI's for each CPU that is told by
 * one, and behind these its UART's, which nobody makes pending. */
static uint32_t own_shared(uint32_t i)
{
	if (i < hv_system.cpus.count)
		return gic_is_direct(hv_cpu(i)) ? gic_ipi_line(i) : HV_NONE;
	return hv_system.uart == HV_UART_NONE ? HV_NONE : hv_system.uart_line;
}

/* What the runtime makes pending: lines of doorbells, which not every end has, of
 * consoles, of the root cell's events, and of its own. */
static bool has_lines(struct text *why)
{
	const struct hv_end *ends = hv_rows(hv_system.ends);

	for (uint32_t i = 0; i < hv_system.ends.count; i++)
		if (!has_line(ends[i].line, why))
			return false;
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		if (!has_line(hv_cell_row(i)->console_line, why) ||
		    !has_line(hv_cell_row(i)->event_line, why))
			return false;
	for (uint32_t i = 0; i < hv_system.cpus.count; i++)
		if (!has_line(own_shared(i), why))
			return false;
	return true;
}

/* As FIQ: in Group 0. */
static void own(struct hv_pa frame, uint32_t line, bool is_fiq)
{
	struct hv_pa at = gic_at(frame, line / 32 * 4);

	line_configure(gic_at(at, GIC_IGROUPR), is_fiq ? 1u << line % 32 : 0, 0);
	device_write8(gic_at(frame, GIC_IPRIORITYR + line), GIC_PRIORITY_OWN);
	device_write32(gic_at(at, GIC_ISENABLER), 1u << line % 32);
}

/* The i-th, for that CPU. An IPI is edge-triggered. */
static void own_one_shared(uint32_t i, const struct hv_cpu_state *cpu)
{
	struct hv_pa gicd = a64_board()->gicd;
	uint32_t line = own_shared(i), edge = 2u << line % 16 * 2;

	if (line == HV_NONE)
		return;
	line_configure(gic_at(gicd, GIC_ICFGR + line / 16 * 4), edge,
		       i == cpu->cpu_i ? edge : 0);
	device_write64(gic_at(gicd, GICD_IROUTER + 8 * line),
		       cpu->row->hwid & GIC_AFFINITY);
	own(gicd, line, gic_is_direct(cpu));
}

void gic_disown_shared(void)
{
	for (uint32_t i = 0; i <= hv_system.cpus.count; i++) {
		uint32_t line = own_shared(i), word = line / 32, bit = 1u << line % 32;

		if (line == HV_NONE)
			continue;
		line_reset(a64_board()->gicd, word, bit);
		gic_write(GIC_IGROUPR + 4 * word,
			  gic_read(GIC_IGROUPR + 4 * word) | bit);
	}
}

void gic_own_lines(struct hv_cpu_state *cpu)
{
	struct hv_pa sgi = gic_of(cpu)->sgi_frame;
	bool is_direct = gic_is_direct(cpu);

	own_one_shared(cpu->cpu_i, cpu);
	if (!is_direct) {
		own(sgi, GIC_IPI, false);
		own(sgi, a64_board()->maintenance_line, false);
	}
	if (cpu->cpu_i == hv_system.uart_cpu && hv_system.uart != HV_UART_NONE)
		own(sgi, a64_board()->hyp_timer_line, is_direct);
}

bool gic_init_board(uint32_t found_i, struct text *why)
{
	struct hv_pa gicd = a64_board()->gicd;
	const struct hv_cell *found = found_i == HV_NONE ? NULL : hv_cell_row(found_i);
	uint32_t was = gic_read(GICD_CTLR);
	uint32_t control = was & (found ? ~(GICD_CTLR_GROUPS | GICD_CTLR_RWP) :
					  GICD_CTLR_ARE | GICD_CTLR_DS);

	/* Affinity routing changes only while all groups are off (12.9.4). */
	gic_write(GICD_CTLR, control);
	if (!gic_wait_clear(gic_at(gicd, GICD_CTLR), GICD_CTLR_RWP)) {
		text_add(why, "the GIC does not settle");
		goto back;
	}
	control |= GICD_CTLR_ARE_NS;
	gic_write(GICD_CTLR, control);
	for (uint32_t word = 1; word < gic_n_words(); word++)
		line_take(gicd, word, found ? gic_cell_lines(found, word) : 0);
	gic_direct_choose();
	if (!has_lines(why))
		goto back;
	own_one_shared(hv_system.cpus.count, hv_cpu(hv_system.uart_cpu));
	if (found) {
		line_route(found_i, true);
		hv.cells[found_i].is_controller_on = was & GICD_CTLR_GROUPS;
	}
	/* With two security states the lower bit is something else. */
	gic_write(GICD_CTLR, control | (control & GICD_CTLR_DS ? GICD_CTLR_GROUPS :
								 GICD_CTLR_GRP1));
	return true;
back:
	gic_write(GICD_CTLR, was);
	return false;
}

/* ---- one CPU ------------------------------------------------------------- */

static bool init_redistributor(struct hv_cpu_state *cpu, struct text *why)
{
	struct hv_pa rd = gic_redistributor(cpu->cpu_i);

	/* LPIs are memory that the GIC writes: never, whoever began it. */
	device_write32(gic_at(rd, GICR_CTLR), 0);
	device_write32(gic_at(rd, GICR_WAKER), 0);
	if (!gic_wait_clear(gic_at(rd, GICR_WAKER), GICR_WAKER_ASLEEP) ||
	    !gic_wait_clear(gic_at(rd, GICR_CTLR), GICR_CTLR_LPIS | GICR_CTLR_RWP))
		return text_add(why, "a redistributor stays asleep, or keeps its LPIs");
	line_take(gic_of(cpu)->sgi_frame, 0, 0);
	gic_own_lines(cpu);
	return true;
}

/*
 * With two security states the distributor shows us priorities twice as large
 * as they are above 0x80. The CPU interface does the same only where FIQs are
 * EL3's (SCR_EL3.FIQ); where not, PMR and RPR are as EL3 sees them. Then the
 * finest mask reads back; otherwise it is lost in the view. (IHI 0069H 4.8.6)
 */
static bool is_view_shifted(void)
{
	uint32_t n_bits = (SYSREG_READ(icc_ctlr_el1) >> 8 & 7) + 1;

	if (gic_read(GICD_CTLR) & GICD_CTLR_DS)
		return false;
	SYSREG_WRITE(icc_pmr_el1, UINT64_C(1) << (8 - n_bits));
	return SYSREG_READ(icc_pmr_el1) != 0;
}

bool gic_check_cpu(struct hv_cpu_state *cpu, struct text *why)
{
	struct gic_cpu *g = gic_of(cpu);
	struct hv_pa rd = gic_redistributor(cpu->cpu_i);
	uint32_t affinity = device_read32(gic_at(rd, GICR_TYPER + 4));

	SYSREG_WRITE(icc_sre_el2, 0xf);	/* SRE, no bypass, EL1 may use it */
	isb();				/* before the registers that it gives */
	g->n_lrs = (SYSREG_READ(ich_vtr_el2) & 31) + 1;
	/* With one, underflow would be always true: gic_irq.c. */
	if (!(SYSREG_READ(icc_sre_el2) & 1) || g->n_lrs < 2)
		return text_add(why, "the CPU has no use of list registers");
	if (g->n_lrs > GIC_MAX_LRS)
		g->n_lrs = GIC_MAX_LRS;
	g->all_lrs = (1u << g->n_lrs) - 1;
	g->hot_lrs = ~0u;	/* until gic_init_interface */
	vgic_init(cpu);
	return affinity == gic_affinity32(cpu->row->hwid) ||
		text_add(why, "its redistributor is the one of CPU %#lx",
			 (uint64_t)affinity);
}

void gic_init_interface(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);

	g->is_shifted = is_view_shifted();
	g->hot_lrs = g->is_shifted ? ~0u : g->all_lrs;
	gic_close(g);
	SYSREG_WRITE(icc_bpr1_el1, 0);	/* the finest there is: ICC_RPR_EL1 */
	SYSREG_WRITE(icc_ctlr_el1, 1u << 1);	/* EOImode: EOIR only drops */
	gic_end_all();
	SYSREG_WRITE(icc_igrpen1_el1, 1);
	isb();
}

bool gic_init_cpu(struct hv_cpu_state *cpu, struct text *why)
{
	if (!gic_check_cpu(cpu, why) || !init_redistributor(cpu, why))
		return false;
	SYSREG_WRITE(cnthp_ctl_el2, 0);
	if (cpu->cell && cpu->cell->boot_cpu == cpu->cpu_i)
		line_route(cpu->cell_i, false);
	if (gic_is_direct(cpu))
		gic_direct_init();
	else
		gic_init_interface(cpu);
	return true;
}
