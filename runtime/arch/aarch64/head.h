/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * head.h - what head.S does for a CPU that is up, besides arch_enter.
 */
#ifndef ARCH_AARCH64_HEAD_H
#define ARCH_AARCH64_HEAD_H

#include <stdint.h>

struct a64_cpu;

/* FP and SIMD registers, FPCR and FPSR: zero. */
void head_zero_fp(void);

#endif
