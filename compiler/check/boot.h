/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * boot.h - where in a cell a payload may go; for boot.c, kernel.c and elf.c.
 * Includes model.
 */
#ifndef CHECK_BOOT_H
#define CHECK_BOOT_H

#include "check/facts.h"
#include "model/model.h"

struct diag;

/*
 * The region that holds the whole range of stated addresses. NULL: none; then
 * *is_open says whether a region whose address hvcc chooses may hold it.
 */
const struct region *boot_region(const struct cell *c, struct ipa_range range,
				 bool *is_open);

/* Where they are: of very many a few. */
void boot_note_regions(struct diag *d, const struct cell *c);

/* The file is there and has bytes: else payload-missing or -empty says so. */
bool payload_is_there(const struct payload *p);

#endif
