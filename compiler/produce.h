/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * produce.h - a layout's texts and trees, and what is made of them.
 *
 * Joins emit and image, which do not know each other: what emit prints is
 * collected here and handed to image. Includes base, layout, emit, image.
 */
#ifndef PRODUCE_H
#define PRODUCE_H

#include "image/image.h"
#include "library.h"
#include "options.h"

struct production {
	struct arena *arena;
	const struct options *options;
	const struct library *library;
	const struct source *source;
	struct diag *diag;
	const struct model *model;
	const struct layout *layout;	/* NULL for --emit=model */
	const void **trees;		/* by cell */
	size_t *tree_sizes;
};

/* The trees of all cells; false after an error was reported. */
bool produce_trees(struct production *p) __attribute__((warn_unused_result));

/* Image and ELF file, verified; then the files of --report. */
enum exit_code produce_image(const struct production *p)
	__attribute__((warn_unused_result));
/* Compares the file of --verify. */
enum exit_code produce_verdict(const struct production *p)
	__attribute__((warn_unused_result));
/* The files of --report, without an image. */
enum exit_code produce_report(const struct production *p)
	__attribute__((warn_unused_result));
/* What --emit asks of model or layout. */
void produce_text(const struct production *p);
/* The rule of -M or -MF, where one is asked for. */
void produce_depends(const struct production *p);

#endif
