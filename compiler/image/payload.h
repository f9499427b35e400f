/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payload.h - the bytes of one payload file, read a piece at a time.
 *
 * A kernel is never held in memory whole. A file that is no longer as long as
 * when the model was made is refused: what was checked is not what is there.
 * Includes base, model, runtime/abi.
 */
#ifndef IMAGE_PAYLOAD_H
#define IMAGE_PAYLOAD_H

#include "hv_abi.h"
#include "place/layout.h"

struct arena;

/* Gets the bytes in order; false stops the reading, with *why said. */
typedef bool payload_sink(void *arg, uint64_t offset, const void *bytes,
			  size_t size, const char **why);

/* The hash is of all bytes of the piece; sum is NULL where nobody wants it. */
bool payload_read(struct arena *a, const struct piece *p, payload_sink *sink,
		  void *arg, struct hv_sha256 *sum, const char **why)
	__attribute__((warn_unused_result));

/* The same part of the same file, neither of them a tree. */
bool payload_is_same(const struct piece *a, const struct piece *b);

#endif
