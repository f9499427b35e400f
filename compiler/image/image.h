/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - from emitted C and payload files to hvisor.bin, and back again.
 *
 * image_build compiles and links the tables with the fixed runtime object, and
 * appends trees and payloads behind the segment table. image_verify re-reads
 * the finished bytes with a decoder of its own, walks what the hardware will
 * walk, in every state of every switch, and compares what each cell can reach
 * with the model. It shares with the generator only the ABI's struct headers.
 * Includes base, model, layout (build only), runtime/abi. Never emit.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stdio.h>

#include "place/layout.h"

struct arena;
struct diag;
struct tree;

/* Sizes of the runtime object's sections. Fatal (exit 2) when unreadable. */
const struct runtime_object *image_runtime(struct arena *a, const char *path);

/* What main hands over: text and trees already made by emit. */
struct image_parts {
	const char *tables_c, *ldscript;	/* texts */
	const void *const *trees;		/* by cell; NULL: none */
	const size_t *tree_sizes;
	const char *abi_dir;			/* for the compiler's -I */
	const char *runtime_sha256_path;	/* hash written when it was built */
	const char *bin_path, *elf_path;	/* targets; written atomically */
	bool is_verbose;
};

/* False after an error was reported; environment failures are fatal. */
bool image_build(struct arena *a, const struct layout *l,
		 const struct image_parts *parts, struct diag *d)
	__attribute__((warn_unused_result));

/*
 * Number of differences between image and model, each one told on stderr;
 * 0 is proof. `layout` tells where place put what the model left open; the
 * bytes must agree with both.
 */
size_t image_verify(struct arena *a, const struct layout *l, const char *bin_path,
		    FILE *report);

#endif
