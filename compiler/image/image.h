/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - from emitted C and payload files to hvisor.bin, and back again.
 *
 * image_build compiles and links the tables with the fixed runtime object, and
 * appends trees and payloads behind the segment table. image_verify re-reads
 * the finished bytes with a decoder of its own, walks what the hardware will
 * walk, in every state of every switch, and compares what each cell can reach
 * with the model. It shares with the generator only the ABI's struct headers.
 * No file gets its name before it was verified. Includes base, model, layout,
 * target, runtime/abi. Never emit.
 */
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include <stdio.h>

#include "base/fatal.h"
#include "place/layout.h"

struct arena;
struct diag;

/*
 * Sizes of the runtime object's sections, as they are when linked at worst.
 * Fatal when the file is unreadable, or is no object that can run anywhere.
 */
const struct runtime_object *image_runtime(struct arena *a, const char *path);

/* False after an error was reported: more pieces than the segment table has
 * rows. Nothing is opened. */
bool image_has_room(const struct layout *l, struct diag *d)
	__attribute__((warn_unused_result));

/* What main hands over: text and trees already made by emit. */
struct image_parts {
	const char *tables_c, *ldscript;	/* texts; build only */
	const void *const *trees;		/* by cell; NULL: none */
	const size_t *tree_sizes;
	const char *abi_dir;			/* for the compiler's -I; build only */
	const char *runtime_sha256_path;	/* hash written when it was built */
	const char *bin_path;			/* written atomically, or verified */
	const char *elf_path;			/* build only */
	const char *loader_path;		/* the same, or NULL: none */
	const char *loader_program;		/* what it is made from */
	bool is_trial;				/* build: name no file */
	uint8_t *identity;			/* build: 32 bytes; or NULL */
};

/*
 * Builds a layout that has room, verifies, and only then names the files; a
 * trial does all of it but the last, beside where the files would be.
 * EXIT_MISMATCH: told on stderr. Environment failures are fatal.
 * Whatever fails, nothing is left behind and existing files are untouched.
 */
enum exit_code image_build(struct arena *a, const struct layout *l,
			   const struct image_parts *parts, struct diag *d)
	__attribute__((warn_unused_result));

/*
 * Number of differences between the file and model, layout, trees and
 * payloads, each one told in `report`; 0 is proof. A file that cannot be read
 * is fatal.
 */
size_t image_verify(struct arena *a, const struct layout *l,
		    const struct image_parts *parts, FILE *report)
	__attribute__((warn_unused_result));

/*
 * Links, and prints what parts->runtime_sha256_path has to hold: the hashes of
 * the runtime, which are the same whatever the layout. Failures are fatal.
 */
void image_runtime_hash(struct arena *a, const struct layout *l,
			const struct image_parts *parts, FILE *out);

#endif
