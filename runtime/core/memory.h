/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * memory.h - the only code that touches the memory of cells; with place.h, at
 * boot, and HV_CALL_PEEK.
 *
 * It does so through the cell's region and copy rows and the image's segments,
 * while all of the cell's CPUs are parked, on the cell's boot CPU, in pieces of
 * bounded size. What was loaded into a cell is compared with what its text named:
 * by the SHA-256 of every segment that the image has for the cell, its payload
 * and its tree, when nobody can write there any more.
 */
#ifndef CORE_MEMORY_H
#define CORE_MEMORY_H

#include "core/hv.h"

#define MEMORY_PIECE UINT64_C(0x10000)	/* bytes between two looks around */

/* One piece, in CELL_CLEANING or CELL_STARTING; the last makes the step that
 * follows (life.h), and says what is to be said. */
void memory_piece(struct hv_cpu_state *cpu);

/* The row of the cell's RAM that has this address, the cell's or the machine's. */
const struct hv_region *memory_ram_at(const struct hv_cell *cell, uint64_t at,
				     bool is_pa);

#endif
