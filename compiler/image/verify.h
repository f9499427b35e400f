/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.h - what the files of image/verify*.c share.
 *
 * verify/ has proved the image by itself: lists lie where they say, page tables
 * give what rows say, in every state of every switch. What is left is that the
 * rows, the segments and the trees are those of model and layout, every field
 * of them. Includes base, model, layout, target/compare, verify, runtime/abi.
 */
#ifndef IMAGE_VERIFY_H
#define IMAGE_VERIFY_H

#include "hv_abi.h"
#include "image/image.h"
#include "target/compare.h"
#include "verify/verify.h"

struct verify {
	struct arena *arena;
	const struct layout *layout;
	const struct model *model;
	const struct image_parts *parts;
	const struct comparer *comparer;
	FILE *report;
	size_t n_differences;

	const uint8_t *bytes;		/* of the file */
	const struct hv_image_head *image;
	const struct hv_head *head;	/* of the tables */
	const struct table_rows *arch;
};

/* Tells one difference. */
void verify_differ(struct verify *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Tells "WHERE: WHAT is 0xIS, not 0xSHOULD" unless they are the same. */
void verify_same(struct verify *v, const char *where, const char *what,
		 uint64_t is, uint64_t should);

/* The rows of a list, or NULL when there are not n of them. */
const void *verify_list(struct verify *v, const char *what, struct hv_list list,
			size_t n);

void verify_payloads(struct verify *v);
void verify_loader(struct verify *v);
/* The tables. */
void verify_rows(struct verify *v);
void verify_cells(struct verify *v, const struct hv_cell *cells);
/* Of the tables, virtio devices and what their backends see. */
void verify_virtios(struct verify *v);
/* Of the layout, a view that the text gives this cell. */
bool verify_follows_view(const struct verify *v, const struct cell *c,
			 const struct mapping *map);
/* All that the text says of virtio devices is there, and no more. */
void verify_virtio_layout(struct verify *v);
/* The layout follows from the model. */
void verify_model(struct verify *v);
/* What no cell may reach, and what two may, whatever the layout says. */
void verify_apart(struct verify *v, const struct hv_cell *cells);

#endif
