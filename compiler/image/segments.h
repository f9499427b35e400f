/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * segments.h - what stands behind the runtime in hvisor.bin.
 *
 * Takes a layout and gives the rows of the segment table in their one order:
 * the runtime; then the cells' pieces and the pristine copies, each place once,
 * by rising destination. Every row but the runtime's says where its
 * bytes come from, and knows their hash; rows of equal bytes share an offset.
 * Includes base, model, layout, runtime/abi.
 */
#ifndef IMAGE_SEGMENTS_H
#define IMAGE_SEGMENTS_H

#include "hv_abi.h"
#include "image/image.h"
#include "image/output.h"

struct segment_source {
	const struct piece *piece;	/* NULL: the runtime */
	uint8_t *tree;			/* PIECE_TREE: the slot's bytes, ours */
	uint64_t identity_offset;	/* in a tree, of the identity's bytes */
	bool is_shared;			/* an earlier row writes the bytes */
};

struct segments {
	struct hv_segment *rows;	/* row 0 is the runtime's */
	struct segment_source *sources;	/* parallel to rows */
	size_t n_rows;
	uint64_t file_size;
};

/*
 * Hashes every payload. Trees are hashed with their identity zero: that is
 * what the identity is made of. The layout's pieces have room in an image.
 */
bool segments_plan(struct arena *a, const struct layout *l,
		   const struct image_parts *parts, struct segments *out,
		   const char **why)
	__attribute__((warn_unused_result));

/* Puts the identity in the trees, and hashes them again. */
void segments_identify(struct segments *s, const struct hv_sha256 *identity);

/* Writes every payload behind the runtime; again hashed on the way. */
bool segments_write(struct arena *a, const struct segments *s,
		    const struct output *o, const char **why)
	__attribute__((warn_unused_result));

#endif
