/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic.h - the physical GICv3, and the virtual one each cell sees.
 *
 * Virtual delivery: HCR_EL2.IMO and FMO are set, every physical interrupt is
 * Group 1, taken at EL2 as IRQ, and handed on in a list register. The
 * runtime's own are one SGI (the IPI), the maintenance line and its UART's.
 * The IPI has the highest priority and must get through always: where no list
 * register is free, lower priorities are masked (ICC_PMR_EL1), not the group.
 *
 * gic*.c is the physical side, vgic*.c answers the cells.
 */
#ifndef ARCH_AARCH64_GIC_H
#define ARCH_AARCH64_GIC_H

#include "core/mmio.h"
#include "core/text.h"

/* What is kept per CPU, inside struct a64_cpu (cpu.h); zero at start. */
struct gic_cpu {
	uint32_t pending_sgis;	/* not yet in a list register; atomically */
	uint32_t n_lrs;
};

/*
 * Whether the machine's GIC is the one in the tables: version 3 by PIDR2,
 * GICD_TYPER's lines, system-register interface. Adds the reason to `why` and
 * returns false when not. MMU off, before anything is written anywhere.
 */
bool gic_check(struct text *why);
/* Once, on the boot CPU, MMU on: distributor, every line off; the lines that
 * the runtime makes pending by itself are probed, false as above. */
bool gic_init_board(struct text *why);
/* On every CPU, after gic_init_board: redistributor, CPU interface, the
 * virtual interface, ICH_*. */
bool gic_init_cpu(struct hv_cpu_state *cpu, struct text *why);

/*
 * The IRQ vector, from a cell or in arch_wait: acknowledges what is pending,
 * moves it to list registers, handles maintenance, calls cpu_ipi and
 * console_uart_irq for the runtime's own. Bounded work.
 */
void gic_irq(struct hv_cpu_state *cpu);
/* Whether the CPU has a virtual interrupt to take: it must not sleep in EL2. */
bool gic_is_pending(const struct hv_cpu_state *cpu);

enum mmio_result vgicd_access(struct hv_cpu_state *cpu, struct mmio *m);
/* `of_cpu_i`: whose redistributor; always one of the cell's own. */
enum mmio_result vgicr_access(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			      struct mmio *m);
/* The cell wrote ICC_SGI1R_EL1; also SGI0R and ASGI1R are trapped, and come
 * not here. */
void vgic_sgi(struct hv_cpu_state *cpu, uint64_t sgi1r);

/* This CPU parks: list registers, pending SGIs, private lines, active
 * priorities, all as after gic_init_cpu. */
void gic_cpu_reset(struct hv_cpu_state *cpu);
/* arch_cell_reset, arch_line_pend, arch_line_clear and arch_ipi of
 * core/arch.h are implemented in gic*.c and vgic*.c. */

#endif
