/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * loader.h - the root cell's program, filled in for one image.
 *
 * Takes the program that hvcc was built with, the sealed tables and segments,
 * and gives the program's bytes with section .hv_tables filled: who the cells
 * are, what was compiled for them, and the identity of the image. The same
 * system gives the same bytes. Includes base, model, layout, runtime/abi.
 */
#ifndef IMAGE_LOADER_H
#define IMAGE_LOADER_H

#include "hv_abi_loader.h"
#include "image/segments.h"

struct loader {
	const uint8_t *bytes;	/* the whole program */
	size_t size;
	size_t n_trees_left_out; /* that found no room in the section */
};

/* *why: the program that hvcc was built with is unreadable, or is another
 * hvcc's; or the section has no room for the rows. */
bool loader_make(struct arena *a, const char *path, const struct layout *l,
		 const struct hv_head *tables, const struct segments *s,
		 struct loader *out, const char **why)
	__attribute__((warn_unused_result));

#endif
