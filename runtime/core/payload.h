/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payload.h - whether what was loaded into a cell is what its text named.
 *
 * Compared is the SHA-256 of every segment that the image has for the cell, its
 * payload and its tree, by the cell's own boot CPU while nobody can write
 * there any more, in pieces of bounded size.
 */
#ifndef CORE_PAYLOAD_H
#define CORE_PAYLOAD_H

#include "core/hv.h"

enum payload_check {
	PAYLOAD_MORE,		/* to be called again */
	PAYLOAD_GOOD,
	PAYLOAD_OTHER,		/* segment row `run->row_i` differs */
};

/* In CLEAN_CHECK. */
enum payload_check payload_check_piece(const struct hv_cell *cell, uint32_t cell_i,
				       struct hv_cell_state *run);
/* Whether the image brings this for that cell: its payload or its tree. */
bool payload_has(uint32_t cell_i, const struct hv_segment *s);

#endif
