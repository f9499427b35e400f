/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * abort.h - the syndrome of a data abort (ISS: DDI 0487 D19.2.37).
 */
#ifndef ARCH_AARCH64_ABORT_H
#define ARCH_AARCH64_ABORT_H

#include <stdint.h>

#define EC_DATA		0x24u

#define ISS_WNR		(UINT64_C(1) << 6)
#define ISS_S1PTW	(UINT64_C(1) << 7)
#define ISS_CM		(UINT64_C(1) << 8)
#define ISS_FNV		(UINT64_C(1) << 10)
#define ISS_SF		(UINT64_C(1) << 15)
#define ISS_RT_SHIFT	16
#define ISS_SSE		(UINT64_C(1) << 21)
#define ISS_SIZE_SHIFT	22
#define ISS_SIZE	(UINT64_C(3) << ISS_SIZE_SHIFT)
#define ISS_SIZE_4	(UINT64_C(2) << ISS_SIZE_SHIFT)
#define ISS_ISV		(UINT64_C(1) << 24)
#define FSC_MASK	UINT64_C(0x3f)
#define FSC_TRANSLATION	UINT64_C(4)		/* + level 0..3 */
#define FSC_PERMISSION	UINT64_C(8)		/* this bit more */
#define FSC_ANY		(UINT64_C(3) | FSC_PERMISSION)

#define PAR_FAILED	UINT64_C(1)
#define PAR_GRANULE(par) ((par) << 12 >> 24)

/*
 * What vectors.S looks at, and what it finds when a load or store of one of x0
 * to x7, not extended by sign, faulted in translation and is described whole; the
 * difference when it did by permission.
 */
#define ABORT_MASK	(UINT64_C(63) << 26 | ISS_ISV | ISS_SSE | \
			 UINT64_C(0x18) << ISS_RT_SHIFT | ISS_FNV | ISS_CM | \
			 ISS_S1PTW | (FSC_MASK & ~UINT64_C(3)))
#define ABORT_PLAIN	((uint64_t)EC_DATA << 26 | ISS_ISV | FSC_TRANSLATION)

/*
 * PAR_EL1 of what the cell's own tables say now of that address of its; walk.S.
 * PAR_FAILED where they say nothing. What is in PAR_EL1 is the cell's, and stays; as do
 * FAR_EL2 and ESR_EL2, which are given.
 */
uint64_t walk_cell(uint64_t far, uint64_t esr);

#endif
