/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * segments.h - the image's segments at their places: copied from a program's
 * memory, and only then hashed, where that program cannot reach them.
 *
 * Includes image.h.
 */
#ifndef KMOD_SEGMENTS_H
#define KMOD_SEGMENTS_H

#include "image.h"

/*
 * The segments' places are reserved. The first one stays mapped, at *runtime,
 * for its tables to be read; its first bytes are those of the head.
 */
int segments_copy_runtime(const struct image *image, u64 user, void **runtime,
			  struct refusal *why);

/* All others. */
int segments_copy_rest(const struct image *image, u64 user, struct refusal *why);

/* Every hash, the identity, and the runtime's; the tables have been read. */
int segments_check(const struct image *image, void *runtime,
		   struct refusal *why);

/* What was copied is in memory, for a CPU without caches. */
void segments_flush(void *at, size_t size);

#endif
