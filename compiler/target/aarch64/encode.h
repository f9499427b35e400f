/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode.h - translation tables and the registers that point at them, as the
 * Arm Architecture Reference Manual (DDI 0487) section D8 writes them.
 *
 * 4 KiB granule. Stage 2 of each cell, EL2's own stage 1, and the words that
 * switches write. Nothing of this is shared with decode: what reads an image
 * back is written again from the manual. Includes base, model, layout.
 */
#ifndef TARGET_AARCH64_ENCODE_H
#define TARGET_AARCH64_ENCODE_H

#include "place/layout.h"

struct arena;

const struct page_pool *encode_tables(struct arena *arena,
				      const struct layout *layout);

/* Registers; bits is the width of physical and intermediate addresses. */
uint64_t encode_vtcr_el2(uint32_t bits);
uint64_t encode_tcr_el2(uint32_t bits);
uint64_t encode_mair_el2(void);
uint64_t encode_vttbr_el2(const struct layout *l, const struct cell *cell);
uint64_t encode_ttbr0_el2(const struct layout *l);

#endif
