/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pages.h - what one cell already sees where, while its view is being made.
 *
 * Finds pages for what hvcc adds to a cell: the virtual console, doorbells,
 * channels whose physical address the cell uses for something else. Such pages
 * are nothing on the board either, so that no driver of the cell takes them for
 * a device. Includes base, model, ranges.
 */
#ifndef PLACE_PAGES_H
#define PLACE_PAGES_H

#include "base/units.h"
#include "model/model.h"
#include "place/ranges.h"

struct arena;

struct pages {
	const struct board *board;
	struct ranges *of_board;	/* RAM, reserved memory, devices */
	struct ranges held;
	/* Of these, where the cell does not see the RAM that is there: such
	 * RAM would not do where a cell sees memory at its own address. */
	struct ranges apart;
};

/* Addresses at which the board has something; all cells' pages share them. */
struct ranges *pages_of_board(struct arena *a, const struct board *board);
struct pages pages_new(struct arena *a, const struct board *board,
		       struct ranges *of_board);
void pages_hold(struct pages *p, struct ipa_range range);
/* The same for RAM that the cell sees at its physical address. */
void pages_hold_identity(struct pages *p, struct pa_range range);
bool pages_are_free(struct pages *p, struct ipa_range range);

/*
 * The lowest free run of size bytes at or above from, and if there is none the
 * lowest of all; aligned to align, a power of two.
 */
bool pages_find(struct pages *p, uint64_t size, uint64_t align, ipa_t from,
		ipa_t *out) __attribute__((warn_unused_result));

/*
 * What an identity mapping makes of one address space in the other: what the
 * cell sees at its own physical address.
 */
struct ipa_range ipa_of_identity(struct pa_range r);

/* Rounded outwards to granules. */
struct pa_range pages_around(struct pa_range r);

#endif
