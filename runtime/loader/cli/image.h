/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * image.h - hvisor.bin, as far as this program reads it.
 *
 * Opened only where it is whole and of our ABI: every segment, the tables and
 * the lists that are read here lie inside. Whether its bytes are what its hashes
 * say is for who uses them. Includes runtime/abi.
 */
#ifndef CLI_IMAGE_H
#define CLI_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "hv_abi.h"

struct image {
	const char *path;
	const uint8_t *bytes;
	size_t size;
	const struct hv_image_head *head;
	const struct hv_head *tables;
};

/* Ends the program where the file is no image, or not a whole one. */
void image_open(struct image *image, const char *path);

/* Where a cell has this address; false: it is not in its RAM. */
bool image_find_ipa(const struct image *image, uint32_t cell_i, uint64_t pa,
		    uint64_t size, uint64_t *ipa);

#endif
