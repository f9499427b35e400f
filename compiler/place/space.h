/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * space.h - the board's RAM while it is being given away.
 *
 * Knows what is held, by whom and since which line of the text, and finds the
 * best place for what has none yet. The best place breaks the fewest blocks
 * that were whole, then leaves the smallest hole, then has the lowest address;
 * the highest where a Linux runs already, which was loaded low.
 * Includes base, model, ranges.
 */
#ifndef PLACE_SPACE_H
#define PLACE_SPACE_H

#include "base/units.h"
#include "model/model.h"
#include "place/ranges.h"

struct arena;
struct diag;

struct holding {
	struct pa_range range;
	const char *name;		/* "'linux.ram'" */
	struct span at;
};

struct space {
	struct arena *arena;
	const struct board *board;
	struct holding *held;
	size_t n_held;
	struct ranges ram, taken;
	bool is_from_top;
};

/* What is looked for. avoid: sets of what is free but would not do. */
struct want {
	uint64_t size, align;		/* align: a power of two */
	uint64_t offset;		/* base = offset modulo align */
	struct ranges *const *avoid;
	size_t n_avoid;
};

/* Reserved memory and registers of devices are held from the start. */
struct space space_new(struct arena *a, const struct board *board);

void space_hold(struct space *s, struct pa_range range, const char *name,
		struct span at);
/* The first holding that has a byte of range, or NULL. */
const struct holding *space_holder(const struct space *s,
				   struct pa_range range);

bool space_find(struct space *s, const struct want *w, pa_t *out)
	__attribute__((warn_unused_result));

/* What nobody holds and avoid leaves, whole granules, by rising address. */
struct pa_range *space_free(struct space *s, struct ranges *avoid, size_t *n);

/* Notes of the last error: who holds most, and what is free. */
void space_tell(struct space *s, struct diag *d);

/* "128 MiB", "4 KiB", "0x123 bytes". */
const char *space_size_text(struct arena *a, uint64_t size);

#endif
