/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare.h - the rows that one architecture has, against the layout.
 *
 * For whoever has the text as well as the image. Includes target/decode,
 * layout.
 */
#ifndef TARGET_COMPARE_H
#define TARGET_COMPARE_H

#include "place/layout.h"
#include "target/decode.h"

struct comparer {
	/* mmio handler that a trap of this kind has; 0: not this one's */
	uint32_t (*trap_handler)(enum trap_kind kind);
	/* Every field of those rows against the layout, but for the roots. */
	void (*compare_rows)(struct arena *a, const struct table_rows *rows,
			     const struct layout *l, decode_tell *tell,
			     void *arg);
};

#endif
