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

#define EACH_BYTE 0x01010101u

/* ---- before anything is written ------------------------------------------ */

bool gic_refuse(struct text *why, const char *what, uint64_t has,
		const char *unit, uint64_t wants)
{
	text_add(why, what);
	text_add_dec(why, has);
	text_add(why, unit);
	text_add(why, ", the tables say ");
	text_add_dec(why, wants);
	return false;
}

/* ITLinesNumber counts to 1024, of which the last four are not lines. */
static uint32_t lines_to_1020(uint32_t n)
{
	return n < GIC_MAX_LINES ? n : GIC_MAX_LINES;
}

uint32_t gic_n_words(void)
{
	return (lines_to_1020(gic_board()->n_lines) + 31) / 32;
}

bool gic_check(struct text *why)
{
	uint32_t features = id_field(SYSREG_READ(id_aa64pfr0_el1), 24);
	uint32_t wants = lines_to_1020(gic_board()->n_lines);

	/* First: without it nothing may be where the tables put a GICv3. */
	if (features == 0) {
		text_add(why, "no GICv3 system registers");
		return false;
	}

	uint32_t version = (gic_read(GIC_PIDR2) >> 4) & 15;

	if (version != 3 && version != 4)
		return gic_refuse(why, "the interrupt controller is version ",
			      version, "", 3);

	uint32_t has = lines_to_1020(32 * ((gic_read(GICD_TYPER) & 31) + 1));

	if (has < wants || (has != wants && !gic_board()->is_n_lines_assumed))
		return gic_refuse(why, "the interrupt controller has ", has - 32,
			      " SPIs", wants - 32);
	return true;
}

/* ---- the distributor ----------------------------------------------------- */

static bool is_implemented(uint32_t line)
{
	uint32_t word = line / 32 * 4, bit = 1u << line % 32;

	gic_write(GIC_ISPENDR + word, bit);
	bool is_set = gic_read(GIC_ISPENDR + word) & bit;
	gic_write(GIC_ICPENDR + word, bit);
	return is_set && !(gic_read(GIC_ISPENDR + word) & bit);
}

static bool refuse_line(struct text *why, uint32_t line)
{
	text_add(why, "the interrupt controller has no line ");
	text_add_dec(why, line);
	return false;
}

static bool is_shared(uint32_t line)
{
	return line >= 32 && line < GIC_MAX_LINES;
}

/* The lines that the runtime makes pending: of doorbells, which not every end
 * has, of consoles, of the root cell's events, of IPIs, and of its own UART. */
bool gic_probe_lines(struct text *why)
{
	const struct hv_end *ends = hv_rows(hv_system.ends);

	for (uint32_t i = 0; i < hv_system.ends.count; i++) {
		uint32_t line = ends[i].line;

		if (line != HV_NONE && !(is_shared(line) && is_implemented(line)))
			return refuse_line(why, line);
	}
	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		uint32_t line = hv_cell_row(i)->console_line;

		if (hv_cell_row(i)->console == HV_CONSOLE_VIRTUAL &&
		    !(is_shared(line) && is_implemented(line)))
			return refuse_line(why, line);
		line = hv_cell_row(i)->event_line;
		if (line != HV_NONE && !(is_shared(line) && is_implemented(line)))
			return refuse_line(why, line);
	}
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		uint32_t line = gic_ipi_line(i);

		if (gic_is_direct(hv_cpu(i)) &&
		    !(is_shared(line) && is_implemented(line)))
			return refuse_line(why, line);
	}
	if (hv_system.uart != HV_UART_NONE && !is_shared(hv_system.uart_line))
		return refuse_line(why, hv_system.uart_line);
	return true;
}

static void set_priorities(struct hv_pa frame, uint32_t word, uint8_t priority)
{
	for (uint32_t i = 0; i < 32; i += 4)
		device_write32(gic_at(frame, GIC_IPRIORITYR + 32 * word + i),
				  priority * EACH_BYTE);
}

static void silence_word(struct hv_pa frame, uint32_t word)
{
	device_write32(gic_at(frame, GIC_ICENABLER + 4 * word), ~0u);
	device_write32(gic_at(frame, GIC_ICPENDR + 4 * word), ~0u);
	device_write32(gic_at(frame, GIC_ICACTIVER + 4 * word), ~0u);
	device_write32(gic_at(frame, GIC_IGROUPR + 4 * word), ~0u);
	device_write32(gic_at(frame, GIC_IGRPMODR + 4 * word), 0);
	set_priorities(frame, word, GIC_PRIORITY_DEFAULT);
}

/* Group registers have no set and clear: before there are other CPUs, or in
 * this CPU's own frame. */
void gic_own_line(struct hv_pa frame, uint32_t line, bool is_fiq)
{
	struct hv_pa group = gic_at(frame, GIC_IGROUPR + line / 32 * 4);

	if (is_fiq)
		device_write32(group, device_read32(group) &
				  ~(1u << line % 32));
	device_write8(gic_at(frame, GIC_IPRIORITYR + line), GIC_PRIORITY_OWN);
	device_write32(gic_at(frame, GIC_ISENABLER + line / 32 * 4),
			  1u << line % 32);
}

void gic_own_uart(void)
{
	struct hv_pa gicd = gic_board()->gicd;

	if (hv_system.uart == HV_UART_NONE)
		return;
	device_write64(gic_at(gicd, GICD_IROUTER + 8 * hv_system.uart_line),
		       hv_cpu_row(hv_system.uart_cpu)->hwid & GIC_AFFINITY);
	gic_own_line(gicd, hv_system.uart_line,
		     gic_is_direct(hv_cpu(hv_system.uart_cpu)));
}

void gic_own_private(const struct hv_cpu_state *cpu)
{
	struct hv_pa sgi = gic_sgi_frame(cpu->cpu_i);
	bool is_direct = gic_is_direct(cpu);

	if (!is_direct) {
		gic_own_line(sgi, GIC_IPI, false);
		gic_own_line(sgi, gic_board()->maintenance_line, false);
	}
	if (cpu->cpu_i == hv_system.uart_cpu && hv_system.uart != HV_UART_NONE)
		gic_own_line(sgi, gic_board()->hyp_timer_line, is_direct);
}

uint32_t gic_groups(void)
{
	/* With two security states the lower bit is something else. */
	return gic_read(GICD_CTLR) & GICD_CTLR_DS ?
		GICD_CTLR_GRP0 | GICD_CTLR_GRP1 : GICD_CTLR_GRP1;
}

bool gic_init_board(struct text *why)
{
	struct hv_pa gicd = gic_board()->gicd;
	uint32_t n_words = gic_n_words();
	uint32_t kept = gic_read(GICD_CTLR) & (GICD_CTLR_ARE | GICD_CTLR_DS);

	/* Affinity routing changes only while all groups are off (12.9.4). */
	gic_write(GICD_CTLR, kept);
	if (!gic_wait_clear(gic_at(gicd, GICD_CTLR), GICD_CTLR_RWP))
		goto stuck;
	gic_write(GICD_CTLR, kept | GICD_CTLR_ARE_NS);
	for (uint32_t word = 1; word < n_words; word++) {
		silence_word(gicd, word);
		gic_write(GIC_ICFGR + 8 * word, 0);
		gic_write(GIC_ICFGR + 8 * word + 4, 0);
	}
	if (!gic_wait_clear(gic_at(gicd, GICD_CTLR), GICD_CTLR_RWP))
		goto stuck;
	gic_direct_choose();
	if (!gic_probe_lines(why))
		return false;
	gic_direct_own_ipis();
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		line_route_shared(hv_cell_row(i));
	gic_own_uart();
	gic_write(GICD_CTLR, kept | GICD_CTLR_ARE_NS | gic_groups());
	return true;
stuck:
	text_add(why, "the interrupt controller does not settle");
	return false;
}

/* ---- one CPU ------------------------------------------------------------- */

static bool init_redistributor(struct hv_cpu_state *cpu, struct text *why)
{
	struct hv_pa rd = gic_redistributor(cpu->cpu_i), sgi = gic_sgi_frame(cpu->cpu_i);

	/* LPIs are memory that the GIC writes: never, whoever began it. */
	device_write32(gic_at(rd, GICR_CTLR), 0);
	device_write32(gic_at(rd, GICR_WAKER), 0);
	if (!gic_wait_clear(gic_at(rd, GICR_WAKER), GICR_WAKER_ASLEEP) ||
	    !gic_wait_clear(gic_at(rd, GICR_CTLR), GICR_CTLR_LPIS | GICR_CTLR_RWP)) {
		text_add(why, "a redistributor stays asleep, or keeps its LPIs");
		return false;
	}
	silence_word(sgi, 0);
	gic_own_private(cpu);
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
	if (!(SYSREG_READ(icc_sre_el2) & 1) || g->n_lrs < 2) {
		/* With one, underflow would be always true: gic_irq.c. */
		text_add(why, "the CPU interface has no use of list registers");
		return false;
	}
	if (g->n_lrs > GIC_MAX_LRS)
		g->n_lrs = GIC_MAX_LRS;
	g->all_lrs = (1u << g->n_lrs) - 1;
	g->hot_lrs = ~0u;	/* until gic_init_interface */
	vgic_init(cpu);
	if (affinity == gic_affinity32(cpu->row->hwid))
		return true;
	return gic_refuse(why, "the redistributor belongs to CPU ", affinity, "",
			  gic_affinity32(cpu->row->hwid));
}

void gic_init_interface(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);

	g->is_shifted = is_view_shifted();
	g->hot_lrs = g->is_shifted ? ~0u : g->all_lrs;
	gic_close(g);
	SYSREG_WRITE(icc_bpr1_el1, 0);	/* the finest there is: ICC_RPR_EL1 */
	SYSREG_WRITE(icc_ctlr_el1, 1u << 1);	/* EOImode: EOIR only drops */
	SYSREG_WRITE(icc_ap1r0_el1, 0);
	SYSREG_WRITE(icc_igrpen1_el1, 1);
	isb();
}

bool gic_init_cpu(struct hv_cpu_state *cpu, struct text *why)
{
	if (!gic_check_cpu(cpu, why) || !init_redistributor(cpu, why))
		return false;
	SYSREG_WRITE(cnthp_ctl_el2, 0);
	if (gic_is_direct(cpu))
		gic_direct_init();
	else
		gic_init_interface(cpu);
	gic_cpu_reset(cpu);
	return true;
}
