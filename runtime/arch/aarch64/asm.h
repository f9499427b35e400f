/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * asm.h - what the files in assembly share; for nothing else.
 */
#ifndef ARCH_AARCH64_ASM_H
#define ARCH_AARCH64_ASM_H

#include "offsets.h"

	/* In a section of its own, or in one that it shares. */
	.macro function name section
	.ifb	\section
	.section .text.\name, "ax"
	.else
	.section .text.\section, "ax"
	.endif
	.balign 16
	.global \name
	.hidden \name
	.type \name, %function
\name:
	.endm

	.macro end name
	.size \name, . - \name
	.endm

	/* The runtime and the head of its tables are within 1 MiB. */
	.macro address reg, symbol
	adr	\reg, \symbol
	.endm

	.macro constant reg, value
	movz	\reg, #((\value) & 0xffff)
	movk	\reg, #(((\value) >> 16) & 0xffff), lsl #16
	.endm

	.macro halt
9:	wfi
	b	9b
	.endm

/* A known EL2: MMU and caches off, no state of a CPU yet. */
	.macro el2_begin tmp
	msr	daifset, #15
	constant \tmp, HCR_BOOT
	msr	hcr_el2, \tmp
	isb				/* E2H decides what the next names mean */
	constant \tmp, SCTLR_OFF
	msr	sctlr_el2, \tmp
	msr	tpidr_el2, xzr
	isb
	.endm

	.macro set_vectors tmp
	address	\tmp, el2_vectors
	msr	vbar_el2, \tmp
	isb
	.endm

#endif
