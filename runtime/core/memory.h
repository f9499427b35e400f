/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - the only code that touches the memory of cells; with payload.h
 * and, at boot, place.h.
 *
 * It does so through the cell's region and copy rows, while all of the cell's
 * CPUs are parked, on the cell's boot CPU, in pieces of bounded size.
 */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include "core/hv.h"

#define MEMORY_PIECE UINT64_C(0x10000)	/* bytes between two looks around */

/* From CLEAN_LINES on: the first piece is next. */
void memory_clean_begin(struct hv_cell_state *run);
/*
 * One piece. Zeroes the channels that nobody uses any more, then the cell's own
 * RAM, then puts its payload back: at the end the phase is CLEAN_DONE. From
 * CLEAN_LOADED on: zeroes what the payload left free, and the phase is
 * CLEAN_CHECK at the end.
 */
void memory_clean_piece(const struct hv_cell *cell, uint32_t cell_i,
			struct hv_cell_state *run);

/* HV_PEEK_SIZE bytes of the cell's RAM, at a multiple of that; false when it
 * has none there. Nothing of the cell runs. */
bool memory_peek(const struct hv_cell *cell, struct hv_ipa ipa, uint64_t *words);

#endif
