/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode_regime.h - what is mapped how in the two kinds of translation regime:
 * stage 2 of a cell, and stage 1 of EL2. Includes layout.
 */
#ifndef TARGET_AARCH64_ENCODE_REGIME_H
#define TARGET_AARCH64_ENCODE_REGIME_H

#include "place/layout.h"
#include "target/aarch64/encode_table.h"

struct regime encode_stage2(struct arena *a, const struct layout *l,
			    const struct cell_layout *c,
			    struct stage2_cost *cost);

/* The first switched_size bytes of the page-table pool can be written. */
struct regime encode_el2(struct arena *a, const struct layout *l,
			 uint64_t switched_size);

/* PS of VTCR_EL2 and TCR_EL2: the smallest size that has the bits. */
uint64_t encode_pa_size(uint32_t bits);

#endif
