/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * resolve_rest.h - `devices rest` while it is found; for resolve_rest.c and
 * resolve_spread.c alone. Includes resolve_parts.
 */
#ifndef READ_RESOLVE_REST_H
#define READ_RESOLVE_REST_H

#include "read/resolve_parts.h"

enum holder {
	HELD_BY_NOBODY,
	HELD_BY_OTHER,		/* another cell, or the hypervisor */
	HELD_BY_CELL,		/* the cell of the rest names it itself */
	HELD_AS_REST,		/* a candidate */
};

struct spi_holder {
	bool is_stated;		/* by `lines` of another cell */
	const struct device *device;	/* of another cell; or NULL */
};

/* Of reserved memory, by rising base: which of it and those before ends last. */
struct reserved { uint64_t base; const struct board_memory *furthest; };

struct rest {
	struct resolve *r;
	struct cell *cell;
	const struct board *board;
	enum holder *holders;	/* parallel to board.devices */
	const char **reasons;	/* the same; NULL: none */
	bool *is_provider_shared;	/* the same */
	struct spi_holder *spis;	/* by number */
	struct reserved *reserved;	/* board.n_reserved */
};

/*
 * Takes away candidates that share a page with what the cell does not have, or
 * whose interrupts end there, and what cannot be had without those.
 */
void resolve_spread(struct rest *t);

#endif
