/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * verify.h - what the files of image/verify*.c share.
 *
 * Every byte of the file has to be accounted for: it belongs to a row that was
 * compared with model and layout, to a segment whose bytes are known, or it is
 * zero. Includes base, model, layout, target/decode, runtime/abi.
 */
#ifndef IMAGE_VERIFY_H
#define IMAGE_VERIFY_H

#include "hv_abi.h"
#include "image/image.h"
#include "target/decode.h"

struct verify {
	struct arena *arena;
	const struct layout *layout;
	const struct model *model;
	const struct image_parts *parts;
	const struct decoder *decoder;
	FILE *report;
	size_t n_differences;

	const uint8_t *bytes;		/* of the file */
	uint64_t size;
	const struct hv_image_head *image;
	const struct hv_head *head;	/* of the tables */
	uint8_t *is_seen;		/* by byte of the tables */

	const struct hv_switch *switches;
	struct table_rows arch;
};

/* Tells one difference. */
void verify_differ(struct verify *v, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Tells "WHERE: WHAT is 0xIS, not 0xSHOULD" unless they are the same. */
void verify_same(struct verify *v, const char *where, const char *what,
		 uint64_t is, uint64_t should);

/*
 * The rows of a list, or NULL when they do not lie in the tables, aligned,
 * apart from all that was seen before; n is what the model has of them.
 */
const void *verify_list(struct verify *v, const char *what, struct hv_list list,
			size_t row_size, size_t n);

/* Segment table, hashes, identity, payloads. False: nothing else makes sense. */
bool verify_file(struct verify *v) __attribute__((warn_unused_result));
void verify_payloads(struct verify *v);
/* The tables. False: some list is not where it can be read. */
bool verify_rows(struct verify *v) __attribute__((warn_unused_result));
void verify_cells(struct verify *v, const struct hv_cell *cells);
/* The layout follows from the model. */
void verify_model(struct verify *v);
/* Page tables in every state. */
void verify_reach(struct verify *v);
void verify_forbidden(struct verify *v, const char *who, const struct runs *is);
/* `reached` by cell: what it reaches while no window is open. */
void verify_isolation(struct verify *v, const struct runs *reached);
const char *verify_run_text(struct arena *a, const struct run *r);
void verify_hypervisor(struct verify *v, const struct pool_view *pool);

/* Offset of a part of the hypervisor's memory in the file. */
uint64_t verify_offset(const struct verify *v, struct pa_range part);

#endif
