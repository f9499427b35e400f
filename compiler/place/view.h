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

void view_map(struct view *v, struct mapping m);

/*
 * virtio.c: registers of the devices whose backends are this cell's, and RAM
 * that is shared with those. False after an error was reported.
 */
bool view_virtios(struct view *v) __attribute__((warn_unused_result));

/* Of a device that this cell has in front: its window, to read. */
void view_window(struct view *v, const struct virtio_layout *l);

/*
 * After all that is mapped: the interrupt controller, the virtual console,
 * doorbells and virtio devices, by rising ipa; of those in front the windows are
 * mapped too. False after an error was reported.
 */
bool view_traps(struct view *v) __attribute__((warn_unused_result));

#endif
