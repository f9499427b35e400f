/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head.h - what head.S does for a CPU that is up.
 */
#ifndef ARCH_AARCH64_HEAD_H
#define ARCH_AARCH64_HEAD_H

#include <stdint.h>

struct a64_cpu;

/* Into the cell at EL1, everything masked, all other registers zero. */
void head_enter(uint64_t entry, uint64_t argument, struct a64_cpu *cpu)
	__attribute__((noreturn));
/* FP and SIMD registers, FPCR and FPSR: zero. */
void head_zero_fp(void);

#endif
