/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * payload.h - what is to be written into a cell, proved to be the right bytes.
 *
 * Comes from an image of the system, or from files: then the tree is this
 * program's own. Unless the cell's configuration says `payload any`, every byte
 * is what hvcc saw, by its SHA-256, before the first is written; the hypervisor
 * compares again what arrived. Ends the program where it is not.
 */
#ifndef CLI_PAYLOAD_H
#define CLI_PAYLOAD_H

#include "cli/image.h"
#include "cli/tables.h"

struct payload_piece {
	const char *what;	/* its file */
	const uint8_t *bytes;
	uint64_t size;
	uint64_t to;		/* the cell's address */
};

struct payload {
	struct payload_piece pieces[HV_MAX_SEGMENTS];
	size_t n;
};

void payload_from_image(struct payload *out, const struct image *image,
			uint32_t cell_i, const char *cell);

/* paths: none, and the files have the names they were compiled with. */
void payload_from_files(struct payload *out, const struct hv_loader *t,
			uint32_t cell_i, const char *const *paths, size_t n);

/* For other files than hvcc saw: the segments of an ELF file, each in RAM. */
void payload_add_elf(struct payload *out, const struct hv_loader *t,
		     const struct hv_loader_cell *c, const char *path,
		     const uint8_t *bytes, size_t size);
void payload_add(struct payload *out, const struct payload_piece *piece);

#endif
