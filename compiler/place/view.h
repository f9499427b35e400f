/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * view.h - one cell's view while it is made. Includes placer.
 */
#ifndef PLACE_VIEW_H
#define PLACE_VIEW_H

#include "place/placer.h"

struct view {
	struct placer *p;
	const struct cell *cell;
	struct cell_layout *out;
	struct mapping *mappings;	/* out's own, writable */
	struct trap *traps;
};

/*
 * After all that is mapped: the interrupt controller, the virtual console and
 * doorbells, by rising ipa. False after an error was reported.
 */
bool view_traps(struct view *v) __attribute__((warn_unused_result));

#endif
