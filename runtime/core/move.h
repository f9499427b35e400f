/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * move.h - in which order the image's segments go to their places.
 *
 * The image may have been loaded over any destination, its own included. A
 * segment goes only when its destination covers no byte that another one still
 * has to be read from, nor the runtime, wherever that is by then. A segment
 * may overlap its own source: that move is done in the right direction.
 *
 * Pure: reads the rows, touches no memory that they name.
 */
#ifndef CORE_MOVE_H
#define CORE_MOVE_H

#include <stdbool.h>
#include <stdint.h>

#include "hv_abi.h"

struct moves {
	const struct hv_segment *rows;
	uint32_t n_rows;
	uint64_t loaded_at;	/* of the image's first byte */
	uint64_t *moved;	/* bit i of word i / 64: row i is in its place */
};

#define MOVE_ALL_DONE HV_NONE
#define MOVE_STUCK (HV_NONE - 1)

/* Row 0 is moved in whole lines. */
#define MOVE_LINE 64u

/* Where its bytes are now. */
uint64_t move_source(const struct moves *m, uint32_t i);
uint64_t move_size(const struct moves *m, uint32_t i);
/* The next row to move, or one of the two above. Rows that lie in their place
 * already are marked as moved. */
uint32_t move_next(const struct moves *m);
void move_mark(const struct moves *m, uint32_t i);
/* Whether these bytes belong to a row's source, or its destination's, that
 * moving row 0 must not touch. */
bool move_is_free(const struct moves *m, uint64_t base, uint64_t size);

#endif
