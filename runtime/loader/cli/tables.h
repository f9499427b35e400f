/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.h - what hvcc wrote into this program: cells, payloads, identity.
 *
 * A program whose section hvcc has not filled is generic: it has no cells of
 * its own and asks the hypervisor for them. The bytes are hvcc's, in a section
 * that nothing writes, but a list that does not lie inside of it is refused all
 * the same. Includes runtime/abi.
 */
#ifndef CLI_TABLES_H
#define CLI_TABLES_H

#include <stdbool.h>

#include "hv_abi_loader.h"

/* The section of this program. */
const struct hv_loader *tables_own(void);

/* Every list lies inside, every name ends. */
bool tables_are_sound(const struct hv_loader *t);
bool tables_are_generic(const struct hv_loader *t);

/* Row i of a list; i is less than its count. */
const struct hv_loader_cell *tables_cell(const struct hv_loader *t, uint32_t i);
const struct hv_loader_piece *tables_piece(const struct hv_loader *t,
					   const struct hv_loader_cell *c,
					   uint32_t i);
const struct hv_loader_region *tables_region(const struct hv_loader *t,
					     const struct hv_loader_cell *c,
					     uint32_t i);
const struct hv_loader_virtio *tables_virtio(const struct hv_loader *t,
					     uint32_t i);
/* The bytes of a tree; NULL: they are only in the image. */
const uint8_t *tables_bytes(const struct hv_loader *t,
			    const struct hv_loader_piece *p);

/* How many files a cell was compiled with. */
uint32_t tables_n_files(const struct hv_loader *t,
			const struct hv_loader_cell *c);

#endif
