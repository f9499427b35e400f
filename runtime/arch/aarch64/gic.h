/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gic.h - the physical GICv3, and the virtual one each cell sees.
 *
 * Direct delivery is described in gic_direct.c.
 *
 * Virtual delivery: HCR_EL2.IMO and FMO are set, every physical interrupt is
 * Group 1, taken at EL2 as IRQ, and handed on in a list register (LR). The
 * runtime's own are one SGI (the IPI), the maintenance line, its timer and its
 * UART's. They alone have priority 0, and so get through always: where no LR
 * is free, all other priorities are masked (ICC_PMR_EL1), not the group.
 *
 * State: a physical line's is in the distributor, and in the LR that holds it
 * between acknowledge and deactivation. A cell's SGIs exist here only: enable
 * and priority, and a bit each while pending and not in an LR.
 *
 * gic*.c is the physical side, vgic*.c answers the cells. (IHI 0069H)
 */
#ifndef ARCH_AARCH64_GIC_H
#define ARCH_AARCH64_GIC_H

#include "arch/aarch64/gic_regs.h"
#include "core/mmio.h"
#include "core/text.h"

#define GIC_N_SGIS 16u
#define GIC_MAX_LRS 4u		/* used, where the hardware has more */
#define GIC_SGI_LINES 0xffffu	/* of word 0 */

/* Lines of one 32-line word that LRs hold. An SGI can be both. */
struct gic_held { uint32_t pending, active; };

/* One CPU's question to others; answers are added atomically. */
struct gic_ask {
	uint64_t take;		/* LR_PENDING, or LR_ACTIVE: what is so leaves its
				 * LR; or 0 */
	uint32_t word, lines;
	struct gic_held held;
	uint32_t n_waiting;	/* CPUs that have not answered */
};

/*
 * What ICC_SGI1R_EL1 means to a cell all of whose CPUs are, by their virtual
 * numbers, in one group of sixteen; constant. vectors.S takes it from here where
 * SGIs are physical, and the targets only have to be shifted for that.
 */
struct gic_sgi {
	uint64_t mask, match;	/* a value that names that group; no value does
				 * where it is not so simple */
	uint64_t list;		/* targets that the cell has */
	uint64_t upper;		/* the physical group */
	int64_t shift;		/* of targets; negative: SGIs are not physical */
	uint32_t self;		/* this CPU, as a target */
	uint8_t cpu_of[16];	/* row of cpus, by target */
};

/* What is kept per CPU, inside struct a64_cpu (cpu.h); zero at start. */
struct gic_cpu {
	struct gic_sgi sgi;
	uint32_t pending_sgis;	/* not yet in an LR; atomically, by its cell */
	uint32_t enabled_sgis;	/* atomically, by its cell */
	uint8_t sgi_priorities[GIC_N_SGIS];	/* by its cell */
	uint64_t askers;	/* rows of CPUs with a question; atomically */
	uint32_t n_lrs, all_lrs;
	uint32_t hot_lrs;	/* vectors.S uses LR 0 when these are free: all, or
				 * some that there are not: then it never does */
	bool is_full;		/* all LRs are in use, and PMR is closed */
	bool is_shifted;	/* PMR and RPR are in EL3's view: gic.c */
	bool is_direct;		/* its cell's lines come without EL2: gic_direct.c */
	bool is_in;		/* and the CPU is in its cell */
	struct gic_ask ask;
	/* Constant: what makes an IPI to this CPU, written to ICC_SGI1R_EL1, or
	 * with direct delivery to `ipi_at`. */
	struct hv_pa ipi_at;
	uint64_t ipi;
	uint32_t ipi_line;	/* and what then comes, by FIQ */
	/* Constant, from the tables, for vgic_hot.h: */
	uint32_t type;		/* GICD_TYPER */
	struct hv_pa gicd;
	struct hv_pa sgi_frame;	/* of all, from gic_init_board on */
	const uint32_t *lines;	/* its cell's, by word */
	uint32_t n_shared_words;	/* of those, from word 1 on */
	uint32_t private_lines;	/* physical ones in word 0: with direct delivery
				 * SGIs too */
};

/*
 * Whether the machine's GIC is the one in the tables: version 3 by PIDR2,
 * GICD_TYPER's lines, system-register interface. Adds the reason to `why` and
 * returns false when not. MMU off, before anything is written anywhere.
 */
bool gic_check(struct text *why);
/* Once, on the first CPU, MMU on: distributor, every line off but those of the cell
 * that was found running, or HV_NONE; the lines that the runtime makes pending by
 * itself are probed, false as above. */
bool gic_init_board(uint32_t found_i, struct text *why);
/* On every CPU, after gic_init_board: redistributor, CPU interface, the
 * virtual interface, ICH_*. Before its first gic_cpu_reset. */
bool gic_init_cpu(struct hv_cpu_state *cpu, struct text *why);

/*
 * One interrupt that was acknowledged, and its priority dropped (or none, where
 * `line` is no line's): moves it to an LR, or handles it where it is the
 * runtime's own: maintenance, cpu_ipi, console_uart_irq, console_alarm. Bounded
 * work. `priority` is gic_priority of what ICC_RPR_EL1 said in between.
 */
void gic_take(struct hv_cpu_state *cpu, uint32_t line, uint32_t priority);
/* Acknowledges what may be pending, as vectors.S does, and takes it. */
void gic_irq(struct hv_cpu_state *cpu);
/* The same by FIQ: all that comes so is the runtime's own. */
bool gic_fiq(struct hv_cpu_state *cpu);
/* One of the runtime's own devices, if `line` is: its timer, its UART. */
void gic_take_device(uint32_t line);
/* The cell waits, for one of its own interrupts. May return early. */
void gic_wait(struct hv_cpu_state *cpu);

/* Once per CPU, before it runs its cell: what is constant in gic_cpu. */
void vgic_init(struct hv_cpu_state *cpu);
enum mmio_result vgicd_access(struct hv_cpu_state *cpu, struct mmio *m);
/* `of_cpu_i`: whose redistributor; always one of the cell's own. */
enum mmio_result vgicr_access(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			      struct mmio *m);
/* The cell wrote ICC_SGI1R_EL1; also SGI0R and ASGI1R are trapped, and come
 * not here. */
void vgic_sgi(struct hv_cpu_state *cpu, uint64_t sgi1r);
/* The same, virtual, where struct gic_sgi says who is meant: `list` of its list. */
void vgic_sgi_listed(struct hv_cpu_state *cpu, uint64_t sgi1r, uint32_t list);

/* This CPU parks: LRs, pending SGIs, private lines, active priorities, all as
 * after gic_init_cpu; lines of its cell stay pending in the distributor. */
void gic_cpu_reset(struct hv_cpu_state *cpu);
/* This CPU is about to enter its cell: its lines may come. */
void gic_cpu_enter(struct hv_cpu_state *cpu);
/* This CPU goes off, and `up` says so: nothing wakes it, and who gets it next finds all its
 * private lines off. */
void gic_cpu_off(struct hv_cpu_state *cpu);
/* arch_cell_reset, arch_line_pend, arch_line_clear and arch_ipi of
 * core/arch.h are implemented in gic*.c. */

/* ---- between gic*.c and vgic*.c ------------------------------------------ */

/* Right behind core's own state of that CPU: struct a64_cpu (cpu.h). */
static inline struct gic_cpu *gic_of(struct hv_cpu_state *cpu)
{
	return (struct gic_cpu *)(cpu + 1);
}

/* Of the one line that is active, from ICC_RPR_EL1. */
static inline uint32_t gic_priority(struct hv_cpu_state *cpu, uint32_t running)
{
	return running << gic_of(cpu)->is_shifted & 0xff;
}

/* Known from gic_init_board on; the same for all CPUs of a cell. */
static inline bool gic_is_direct(const struct hv_cpu_state *cpu)
{
	return ((const struct gic_cpu *)(cpu + 1))->is_direct;
}

/*
 * What LRs hold of `lines` in word `word`, before something is taken: on every
 * CPU of this cell, or for word 0 on `of_cpu_i` alone. No lock may be held.
 */
struct gic_held gic_ask(struct hv_cpu_state *cpu, uint32_t of_cpu_i,
			uint64_t take, uint32_t word, uint32_t lines);
/* Questions that were put to this CPU are answered; a last time when it is no
 * longer the runtime's, and `up` says so. */
void gic_answer(struct hv_cpu_state *cpu);
void gic_answer_last(struct hv_cpu_state *cpu);
static inline uint32_t vgicd_control_read(const struct hv_cpu_state *cpu)
{
	return GICD_CTLR_ARE_NS | GICD_CTLR_DS | read_once(cpu->run->is_controller_on);
}

/* The cell sends itself one. */
void gic_self_sgi(struct hv_cpu_state *cpu, uint32_t sgi);
/* SGIs were sent to, or enabled on, this CPU: moves them to LRs. */
void gic_flush_sgis(struct hv_cpu_state *cpu);
/* After the cell's distributor was turned on or off, on this CPU. */
void gic_update(struct hv_cpu_state *cpu);
/* Lines of cells are held back in the distributor from here on; the runtime's
 * own are not. */
void gic_close(const struct gic_cpu *g);

#endif
