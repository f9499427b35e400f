/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode_table.h - one translation regime's tables while they grow.
 *
 * Tables of entries; an entry is empty, a leaf (block or page descriptor,
 * whole) or another table. Leaves are as large as base, output and size allow.
 * An entry may belong to a switch. Includes base.
 */
#ifndef TARGET_AARCH64_ENCODE_TABLE_H
#define TARGET_AARCH64_ENCODE_TABLE_H

#include "base/source.h"
#include "base/units.h"

#define NO_SWITCH UINT32_MAX
#define TABLE_WORDS 512u
#define LEVELS 4u			/* of lookup, 0 to 3 */

struct arena;
struct table;

enum entry_kind { ENTRY_EMPTY, ENTRY_LEAF, ENTRY_TABLE };

struct entry {
	enum entry_kind kind;
	uint64_t leaf;			/* the descriptor */
	struct table *table;
	uint32_t switch_i;		/* or NO_SWITCH */
	struct span at;
};

struct table {
	unsigned int level;		/* of the lookup, 0 to 3 */
	uint64_t base;			/* first input address */
	size_t n_entries;		/* 512 for each concatenated table */
	struct entry *entries;
	struct table *next;		/* in order of creation, root first */
	bool has_switch;		/* some entry belongs to one */
	size_t index;			/* first word in the pool */
};

struct regime {
	struct arena *arena;
	const char *what;		/* "stage 2 of 'linux'" */
	struct table *root, *last;
	uint64_t n_leaves[LEVELS];	/* by level */
};

/* What one run of addresses becomes. */
struct run {
	uint64_t input, output, size;	/* granule multiples */
	uint64_t attributes;		/* of the descriptor, lower and upper */
	uint32_t switch_i;
	struct span at;
};

struct regime regime_new(struct arena *a, const char *what, unsigned int level,
			 size_t n_entries);

/* No part of the run is mapped yet. */
void regime_map(struct regime *t, const struct run *run);

/*
 * Where all of a table belongs to one switch, the descriptor that points at it
 * does instead, so that the switch is short. Not in the root: its words are the
 * root switch's own.
 */
void regime_hoist(struct regime *t);

#endif
