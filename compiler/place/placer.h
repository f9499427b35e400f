/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * placer.h - what the files of place share while a layout is being made.
 *
 * The hypervisor's tables describe all memory, and their size decides how much
 * memory is left: place makes a whole layout with a guess of that size, and
 * again with a larger one until the guess holds. One struct placer is one such
 * attempt. Includes base, model, layout.
 */
#ifndef PLACE_PLACER_H
#define PLACE_PLACER_H

#include "place/layout.h"
#include "place/pages.h"
#include "place/space.h"

struct arena;
struct diag;

/* Where a region went: one run, or several for `rest`. */
struct placed_region {
	const struct region *region;
	struct pa_range *runs;
	size_t n_runs;
};

/* Bytes of some payload that the hypervisor keeps, once. */
struct copy {
	const struct piece *piece;	/* the first that has these bytes */
	uint64_t offset;		/* in the pristine part */
};

struct tables_guess {
	uint64_t rows_size;		/* head and rows, before the pool */
	uint64_t pool_size, pool_align;
};

struct placer {
	struct arena *arena;
	const struct model *model;
	struct diag *diag;
	struct tables_guess guess;
	struct layout *layout;		/* these: layout's own, writable */
	struct cell_layout *cells;
	struct channel_layout *channels;
	struct end_layout *ends;
	struct virtio_layout *virtios;
	struct view_layout *views;
	struct switch_layout *switches;
	uint32_t *ipi_spis;
	struct placed_region **regions;	/* by cell, parallel to its regions */
	struct piece **pieces;		/* by cell: layout.cells[i].pieces */
	struct space space;
	struct pages *pages;		/* by cell */
	struct copy *copies;
	size_t n_copies;
	uint64_t copies_size;
};

/*
 * The steps, in their order. Each is false after it has reported an error;
 * what comes later then does not run.
 */

/* pieces.c: the list of pieces, still without addresses. */
void pieces_list(struct placer *p);
/* pristine.c: which of them are kept, and how much room they take. */
void pristine_plan(struct placer *p);
/* seen.c: fills pages with what the model already fixes. */
void see_fixed(struct placer *p);
/* memory.c: regions, channels, hypervisor, rest. */
bool memory_place(struct placer *p) __attribute__((warn_unused_result));
/* lines.c: consoles', doorbells' and IPIs' lines, then all of each cell. */
bool lines_place(struct placer *p) __attribute__((warn_unused_result));
/* view.c: what each cell sees where; switches. */
bool view_place(struct placer *p) __attribute__((warn_unused_result));
/* virtio.c: the list of devices, still without addresses. */
void virtios_list(struct placer *p);
/* And, when all is mapped, what each one's backend sees of the cell in front. */
void virtios_views(struct placer *p);
/* images.c: addresses of the pieces, entry, tree. */
bool images_place(struct placer *p) __attribute__((warn_unused_result));
/* pristine.c: where each kept piece is. */
void pristine_place(struct placer *p);

/* hypervisor.c: parts of the hypervisor's memory; base is not known yet. */
uint64_t hypervisor_size(const struct placer *p);
/* Error and itemised notes when a stated size is too small. */
bool hypervisor_fits(const struct placer *p) __attribute__((warn_unused_result));
void hypervisor_place(struct placer *p, pa_t base);

/*
 * running.c: whether what was placed is reserved by the tree of a Linux that
 * runs already, and the rest of its memory is its own.
 */
bool running_agrees(struct arena *arena, const struct layout *l,
		    struct diag *diag) __attribute__((warn_unused_result));

/* rows.c: bytes of the tables before the page-table pool. */
uint64_t rows_size(const struct layout *l);

/* audit.c: aborts where the layout breaks what layout.h promises. */
void audit(const struct layout *l);

/* The frames of the interrupt controller that a board CPU has. */
struct pa_range controller_of_cpu(const struct interrupt_controller *c,
				  size_t cpu_i);
/* The ipa at which a cell sees one run of a region. */
struct ipa_range ipa_of_run(const struct region *r, struct pa_range run);

#endif
