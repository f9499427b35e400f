/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_late.c - the controller is taken from a kernel that uses it, and given
 * back.
 *
 * The root cell's lines stay as the kernel has set them, in the distributor and
 * in its redistributors: enabled, pending, routed, of its priorities. All other
 * lines become what gic_init_board makes them. A line that is active now would
 * stay so, since no LR holds it: all are deactivated. What the kernel has set in
 * the CPU interface is set in the virtual one: priority mask, group enable,
 * EOImode, binary point. (IHI 0069H 12.2, 12.4.8)
 *
 * With direct delivery the SGIs stay lines as well, and group enable, binary
 * point and what is active stay real. A kernel that was booted at EL2 has EOImode
 * 1: that becomes virtual, and the real one 0 (gic_direct.c), so that its EOIR
 * ends an interrupt and its DIR does nothing more. It has masked the CPU's own
 * interrupts meanwhile, so the line comes no sooner again than it otherwise would.
 */
#include "arch/aarch64/cpu.h"
#include "arch/aarch64/device.h"
#include "arch/aarch64/gic_direct.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/gic_lr.h"
#include "arch/aarch64/sysreg.h"

#define ICC_CTLR_CBPR	(UINT64_C(1) << 0)
#define ICC_CTLR_EOIMODE (UINT64_C(1) << 1)

#define VMCR_VENG1	(UINT64_C(1) << 1)
#define VMCR_VFIQEN	(UINT64_C(1) << 3)	/* RAO with system registers */
#define VMCR_VCBPR	(UINT64_C(1) << 4)
#define VMCR_VEOIM	(UINT64_C(1) << 9)
#define VMCR_VBPR1_SHIFT 18
#define VMCR_VPMR_SHIFT	24

/* What of it stays real with direct delivery. */
#define VMCR_REAL (VMCR_VENG1 | UINT64_C(7) << VMCR_VBPR1_SHIFT)

#define GICD_CTLR_GROUPS (GICD_CTLR_GRP0 | GICD_CTLR_GRP1)

static const struct hv_cell *root(void)
{
	return hv_cell_row(hv_system.root_cell);
}

static uint32_t read_word(struct hv_pa frame, uint32_t offset, uint32_t word)
{
	return device_read32(gic_at(frame, offset + 4 * word));
}

static void write_word(struct hv_pa frame, uint32_t offset, uint32_t word,
		       uint32_t value)
{
	device_write32(gic_at(frame, offset + 4 * word), value);
}

/* ---- before anything is written ------------------------------------------ */

/* A line that the kernel uses, and that another is to have: a driver there
 * would wait for ever, and its device interrupt somebody else. */
static bool has_no_others_on(struct text *why)
{
	for (uint32_t word = 1; word < gic_n_words(); word++) {
		uint32_t on = read_word(gic_board()->gicd, GIC_ISENABLER, word) &
			~gic_cell_lines(root(), word);

		if (!on)
			continue;
		text_add(why, "the running kernel uses SPI ");
		text_add_dec(why, 32 * word - 32 + (uint32_t)__builtin_ctz(on));
		text_add(why, ", which is not its cell's");
		return false;
	}
	return true;
}

bool gic_late_check(struct text *why)
{
	if (!(gic_read(GICD_CTLR) & GICD_CTLR_ARE_NS)) {
		text_add(why, "the running kernel has no affinity routing");
		return false;
	}
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		struct hv_pa rd = gic_redistributor(i);

		/* Tables in memory that the GIC writes; often for good. */
		if (!(device_read32(gic_at(rd, GICR_CTLR)) & GICR_CTLR_LPIS))
			continue;
		text_add(why, "LPIs are enabled on CPU ");
		text_add_dec(why, i);
		text_add(why, ": the kernel is to be started without an ITS");
		return false;
	}
	return has_no_others_on(why);
}

/* ---- the distributor ----------------------------------------------------- */

static bool is_cells_cpu(const struct hv_cell *cell, uint64_t route)
{
	for (uint64_t left = cell->cpu_mask; left; left &= left - 1) {
		const struct hv_cpu *row = hv_cpu_row((uint32_t)__builtin_ctzll(left));

		if ((row->hwid & GIC_AFFINITY) == route)
			return true;
	}
	return false;
}

/* Off or on, no line of the cell's goes to another cell's CPU. */
static void keep_route(uint32_t line)
{
	struct hv_pa reg = gic_at(gic_board()->gicd, GICD_IROUTER + 8 * line);

	if (!is_cells_cpu(root(), device_read64(reg)))
		device_write64(reg, hv_cpu_row(root()->boot_cpu)->hwid & GIC_AFFINITY);
}

static uint8_t priority_read(struct hv_pa frame, uint32_t line)
{
	return (uint8_t)(read_word(frame, GIC_IPRIORITYR, line / 4) >> line % 4 * 8);
}

/* Priority 0 is the runtime's: the kernel's lines are below, others as after
 * gic_init_board. */
static void take_priorities(struct hv_pa frame, uint32_t word, uint32_t kept)
{
	for (uint32_t i = 0; i < 32; i++) {
		uint32_t line = 32 * word + i;
		struct hv_pa at = gic_at(frame, GIC_IPRIORITYR + line);

		if (!(kept >> i & 1))
			device_write8(at, GIC_PRIORITY_DEFAULT);
		else if (priority_read(frame, line) < GIC_PRIORITY_CELLS)
			device_write8(at, GIC_PRIORITY_CELLS);
	}
}

static void take_word(struct hv_pa frame, uint32_t word, uint32_t kept)
{
	line_disable(frame, word, ~kept);
	write_word(frame, GIC_ICPENDR, word, ~kept);
	write_word(frame, GIC_ICACTIVER, word, ~0u);
	write_word(frame, GIC_IGROUPR, word, ~0u);
	write_word(frame, GIC_IGRPMODR, word, 0);
	take_priorities(frame, word, kept);
}

bool gic_late_board(struct text *why)
{
	struct hv_pa gicd = gic_board()->gicd;

	for (uint32_t word = 1; word < gic_n_words(); word++) {
		uint32_t kept = gic_cell_lines(root(), word);

		take_word(gicd, word, kept);
		for (; kept; kept &= kept - 1)
			keep_route(32 * word + (uint32_t)__builtin_ctz(kept));
	}
	gic_direct_choose();
	if (!gic_probe_lines(why))
		return false;
	gic_direct_own_ipis();
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		if (i != hv_system.root_cell)
			line_reset_shared(hv_cell_row(i));
	gic_own_uart();
	hv.cells[hv_system.root_cell].is_controller_on =
		gic_read(GICD_CTLR) & GICD_CTLR_GROUPS;
	gic_write(GICD_CTLR, (gic_read(GICD_CTLR) & ~GICD_CTLR_GROUPS) |
		  gic_groups());
	return true;
}

void gic_late_end(void)
{
	uint32_t groups = hv.cells[hv_system.root_cell].is_controller_on;

	gic_direct_disown();
	gic_write(GICD_CTLR, (gic_read(GICD_CTLR) & ~GICD_CTLR_GROUPS) | groups);
}

/* ---- one CPU: in ---------------------------------------------------------- */

static void save(struct hv_cpu_state *cpu, struct late_gic *late)
{
	struct hv_pa frame = gic_sgi_frame(cpu->cpu_i);

	late->hcr = SYSREG_READ(ich_hcr_el2);
	late->vmcr = SYSREG_READ(ich_vmcr_el2);
	late->ap0r0 = SYSREG_READ(ich_ap0r0_el2);
	late->ap1r0 = SYSREG_READ(ich_ap1r0_el2);
	for (uint32_t i = 0; i < gic_of(cpu)->n_lrs; i++)
		late->lrs[i] = lr_read(i);
	late->enabled = read_word(frame, GIC_ISENABLER, 0);
	late->groups = read_word(frame, GIC_IGROUPR, 0);
	late->modifiers = read_word(frame, GIC_IGRPMODR, 0);
	for (uint32_t i = 0; i < 8; i++)
		late->priorities[i] = read_word(frame, GIC_IPRIORITYR, i);
}

static uint32_t kept_private(const struct hv_cpu_state *cpu)
{
	return gic_cell_lines(root(), 0) |
		(gic_is_direct(cpu) ? GIC_SGI_LINES : 0);
}

/* ICH_VMCR_EL2 from the physical registers, which are read before they are
 * changed. */
static uint64_t virtual_control(void)
{
	uint64_t control = SYSREG_READ(icc_ctlr_el1);

	return VMCR_VFIQEN |
		(SYSREG_READ(icc_igrpen1_el1) & 1 ? VMCR_VENG1 : 0) |
		(control & ICC_CTLR_CBPR ? VMCR_VCBPR : 0) |
		(control & ICC_CTLR_EOIMODE ? VMCR_VEOIM : 0) |
		(SYSREG_READ(icc_bpr1_el1) & 7) << VMCR_VBPR1_SHIFT |
		(SYSREG_READ(icc_pmr_el1) & 0xff) << VMCR_VPMR_SHIFT;
}

/* An SGI is no physical line any more: gic.h. */
static void take_sgis(struct hv_cpu_state *cpu)
{
	struct hv_pa frame = gic_sgi_frame(cpu->cpu_i);
	uint32_t pending = read_word(frame, GIC_ISPENDR, 0) & GIC_SGI_LINES &
		~(1u << GIC_IPI);

	write_word(frame, GIC_ICPENDR, 0, pending);
	__atomic_fetch_or(&gic_of(cpu)->pending_sgis, pending, __ATOMIC_RELAXED);
}

void gic_late_sweep(struct hv_cpu_state *cpu)
{
	if (gic_is_direct(cpu))
		return;
	for (uint64_t left = root()->cpu_mask; left; left &= left - 1) {
		struct hv_cpu_state *other = hv_cpu((uint32_t)__builtin_ctzll(left));

		take_sgis(other);
		if (other != cpu)
			arch_ipi(other);
	}
	gic_flush_sgis(cpu);
}

static void make_sgis_virtual(struct hv_cpu_state *cpu, const struct late_gic *late)
{
	struct gic_cpu *g = gic_of(cpu);

	/* Others of its cell may be in already, and send to it. */
	__atomic_fetch_or(&g->pending_sgis,
			  read_word(gic_sgi_frame(cpu->cpu_i), GIC_ISPENDR, 0) &
			  GIC_SGI_LINES, __ATOMIC_RELAXED);
	g->enabled_sgis = late->enabled & GIC_SGI_LINES;
	for (uint32_t i = 0; i < GIC_N_SGIS; i++)
		g->sgi_priorities[i] = late->priorities[i / 4] >> i % 4 * 8 & 0xf8;
}

static void take_private(struct hv_cpu_state *cpu, const struct late_gic *late)
{
	if (!gic_is_direct(cpu))
		make_sgis_virtual(cpu, late);
	take_word(gic_sgi_frame(cpu->cpu_i), 0, kept_private(cpu));
	gic_own_private(cpu);
}

bool gic_late_enter(struct hv_cpu_state *cpu, struct text *why)
{
	struct late_gic *late = &a64_cpu(cpu)->late.gic;
	uint64_t control;

	late->sre = SYSREG_READ(icc_sre_el2);
	if (!gic_check_cpu(cpu, why)) {
		SYSREG_WRITE(icc_sre_el2, late->sre);
		isb();
		return false;
	}
	save(cpu, late);
	control = virtual_control();
	if (gic_is_direct(cpu))
		gic_direct_init();
	else
		gic_init_interface(cpu);
	take_private(cpu, late);
	lr_reset(cpu);
	SYSREG_WRITE(ich_vmcr_el2, control);
	gic_of(cpu)->is_full = false;
	gic_update(cpu);
	gic_flush_sgis(cpu);
	return true;
}

/* ---- one CPU: out --------------------------------------------------------- */

/*
 * What the kernel had not acknowledged is pending again: a level is so by
 * itself, what is not was an edge, or set by hand. What it had acknowledged
 * stays active, and its own deactivation, now of the real line, ends that.
 */
static void give_line(struct hv_pa frame, uint64_t lr)
{
	uint32_t line = (uint32_t)lr, bit = 1u << line % 32;

	if (lr & LR_ACTIVE)
		return;
	write_word(frame, GIC_ICACTIVER, line / 32, bit);
	if (!(read_word(frame, GIC_ISPENDR, line / 32) & bit))
		write_word(frame, GIC_ISPENDR, line / 32, bit);
}

/* The SGIs that are still to come. */
static uint32_t give_lines(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);
	uint32_t sgis = __atomic_load_n(&g->pending_sgis, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < g->n_lrs; i++) {
		uint64_t lr = lr_read(i);

		if (!(lr & LR_STATE))
			continue;
		if (lr & LR_HW)
			give_line((uint32_t)lr < 32 ? gic_sgi_frame(cpu->cpu_i) :
				  gic_board()->gicd, lr);
		else if (lr & LR_PENDING)
			sgis |= 1u << (uint32_t)lr % GIC_N_SGIS;
	}
	return sgis;
}

/* The kernel's SGIs are physical, and lines that no cell had are as found. */
static void give_private(struct hv_cpu_state *cpu, uint32_t sgis)
{
	const struct late_gic *late = &a64_cpu(cpu)->late.gic;
	const struct gic_cpu *g = gic_of(cpu);
	struct hv_pa frame = gic_sgi_frame(cpu->cpu_i);
	uint32_t kept = kept_private(cpu);
	uint32_t found = late->enabled & ~(kept | GIC_SGI_LINES);

	line_disable(frame, 0, ~kept);
	write_word(frame, GIC_ICPENDR, 0, ~kept);
	write_word(frame, GIC_ICACTIVER, 0, ~kept);
	write_word(frame, GIC_IGROUPR, 0, late->groups);
	write_word(frame, GIC_IGRPMODR, 0, late->modifiers);
	for (uint32_t i = 0; i < 32; i++) {
		uint8_t priority = i < GIC_N_SGIS && !g->is_direct ?
			g->sgi_priorities[i] :
			(uint8_t)(late->priorities[i / 4] >> i % 4 * 8);

		/* The kernel's own, unless it was raised and is as it was then. */
		if (!(kept >> i & 1) || (priority < GIC_PRIORITY_CELLS &&
					 priority_read(frame, i) == GIC_PRIORITY_CELLS))
			device_write8(gic_at(frame, GIC_IPRIORITYR + i), priority);
	}
	write_word(frame, GIC_ISENABLER, 0, found | g->enabled_sgis);
	write_word(frame, GIC_ISPENDR, 0, sgis);
}

static void give_interface(const struct late_gic *late, uint64_t control)
{
	SYSREG_WRITE(icc_bpr1_el1, control >> VMCR_VBPR1_SHIFT & 7);
	SYSREG_WRITE(icc_ctlr_el1, (control & VMCR_VCBPR ? ICC_CTLR_CBPR : 0) |
		     (control & VMCR_VEOIM ? ICC_CTLR_EOIMODE : 0));
	SYSREG_WRITE(icc_igrpen1_el1, control & VMCR_VENG1 ? 1 : 0);
	SYSREG_WRITE(icc_pmr_el1, control >> VMCR_VPMR_SHIFT & 0xff);
	SYSREG_WRITE(ich_vmcr_el2, late->vmcr);
	SYSREG_WRITE(ich_ap0r0_el2, late->ap0r0);
	SYSREG_WRITE(ich_ap1r0_el2, late->ap1r0);
	SYSREG_WRITE(ich_hcr_el2, late->hcr);
	isb();
	SYSREG_WRITE(icc_sre_el2, late->sre);
	isb();
}

void gic_late_leave(struct hv_cpu_state *cpu)
{
	const struct late_gic *late = &a64_cpu(cpu)->late.gic;
	uint64_t control = SYSREG_READ(ich_vmcr_el2);

	if (gic_is_direct(cpu)) {
		control = (control & ~VMCR_REAL) | (virtual_control() & VMCR_REAL);
		gic_of(cpu)->is_in = false;
		gic_direct_off(cpu);
	}
	gic_close(gic_of(cpu));
	give_private(cpu, give_lines(cpu));
	for (uint32_t i = 0; i < gic_of(cpu)->n_lrs; i++)
		lr_write(i, late->lrs[i]);
	give_interface(late, control);
}
