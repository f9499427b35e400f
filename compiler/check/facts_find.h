/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts_find.h - the makers of struct facts, in the order they are called.
 *
 * Each fills its own lists and may use those of the makers before it. Only
 * the facts_*.c files include this. Includes base, model.
 */
#ifndef CHECK_FACTS_FIND_H
#define CHECK_FACTS_FIND_H

#include "check/facts.h"

/* Groups of a sweep; what stands alone gets a number of its own behind. */
enum { GROUP_BOARD, GROUP_DEVICE, GROUP_EMULATED, GROUP_ALONE };

void facts_find_claims(struct facts *f);
void facts_find_grants(struct facts *f);
void facts_find_pages(struct facts *f);
void facts_find_lines(struct facts *f);
void facts_find_mentions(struct facts *f);
void facts_find_free_lines(struct facts *f);
void facts_find_views(struct facts *f);

/* For qsort: -1, 0 or 1; twice that decides before another. */
static inline int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* The granules that hold the range; its end stays within 64 bits. */
struct pa_range granules_of(struct pa_range r);

#endif
