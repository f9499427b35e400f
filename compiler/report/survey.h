/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * survey.h - who has what: one walk over model and layout, kept as rows.
 *
 * The report's two forms and --diff print these rows, and decide nothing of
 * ownership themselves. Rows of one list are in an order that depends on
 * nothing but the input. Words in rows are as the input has them: who prints
 * them makes them safe. Includes base, model, layout, check.
 */
#ifndef REPORT_SURVEY_H
#define REPORT_SURVEY_H

#include "base/units.h"
#include "place/layout.h"

struct arena;
struct source;

/* ---- physical memory ---------------------------------------------------- */

enum survey_kind {
	SURVEY_RAM,			/* a cell's own */
	SURVEY_CHANNEL,
	SURVEY_VIRTIO,			/* registers of a virtio device */
	SURVEY_WINDOW,			/* a stopped cell's, while it is loaded */
	SURVEY_VIEW,			/* another's, which a virtio device shares */
	SURVEY_DEVICE,
	SURVEY_TRAP,			/* the hypervisor answers there */
	SURVEY_HYPERVISOR,
	SURVEY_RESERVED,		/* the board's */
	SURVEY_FREE,			/* RAM that nobody has */
};

/* By rising address; only devices share pages. */
struct survey_memory {
	enum survey_kind kind;
	struct pa_range range;
	const struct cell *cell;	/* RAM, DEVICE; else NULL */
	const struct region *region;	/* RAM */
	const struct channel *channel;	/* CHANNEL */
	const char *what;		/* "memory ram", "channel x", "tables" */
	bool is_chosen;			/* the address is hvcc's choice */
	struct span at;
};

/* ---- what one cell sees: by cell, then by rising ipa -------------------- */

struct survey_view {
	enum survey_kind kind;
	const struct cell *cell;
	struct ipa_range range;
	pa_t pa;			/* not of a trap */
	struct access access;
	const char *what;
	const struct channel *channel;	/* CHANNEL */
	bool is_chosen;			/* the physical address */
	struct leaf_counts leaves;
	const char *why_granules;	/* not all blocks: why; or NULL */
	struct span at;
};

/* ---- CPUs, lines, devices ------------------------------------------------ */

struct survey_cpu {
	uint32_t index;			/* in the board */
	uint64_t hwid;
	const char *compatible;		/* or NULL */
	const struct cell *cell;	/* or NULL: parked for ever */
	bool is_boot;			/* of its cell */
	uint64_t seen_hwid;		/* what its cell reads */
	struct span at;
};

enum survey_owner { SURVEY_NOBODY, SURVEY_CELL, SURVEY_OF_HYPERVISOR };

/* By kind, number, cell. */
struct survey_line {
	struct line line;
	uint32_t id;			/* the controller's number */
	enum survey_owner owner;
	const struct cell *cell;
	const char *what;		/* "/uart@9000000", "doorbell of channel x" */
	bool is_chosen;			/* the number is hvcc's choice */
	struct span at;
};

/* Those of the board that have registers or lines, in its order. */
struct survey_device {
	const struct device *device;
	enum survey_owner owner;
	const struct cell *cell;
	bool is_console;
	bool is_from_rest;
	const char *why;		/* of NOBODY and of the hypervisor's */
	struct span at;			/* of the statement that gives it */
};

/* ---- what is shared, promised, allowed ----------------------------------- */

struct survey_end {
	const struct channel_layout *channel;
	const struct end_layout *end;
};

enum survey_waiver_kind {
	SURVEY_DMA, SURVEY_PAGE, SURVEY_PROVIDER, SURVEY_RESET,
	SURVEY_SHARE_RAM,
};

struct survey_waiver {
	enum survey_waiver_kind kind;
	const char *what;		/* of the board or virtio: "/uart", "disk0" */
	const struct cell *cell;	/* who has it; or NULL */
	const char *because;
	struct span at;
};

struct survey_policy {
	const struct policy *policy;
	const char *text;		/* "isolate control" */
	const char *verdict;
	bool is_kept;
	const char *const *remarks;	/* what the verdict does not cover */
	size_t n_remarks;
};

struct survey_flow {
	const struct cell *from, *to;
	bool is_signal;
	const char *how;		/* "over channel 'x'" */
	const struct policy *allowed_by; /* or NULL */
	const char *allowed_text;	/* of that; or NULL */
	struct span at;
};

/* ---- costs --------------------------------------------------------------- */

struct survey_cost {			/* by cell */
	const struct cell *cell;
	struct leaf_counts leaves;
	size_t n_tables;
	size_t n_traps;
	uint64_t trapped_size;		/* bytes */
	uint64_t wx_size;		/* bytes both writable and executable */
	const char *delivery;
};

/* Parts of the hypervisor's memory. */
struct survey_part { const char *name; struct pa_range range; };

#define SURVEY_PARTS 9

struct survey {
	struct arena *arena;
	const struct source *source;
	const struct model *model;
	const struct layout *layout;
	const char *input;		/* as the user wrote it */
	const char *identity;		/* 64 hex digits; NULL: not known */
	const struct survey_memory *memory;
	size_t n_memory;
	const struct survey_view *views;
	size_t n_views;
	const struct survey_cpu *cpus;	/* n_cpus of the board */
	const struct survey_line *lines;
	size_t n_lines;
	const struct survey_device *devices;
	size_t n_devices;
	const struct survey_end *ends;	/* by channel; not of `bounce` */
	size_t n_ends;
	const struct survey_waiver *waivers;
	size_t n_waivers;
	const struct survey_policy *policies;
	size_t n_policies;
	const struct survey_flow *flows;
	size_t n_flows;
	const struct survey_cost *costs; /* by cell */
	struct survey_part parts[SURVEY_PARTS];
	size_t n_el2_tables;		/* granules of the hypervisor's own */
};

struct survey *survey_make(struct arena *a, const char *input,
			   const struct source *source,
			   const struct layout *layout);

#endif
