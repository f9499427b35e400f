/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move.h - in which order the image's segments go to their places.
 *
 * The image may have been loaded over any destination, its own included. A
 * segment goes only when its destination covers no byte that another one still
 * has to be read from, nor the runtime, wherever that is by then. A segment
 * may overlap its own source: that move is done in the right direction.
 *
 * Several may go at once: who takes one says so (move_claim), and its bytes are
 * needed until it is marked. A move that is done only allows more, so whatever
 * order is taken ends, if one does.
 *
 * Pure: reads the rows, touches no memory that they name. Not locked.
 */
#ifndef CORE_MOVE_H
#define CORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv_abi.h"

/* All zero: there is nothing to move. */
struct move_state {
	uint64_t low, high;	/* the image as it was loaded, half-open */
	/* One row, and who shares its bytes, is read from somewhere else. */
	uint64_t parked_offset, parked_at;
	uint8_t of[HV_MAX_SEGMENTS];	/* each row: */
};

#define MOVE_CLAIMED 1u		/* on its way */
#define MOVE_DONE 2u		/* in its place */

struct moves {
	const struct hv_segment *rows;
	uint32_t n_rows;
	struct move_state *state;
};

#define MOVE_ALL_DONE HV_NONE
#define MOVE_STUCK (HV_NONE - 1)
#define MOVE_ANY HV_NONE

/* Row 0 is moved in whole lines. */
#define MOVE_LINE 64u

/* `loaded_at`: of the image's first byte. Rows that lie in their place are
 * marked. */
void move_begin(const struct moves *m, uint64_t loaded_at, uint64_t file_size);
/* Where its bytes are now. */
uint64_t move_source(const struct moves *m, uint32_t i);
uint64_t move_size(const struct moves *m, uint32_t i);
/* The next row of that cell, or of any, or one of the two above; MOVE_STUCK says
 * that none may go now. */
uint32_t move_next(const struct moves *m, uint32_t cell_i);
/* Whether that one may. */
bool move_may_go(const struct moves *m, uint32_t i);
void move_claim(const struct moves *m, uint32_t i);
void move_mark(const struct moves *m, uint32_t i);
bool move_is_done(const struct moves *m, uint32_t i);
/* Whether all rows can go, one after the other. */
bool move_can_end(const struct moves *m);

/* Whether that row, or any, has not moved and is read from there. */
bool move_reads(const struct moves *m, uint32_t i, uint64_t base, uint64_t size);
bool move_is_read(const struct moves *m, uint64_t base, uint64_t size);
/* Whether a row of that cell has not moved, or others are read from where one
 * has gone. */
bool move_is_of(const struct moves *m, uint32_t cell_i);
/* Whether these bytes belong to a row's source, or its destination's, that
 * moving row 0 must not touch. */
bool move_is_free(const struct moves *m, uint64_t base, uint64_t size);

/*
 * Where none may go: the first bytes in `size` from `base` on that no row is
 * read from or goes to, and that can take row i, so that then one may go; or 0.
 * Once the bytes are there, move_park.
 */
uint64_t move_find_park(const struct moves *m, uint32_t i, uint64_t base,
			uint64_t size);
void move_park(const struct moves *m, uint32_t i, uint64_t at);

#endif
