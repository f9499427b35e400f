/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * trap.h - what a cell did that brought it to EL2, and what it gets for it.
 */
#ifndef ARCH_AARCH64_TRAP_H
#define ARCH_AARCH64_TRAP_H

#include "arch/aarch64/cpu.h"
#include "arch/aarch64/sysreg.h"

/* ---- from vectors.S ----------------------------------------------------- */

void trap_sync(struct a64_frame *f);
/* SMC or HVC #0 that may be PSCI's or SMCCC's own: x1 to x3 and x0 of the cell,
 * and what its x0 will be; all its other registers stay. */
int64_t trap_psci(struct hv_cpu_state *cpu, uint64_t a, uint64_t b, uint64_t c,
		  uint32_t function);
/* An interrupt that was acknowledged: gic_take. True: the cell on this CPU no
 * longer runs. Then cpu_park_and_keep, with the frame whole. */
bool trap_irq(struct hv_cpu_state *cpu, uint32_t line, uint32_t running);
bool trap_fiq(struct hv_cpu_state *cpu);
void trap_serror(struct a64_frame *f) __attribute__((noreturn));
/* EL2's own fault; on a fresh stack. */
void trap_own_fault(uint64_t esr, uint64_t elr, uint64_t far)
	__attribute__((noreturn));

/* ---- answers ------------------------------------------------------------ */

static inline struct hv_cpu_state *frame_cpu(struct a64_frame *f)
{
	return (struct hv_cpu_state *)(f + 1);
}

/* Past the trapped instruction. Nothing of AArch32 is ever skipped. */
static inline void trap_skip(void)
{
	SYSREG_WRITE(elr_el2, SYSREG_READ(elr_el2) + 4);
}

/*
 * The only two exceptions that EL2 raises in a cell, taken to EL1 as if the
 * hardware had (DDI 0487 D1.3): undefined instruction, and synchronous
 * external abort at FAR_EL2. Nothing is skipped.
 */
void inject_undefined(void);
void inject_abort(bool is_fetch);

/* ---- the classes of traps ----------------------------------------------- */

/* An immediate other than 0 names no service (DEN0028 2.9). */
void trap_call_nobodys(struct a64_frame *f, uint64_t esr);

/* A load or store that is described whole, of a register that is in the frame;
 * from vectors.S one of x0 to x7. False: nothing was done, abort_data is to see
 * it. */
bool abort_plain(struct a64_frame *f, uint64_t esr);
/* The same, but of what is mapped to read only. */
bool abort_permission(struct a64_frame *f, uint64_t esr);
void abort_data(struct a64_frame *f, uint64_t esr);
void abort_fetch(struct a64_frame *f);
void reg_trap(struct a64_frame *f, uint64_t esr);
void wait_trap(uint64_t esr);

/* ID register by its encoding in the space op0 3, op1 0, CRn 0. */
uint64_t id_read(const struct hv_cell *cell, uint32_t crm, uint32_t op2);

#endif
