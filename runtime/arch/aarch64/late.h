/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * late.h - the runtime comes under a kernel that runs, and goes again.
 *
 * Late launch: each of the root cell's CPUs enters by itself (late.S), from the
 * stub that a kernel that was booted at EL2 leaves there, and goes back to EL1
 * as part of the root cell. What it found at EL2 is kept, and put back when it
 * leaves, or when it cannot come in. The other cells' CPUs are off in the
 * firmware before and after. core/late.h has the order of things.
 */
#ifndef ARCH_AARCH64_LATE_H
#define ARCH_AARCH64_LATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

struct a64_cpu;
struct hv_cpu_state;

/* What late.S takes from registers, in its order. */
struct late_found {
	uint64_t vbar, hcr, sctlr, tcr, ttbr0, mair, tpidr, sp;
	uint64_t back;		/* where at EL1 to go on */
	uint64_t link;		/* its x30; when it leaves, its PSTATE */
};
_Static_assert(sizeof(struct late_found) % 16 == 0, "kept on a stack");

struct late_el2 {
	uint64_t cptr, hstr, mdcr, vttbr, vtcr, vpidr, vmpidr;
	uint64_t cnthctl, cnthp_ctl, cnthp_cval;
};

/* The CPU interface's own part of EL2, and what is changed of the private
 * lines that are not the root cell's. */
struct late_gic {
	uint64_t sre, hcr, vmcr, ap0r0, ap1r0, lrs[4];
	uint32_t enabled, groups, modifiers, edges;
	uint8_t priorities[32];
};

/* Per CPU of the root cell, inside struct a64_cpu. */
struct late_cpu {
	struct late_found found;
	struct late_el2 el2;
	struct late_gic gic;
};

/* ---- late.c, from late.S ------------------------------------------------ */

/* Of hv.late.ready, once others than the first may come. */
#define LATE_READY 0x6c617465u

/*
 * The first CPU, MMU off, nothing changed yet: its row of cpus, or HV_E_STATE
 * and the reason where late_tell writes it.
 */
int64_t late_check(void);
/*
 * Each CPU, MMU on, on its own stack: 0, and the CPU is in the root cell; or
 * HV_E_STATE, and all but what is in `found` is as it was.
 */
int64_t late_main(uint32_t cpu_i, uint64_t flags, const struct late_found *found);

/* ---- late.c, elsewhere --------------------------------------------------- */

/* Another cell's CPU has been told to refuse: a test. */
bool late_refuses(const struct hv_cpu_state *cpu, struct text *why);
/* Another cell's CPU cannot serve: it goes off, and the first is told. */
void late_refuse_cpu(struct hv_cpu_state *cpu, struct text *why)
	__attribute__((noreturn));

/* ---- late_el2.c ----------------------------------------------------------- */

/* Traps and stage 2 for a kernel that keeps what it has: its view of the CPU,
 * its own debugging, features that it uses already. */
void late_el2_enter(struct a64_cpu *cpu);
/* All that late_el2_enter changed; nothing translated meanwhile is left. */
void late_el2_leave(struct a64_cpu *cpu);

/* ---- gic_late.c ----------------------------------------------------------- */

/* Whether the controller can be taken from the kernel; MMU off, changes
 * nothing. */
bool gic_late_check(struct text *why);
/* This CPU's interface: what the kernel has set becomes the virtual one's;
 * pending SGIs go along. On false it is as found. */
bool gic_late_enter(struct hv_cpu_state *cpu, struct text *why);
/* The reverse of gic_late_enter: what the cell has set becomes the real one's. */
void gic_late_leave(struct hv_cpu_state *cpu);
/* The last CPU leaves: the distributor is the kernel's. */
void gic_late_end(void);

/* ---- late.S -------------------------------------------------------------- */

/* Returned to, at EL2. */
void late_exit(void) __attribute__((visibility("hidden")));

#endif
