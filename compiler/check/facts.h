/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * facts.h - what the checks look at: the model, and who was given what.
 *
 * Made once, before the first check. Lists keep the order of the text, so of
 * a pair the second is the one to complain about and the first is the note.
 * The board's own come before all that the user wrote. Only what has a stated
 * address is here: what hvcc chooses is place's promise. Includes base, model.
 */
#ifndef CHECK_FACTS_H
#define CHECK_FACTS_H

#include "check/sweep.h"
#include "model/model.h"

struct arena;
struct flows;

/* ---- physical memory ---------------------------------------------------- */

enum claim_kind {
	CLAIM_RESERVED,		/* of the board */
	CLAIM_DEVICE,		/* registers, of the board, given or not */
	CLAIM_HYPERVISOR,
	CLAIM_REGION,
	CLAIM_CHANNEL,
};

struct claim {
	enum claim_kind kind;
	struct pa_range range;
	const struct cell *cell;	/* of a region */
	const char *name;		/* "linux.ram", or of the board's node */
	struct span at;
};

/* ---- what one cell sees ------------------------------------------------- */

enum view_kind {
	VIEW_EMULATED,		/* the controller's frames, trapped */
	VIEW_DEVICE,		/* whole granules */
	VIEW_REGION,
	VIEW_CHANNEL,
};

struct view {
	enum view_kind kind;
	struct ipa_range range;
	const struct cell *cell;
	bool is_identity;		/* ipa = pa, and the pa is stated */
	const char *name;
	struct span at;
};

/* ---- devices and lines -------------------------------------------------- */

/* A device in a cell: by `devices`, or as its console. */
struct grant {
	const struct device *device;
	const struct cell *cell;
	const char *dma_because;
	bool is_from_rest;
	struct span at;
};

/* Registers of a device, rounded to granules; of every device of the board. */
struct page_claim {
	const struct device *device;
	const struct device_reg *reg;
	const struct grant *grant;	/* the first; NULL: nobody's */
	struct pa_range pages;
};

/* Who drives a device: who has it, then who has a page of its registers. */
struct driver {
	const struct grant *grant;	/* one of each cell */
	const struct driver *next;
};

/* An SPI in a cell. */
struct line_claim {
	const struct line *line;
	const struct cell *cell;
	const struct grant *grant;	/* NULL: by `lines` or `pmu` */
	const struct device *device;	/* that brings it; NULL: by `lines` */
	struct span at;
};

/* An SPI of a device of the board, given or not. */
struct mention {
	uint32_t number;
	const struct device *device;
};

struct facts {
	struct arena *arena;
	const struct model *model;

	const struct claim *claims;
	size_t n_claims;
	struct sweep_pairs claim_pairs;	/* none of two of the board */

	const struct view *views;
	size_t n_views;
	struct sweep_pairs view_pairs;	/* of one cell each; no two devices */

	const struct grant *grants;	/* behind all stands one of no cell */
	size_t n_grants;
	/* By index in board.devices: the first grant, or NULL. */
	const struct grant *const *owners;
	/* By cell: its first device that does DMA, else that is said to; NULL. */
	const struct grant *const *dma;
	/* By index in board.devices: `shared page` names it. */
	const bool *is_page_shared;
	/* The same: `shared provider` names it. */
	const bool *is_provider_shared;

	const struct page_claim *pages;
	size_t n_pages;
	struct sweep_pairs page_pairs;	/* not of one owner */
	/* By index in board.devices. */
	const struct driver **drivers;

	/* Sorted by number, then cell, then devices before `lines`. */
	const struct line_claim *lines;
	size_t n_lines;
	/* Sorted by number, then the order of the board. */
	const struct mention *mentions;
	size_t n_mentions;
	/* What the board calls free: sorted, apart from each other. */
	const struct line_range *free_lines;
	size_t n_free_lines;

	const struct flows *flows;	/* flow.h */
};

const struct facts *facts_make(struct arena *arena, const struct model *model);

const struct grant *facts_owner(const struct facts *f, const struct device *d);
bool facts_is_provider_shared(const struct facts *f, const struct device *d);
const struct driver *facts_drivers(const struct facts *f,
				   const struct device *d);
/*
 * Another cell that drives what the cell asks; NULL: none, or the cell has it
 * itself, and who shares its page was said to.
 */
const struct grant *facts_other_driver(const struct facts *f,
				       const struct device *provider,
				       const struct cell *cell);

/*
 * The first mention of an SPI in first..last, or NULL; others follow it, and
 * behind all stands one of no SPI.
 */
const struct mention *facts_mention(const struct facts *f, uint32_t first,
				    uint32_t last);
bool facts_is_free(const struct facts *f, uint32_t spi);

/* The addresses that a cell sees it at; false: hvcc chooses. */
bool region_ipa(const struct region *r, struct ipa_range *out)
	__attribute__((warn_unused_result));

/* "linux.ram" */
const char *region_name(struct arena *arena, const struct region *r);

/* "128 MiB", "4 KiB", "0x123 bytes". */
const char *size_text(const struct facts *f, uint64_t size);

#endif
