/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move.h - in which order the image's segments go to their places.
 *
 * The image may have been loaded over any destination, its own included. A
 * segment goes only when its destination covers no byte that another one still
 * has to be read from, nor the runtime, wherever that is by then. A segment
 * may overlap its own source: that move is done in the right direction.
 *
 * Several may go at once: a row's bytes are needed until it is marked. A move
 * that is done only allows more, so whatever order is taken ends, if one does.
 *
 * Reads the rows of the image's head and keeps hv.boot.move; touches no memory
 * that they name. Not locked.
 */
#ifndef CORE_MOVE_H
#define CORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv_abi.h"

/* All zero: there is nothing to move. */
struct move_state {
	uint64_t low, high;	/* the image as it was loaded, half-open */
	uint32_t n_left;	/* rows that are not in their places */
	bool is_done[HV_MAX_SEGMENTS];	/* each row: is */
};

#define MOVE_ALL_DONE HV_NONE
#define MOVE_STUCK (HV_NONE - 1)
#define MOVE_ANY HV_NONE

/* `loaded_at`: of the image's first byte. Rows that lie in their place are
 * marked. */
void move_begin(uint64_t loaded_at);
/* Where its bytes are until it is marked. */
uint64_t move_source(uint32_t i);
/* The next row of that cell, or of any, or one of the two above; MOVE_STUCK says
 * that none may go now. */
uint32_t move_next(uint32_t cell_i);
/* Whether that one has not gone, and may. */
bool move_may_go(uint32_t i);
void move_mark(uint32_t i);
/* Whether all rows can go, one after the other. */
bool move_can_end(void);

/* Whether a row, or that one, has not moved and is read from there. */
bool move_is_read(uint64_t base, uint64_t size);
bool move_reads(uint32_t i, uint64_t base, uint64_t size);
/* Whether moving row 0 neither reads nor writes these bytes, and no other row is
 * read from there. */
bool move_is_free(uint64_t base, uint64_t size);

#endif
