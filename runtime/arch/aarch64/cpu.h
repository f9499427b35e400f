/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cpu.h - what aarch64 keeps per CPU, and the frame of one exception.
 *
 * TPIDR_EL2 points at struct a64_cpu; SP_EL2 is the same address while a cell
 * runs, so that a vector has its stack and its state in one register.
 */
#ifndef ARCH_AARCH64_CPU_H
#define ARCH_AARCH64_CPU_H

#include "arch/aarch64/gic.h"
#include "arch/aarch64/late.h"
#include "core/hv.h"

/* x0..x30 of the cell; and 0, since number 31 is the zero register to what is
 * emulated: what is written there is nobody's. ELR_EL2 and SPSR_EL2 stay in their
 * registers: EL2 takes no exception while it holds a frame. */
struct a64_frame {
	uint64_t x[32];
};
_Static_assert(sizeof(struct a64_frame) == 256, "16-byte stack");

/* What a cell that crashed left in this CPU: kept.c. */
struct a64_kept {
	struct a64_frame frame;
	uint64_t special[16];
};

struct a64_cpu {
	struct hv_cpu_state core;	/* first: the two are one address */
	struct gic_cpu gic;
	struct a64_kept kept;
	struct late_cpu late;	/* in the root cell, after a late launch */
};
_Static_assert(offsetof(struct a64_cpu, gic) == sizeof(struct hv_cpu_state),
	       "gic_of");
_Static_assert(sizeof(struct a64_cpu) <= HV_CPU_STATE_SIZE, "cpu area");

static inline struct a64_cpu *a64_cpu(struct hv_cpu_state *cpu)
{
	return (struct a64_cpu *)cpu;
}

#endif
