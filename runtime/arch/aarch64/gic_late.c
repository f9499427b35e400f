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
#include "arch/aarch64/gic_direct.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/gic_lr.h"
#include "arch/aarch64/sysreg.h"
#include "core/cell.h"

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

/* ---- before anything is written ------------------------------------------ */

/* A line that the kernel uses, and that another is to have: a driver there
 * would wait for ever, and its device interrupt somebody else. */
static bool has_no_others_on(struct text *why)
{
	const struct hv_cell *root = hv_cell_row(hv_system.root_cell);

	for (uint32_t word = 1; word < gic_n_words(); word++) {
		uint32_t on = gic_read(GIC_ISENABLER + 4 * word) &
			~gic_cell_lines(root, word);

		if (on)
			return text_add(why, "the running kernel uses SPI %lu, "
					"which is not its cell's",
					32ul * word - 32 + (uint32_t)__builtin_ctz(on));
	}
	return true;
}

bool gic_late_check(struct text *why)
{
	if (!(gic_read(GICD_CTLR) & GICD_CTLR_ARE_NS))
		return text_add(why, "the running kernel has no affinity routing");
	for (uint32_t i = 0; i < hv_system.cpus.count; i++) {
		struct hv_pa rd = gic_redistributor(i);

		/* Tables in memory that the GIC writes; often for good. */
		if (device_read32(gic_at(rd, GICR_CTLR)) & GICR_CTLR_LPIS)
			return text_add(why, "LPIs are enabled on CPU %lu: the kernel "
					"is to be started without an ITS", (uint64_t)i);
	}
	return has_no_others_on(why);
}

/* ---- one CPU: in ---------------------------------------------------------- */

static void save(struct hv_cpu_state *cpu, struct late_gic *late)
{
	struct hv_pa frame = gic_of(cpu)->sgi_frame;

	late->hcr = SYSREG_READ(ich_hcr_el2);
	late->vmcr = SYSREG_READ(ich_vmcr_el2);
	late->ap0r0 = SYSREG_READ(ich_ap0r0_el2);
	late->ap1r0 = SYSREG_READ(ich_ap1r0_el2);
	for (uint32_t i = 0; i < gic_of(cpu)->n_lrs; i++)
		late->lrs[i] = lr_read(i);
	late->enabled = device_read32(gic_at(frame, GIC_ISENABLER));
	late->groups = device_read32(gic_at(frame, GIC_IGROUPR));
	late->modifiers = device_read32(gic_at(frame, GIC_IGRPMODR));
	late->edges = device_read32(gic_at(frame, GIC_ICFGR + 4));
	for (uint32_t i = 0; i < 32; i++)
		late->priorities[i] = device_read8(gic_at(frame, GIC_IPRIORITYR + i));
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
	struct hv_pa frame = gic_of(cpu)->sgi_frame;
	uint32_t pending = device_read32(gic_at(frame, GIC_ISPENDR)) & GIC_SGI_LINES &
		~(1u << GIC_IPI);

	device_write32(gic_at(frame, GIC_ICPENDR), pending);
	__atomic_fetch_or(&gic_of(cpu)->pending_sgis, pending, __ATOMIC_RELAXED);
}

/* SGIs that were sent before their CPU came in. */
void arch_late_commit(struct hv_cpu_state *cpu)
{
	if (gic_is_direct(cpu))
		return;
	for (struct hv_cpu_state *c = cpu->run->cpus; c; c = c->next)
		take_sgis(c);
	cell_call_out(cpu->cell_i, cpu);
	gic_flush_sgis(cpu);
}

/* Disabled are all that are not kept; then SGIs that come still stay pending. */
static void take_private(struct hv_cpu_state *cpu, const struct late_gic *late)
{
	struct gic_cpu *g = gic_of(cpu);
	struct hv_pa frame = g->sgi_frame;

	line_disable(frame, 0, ~g->private_lines);
	line_take(frame, 0, g->private_lines | GIC_SGI_LINES);
	if (!g->is_direct) {
		take_sgis(cpu);
		g->enabled_sgis = late->enabled & GIC_SGI_LINES;
		for (uint32_t i = 0; i < GIC_N_SGIS; i++)
			g->sgi_priorities[i] = late->priorities[i];
	}
	gic_own_lines(cpu);
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
	lr_clear(gic_of(cpu));		/* nothing that the runtime put there */
	SYSREG_WRITE(ich_vmcr_el2, control);
	return true;
}

/* ---- one CPU: out --------------------------------------------------------- */

/*
 * What the kernel had not acknowledged is pending again: a level is so by
 * itself, what is not was an edge, or set by hand. What it had acknowledged
 * stays active, and its own deactivation, now of the real line, ends that. SGIs
 * are given when they are lines again.
 */
static void give_lr(struct hv_cpu_state *cpu, uint64_t lr)
{
	uint32_t line = (uint32_t)lr, bit = 1u << line % 32;
	struct hv_pa at = line < 32 ? gic_of(cpu)->sgi_frame :
		gic_at(a64_board()->gicd, line / 32 * 4);

	if (!(lr & LR_PENDING))
		return;
	if (!(lr & LR_HW)) {
		__atomic_fetch_or(&gic_of(cpu)->pending_sgis, bit, __ATOMIC_RELAXED);
		return;
	}
	device_write32(gic_at(at, GIC_ICACTIVER), bit);
	if (!(device_read32(gic_at(at, GIC_ISPENDR)) & bit))
		device_write32(gic_at(at, GIC_ISPENDR), bit);
}

/* The kernel's own, unless it was raised and is as it was then. */
static void give_priorities(struct hv_cpu_state *cpu, struct hv_pa frame, uint32_t kept)
{
	const struct gic_cpu *g = gic_of(cpu);
	const struct late_gic *late = &a64_cpu(cpu)->late.gic;

	for (uint32_t i = 0; i < 32; i++) {
		struct hv_pa at = gic_at(frame, GIC_IPRIORITYR + i);
		uint8_t found = late->priorities[i];

		if (!(kept >> i & 1))
			device_write8(at, i < GIC_N_SGIS ? g->sgi_priorities[i] : found);
		else if (found < GIC_PRIORITY_CELLS &&
			 device_read8(at) == GIC_PRIORITY_CELLS)
			device_write8(at, found);
	}
}

/* The kernel's SGIs are physical, and lines that no cell had are as found. */
static void give_private(struct hv_cpu_state *cpu)
{
	const struct late_gic *late = &a64_cpu(cpu)->late.gic;
	struct gic_cpu *g = gic_of(cpu);
	struct hv_pa frame = g->sgi_frame;
	uint32_t kept = g->private_lines;

	line_disable(frame, 0, ~kept);
	line_reset(frame, 0, ~(kept | GIC_SGI_LINES));
	if (!g->is_direct) {
		take_sgis(cpu);
		device_write32(gic_at(frame, GIC_ICPENDR), 1u << GIC_IPI);
	}
	device_write32(gic_at(frame, GIC_IGROUPR), late->groups);
	device_write32(gic_at(frame, GIC_IGRPMODR), late->modifiers);
	line_configure(gic_at(frame, GIC_ICFGR + 4), line_edges(~kept >> 16),
		       late->edges);
	give_priorities(cpu, frame, kept);
	device_write32(gic_at(frame, GIC_ISENABLER), g->enabled_sgis |
		       (late->enabled & ~(kept | GIC_SGI_LINES)));
	device_write32(gic_at(frame, GIC_ISPENDR),
		       __atomic_exchange_n(&g->pending_sgis, 0, __ATOMIC_ACQUIRE));
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
		gic_direct_off(cpu);
	}
	gic_of(cpu)->is_in = false;
	gic_close(gic_of(cpu));
	for (uint32_t i = 0; i < gic_of(cpu)->n_lrs; i++) {
		give_lr(cpu, lr_read(i));
		lr_write(i, late->lrs[i]);
	}
	give_private(cpu);
	give_interface(late, control);
}

void gic_late_end(void)
{
	uint32_t groups = hv.cells[hv_system.root_cell].is_controller_on;

	gic_disown_shared();
	gic_write(GICD_CTLR, (gic_read(GICD_CTLR) & ~GICD_CTLR_GROUPS) | groups);
}
