/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pages.h - what one cell already sees where, while its view is being made.
 *
 * Finds pages for what hvcc adds to a cell: the virtual console, doorbells,
 * channels whose physical address the cell uses for something else. Such pages
 * are nothing on the board either, so that no driver of the cell takes them for
 * a device. Includes base, model.
 */
#ifndef PLACE_PAGES_H
#define PLACE_PAGES_H

#include "base/units.h"
#include "model/model.h"

struct arena;

struct pages {
	struct arena *arena;
	const struct board *board;
	struct ipa_range *held;
	size_t n_held;
};

struct pages pages_new(struct arena *a, const struct board *board);
void pages_hold(struct pages *p, struct ipa_range range);
bool pages_are_free(const struct pages *p, struct ipa_range range);

/*
 * The lowest free run of size bytes at or above from, and if there is none the
 * lowest of all; aligned to align, a power of two.
 */
bool pages_find(const struct pages *p, uint64_t size, uint64_t align,
		ipa_t from, ipa_t *out) __attribute__((warn_unused_result));

/*
 * What an identity mapping makes of one address space in the other: what the
 * cell sees at its own physical address.
 */
struct ipa_range ipa_of_identity(struct pa_range r);
struct pa_range pa_of_identity(struct ipa_range r);

/* Rounded outwards to granules. */
struct pa_range pages_around(struct pa_range r);

#endif
