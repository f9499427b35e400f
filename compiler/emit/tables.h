/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.h - what the files that print the tables share.
 *
 * Includes emit.
 */
#ifndef EMIT_TABLES_H
#define EMIT_TABLES_H

#include "emit/emit.h"

/* Rows of each list; a list without rows has no member in the C. */
struct tables_counts {
	size_t cpus, cells, regions, mmio, copies, ram, channels, ends,
	       virtios, views, switches, switch_words, line_words,
	       mmio_slots;
};

/* The members of struct hv_rows, behind the head and before the arch's. */
void tables_rows(FILE *out, const struct source *s, const struct layout *l,
		 const struct tables_counts *n);

/* Of these, what belongs to no single cell, and the lines of each. */
void tables_board_rows(FILE *out, const struct source *s,
		       const struct layout *l, const struct tables_counts *n);

/* Of these, virtio devices, and what their backends see. */
void tables_virtio(FILE *out, const struct source *s, const struct layout *l,
		   const struct tables_counts *n);

/* Of these, trapped pages: their rows, and what finds a granule's. */
void tables_mmio(FILE *out, const struct source *s, const struct layout *l);
void tables_mmio_slots(FILE *out, const struct source *s,
		       const struct layout *l);
/* In a cell's row, whose slots begin at the first; ends the row. */
void tables_cell_slots(FILE *out, const struct cell_layout *c, size_t first);

/* Flags are printed as `A | B`, or 0: *or is what stands before the next. */
void tables_flag(FILE *out, const char **or, bool is_set, const char *name);
void tables_no_flag(FILE *out, const char *or);

/* `.field = { offset, n }`: n rows of a member, from row first. */
void tables_list(FILE *out, const char *field, const char *member,
		 const char *type, size_t first, size_t n);

size_t tables_n_copies(const struct cell_layout *c);
size_t tables_n_slots(const struct cell_layout *c);

#endif
