/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic_irq.c - interrupts taken at EL2, and a cell's own SGIs.
 */
#include "arch/aarch64/gic_direct.h"
#include "arch/aarch64/gic_line.h"
#include "arch/aarch64/gic_lr.h"
#include "arch/aarch64/sysreg.h"
#include "dev/console.h"

void gic_flush_sgis(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);
	uint32_t left = __atomic_load_n(&g->pending_sgis, __ATOMIC_ACQUIRE) &
		read_once(g->enabled_sgis);

	for (; left; left &= left - 1) {
		uint32_t sgi = (uint32_t)__builtin_ctzll(left);

		if (!lr_put_sgi(cpu, sgi, g->sgi_priorities[sgi]))
			return;		/* until lr_underflow */
		/* Not before: who looks for it meanwhile finds it in one of the
		 * two. Acquire: what whoever sent it once more wrote before. */
		__atomic_fetch_and(&g->pending_sgis, ~(1u << sgi),
				   __ATOMIC_ACQUIRE);
	}
}

void gic_self_sgi(struct hv_cpu_state *cpu, uint32_t sgi)
{
	struct gic_cpu *g = gic_of(cpu);

	/* With nothing in an LR it is not in one, and another LR stays free. */
	if (g->enabled_sgis >> sgi & 1 &&
	    (SYSREG_READ(ich_elrsr_el2) & g->all_lrs) == g->all_lrs) {
		SYSREG_WRITE(ich_lr0_el2, LR_PENDING | LR_GROUP1 | sgi |
			     (uint64_t)g->sgi_priorities[sgi] << LR_PRIORITY_SHIFT);
		return;
	}
	__atomic_fetch_or(&g->pending_sgis, 1u << sgi, __ATOMIC_RELAXED);
	gic_flush_sgis(cpu);
}

/* ---- interrupts ---------------------------------------------------------- */

static __attribute__((noinline)) void flush_and_update(struct hv_cpu_state *cpu)
{
	gic_flush_sgis(cpu);
	lr_update(cpu);
}

/* What other CPUs may have changed of what this one offers to the cell. */
static void look_again(struct hv_cpu_state *cpu)
{
	if (__atomic_load_n(&gic_of(cpu)->pending_sgis, __ATOMIC_ACQUIRE))
		flush_and_update(cpu);
	else
		lr_update(cpu);
}

static void end_ipi(struct hv_cpu_state *cpu)
{
	cpu_ipi(cpu);
	isb();		/* the priority drop before */
	SYSREG_WRITE(icc_dir_el1, GIC_IPI);
}

static __attribute__((noinline)) void take_busy_ipi(struct hv_cpu_state *cpu)
{
	gic_answer(cpu);
	look_again(cpu);
	end_ipi(cpu);
}

/* A CPU that is not in its cell looks again when it enters it. */
static void take_ipi(struct hv_cpu_state *cpu)
{
	if (gic_of(cpu)->is_in ||
	    __atomic_load_n(&gic_of(cpu)->askers, __ATOMIC_ACQUIRE))
		take_busy_ipi(cpu);
	else
		end_ipi(cpu);
}

void gic_take_device(uint32_t line)
{
	if (line == a64_board()->hyp_timer_line) {
		SYSREG_WRITE(cnthp_ctl_el2, 0);
		console_drain();
	} else if (line == hv_system.uart_line) {
		console_uart_irq();
	}
}

/* Apart, so that an IPI does not pay for its frame. */
static __attribute__((noinline)) void take_own(struct hv_cpu_state *cpu,
					       uint32_t line)
{
	if (line == a64_board()->maintenance_line)
		lr_underflow(cpu);
	else
		gic_take_device(line);
	isb();		/* the priority drop, and what lowered a level, before */
	SYSREG_WRITE(icc_dir_el1, line);
}

void gic_take(struct hv_cpu_state *cpu, uint32_t line, uint32_t priority)
{
	if (line >= GIC_MAX_LINES)
		return;
	if (priority != GIC_PRIORITY_OWN)
		/* An LR is free, or PMR would have held this back (gic_lr.c). */
		(void)lr_put(cpu, LR_LINE | (uint64_t)priority << LR_PRIORITY_SHIFT |
			     (uint64_t)line << LR_PHYSICAL_SHIFT | line);
	else if (line == GIC_IPI)
		take_ipi(cpu);
	else
		take_own(cpu, line);
}

void gic_irq(struct hv_cpu_state *cpu)
{
	uint32_t line = (uint32_t)SYSREG_READ(icc_iar1_el1), running;

	if (line >= GIC_MAX_LINES)
		return;
	__asm__ volatile("dsb sy; isb" ::: "memory");
	running = (uint32_t)SYSREG_READ(icc_rpr_el1);
	SYSREG_WRITE(icc_eoir1_el1, line);
	if (line == GIC_IPI)	/* what is mostly waited for */
		take_ipi(cpu);
	else
		gic_take(cpu, line, gic_priority(cpu, running));
}

/* Not where it has an interrupt to take, in an LR or soon: then it goes on. */
void gic_wait(struct hv_cpu_state *cpu)
{
	const struct gic_cpu *g = gic_of(cpu);

	if (g->is_direct)
		gic_direct_wait();
	else if (!(g->pending_sgis & g->enabled_sgis) &&
		 (SYSREG_READ(ich_elrsr_el2) & g->all_lrs) == g->all_lrs)
		__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

/* ---- parking and leaving the park ---------------------------------------- */

void gic_cpu_reset(struct hv_cpu_state *cpu)
{
	struct gic_cpu *g = gic_of(cpu);

	/* It holds from here on: writes of PMR synchronise themselves. */
	gic_close(g);
	lr_reset(cpu);
	g->is_full = g->is_in = false;
	if (g->is_direct)
		gic_direct_reset();
	else
		gic_update(cpu);
	line_reset_private(cpu);
}

void gic_cpu_off(struct hv_cpu_state *cpu)
{
	gic_answer_last(cpu);
	line_disable(gic_of(cpu)->sgi_frame, 0, ~0u);
	SYSREG_WRITE(icc_igrpen1_el1, 0);
	if (gic_is_direct(cpu))
		gic_direct_off(cpu);
	isb();
}

void gic_cpu_enter(struct hv_cpu_state *cpu)
{
	gic_of(cpu)->is_in = true;
	if (gic_is_direct(cpu)) {
		gic_direct_update(cpu);
		return;
	}
	SYSREG_WRITE(icc_pmr_el1, GIC_PMR_OPEN);
	look_again(cpu);
}
