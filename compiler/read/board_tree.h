/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board_tree.h - a devicetree as an array of nodes.
 *
 * libfdt finds a parent, a path or a phandle by walking the whole tree; here
 * each is one step, so that a large or a hostile tree costs time that grows
 * with its size and no faster. A tree that was built is whole: every offset is
 * good, every walk to the root ends. Properties are read through tree_prop and
 * its friends alone, which know that a property may have any length.
 *
 * Includes base and libfdt.
 */
#ifndef READ_BOARD_TREE_H
#define READ_BOARD_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/source.h"

#define TREE_DEPTH_MAX 64
#define TREE_NODES_MAX 65536
#define TREE_PATH_MAX 1024	/* bytes of one node's path */
#define TREE_CELLS_MAX 4	/* #address-cells and #size-cells */
#define TREE_STRINGS_MAX 64	/* of one list that are looked at */
#define TREE_WORK_MAX (32u << 20)	/* rows of ranges and maps, in all */
#define TREE_NONE UINT32_MAX	/* no node */

struct arena;
struct diag;

struct tree_node {
	int offset;		/* libfdt's */
	uint32_t parent;	/* its index; TREE_NONE for the root */
	const char *name;	/* with the unit address */
	const char *path;
	uint32_t phandle;	/* 0: it has none */
	uint32_t address_cells, size_cells;	/* of its children's reg */
	uint32_t interrupt_cells;	/* 0: no controller and no nexus */
	bool is_disabled;	/* itself, or a node above it */
	struct span at;
};

/* Nodes are in the order of the file: a parent before its children. */
struct tree {
	const void *fdt;
	struct tree_node *nodes;
	uint32_t n_nodes;
	const uint32_t *by_phandle;	/* nodes that have one, by rising phandle */
	uint32_t n_phandles;
	uint32_t *work;		/* spent of TREE_WORK_MAX */
};

/* Property bytes; big-endian, not aligned, not terminated. */
struct tree_prop {
	const uint8_t *bytes;
	uint32_t size;
};

/*
 * fdt has passed fdt_check_full. file_name is what messages call it. False
 * after errors that make the tree unusable, reported at `at`.
 */
bool tree_build(struct arena *arena, struct source *source, struct diag *diag,
		struct span at, const char *file_name, const void *fdt,
		struct tree *out) __attribute__((warn_unused_result));

bool tree_prop(const struct tree *t, uint32_t node, const char *name,
	       struct tree_prop *out) __attribute__((warn_unused_result));
bool tree_has(const struct tree *t, uint32_t node, const char *name);
/* NULL where the property is missing or holds no terminated string. */
const char *tree_string(const struct tree *t, uint32_t node, const char *name);
/* Exactly one cell. */
bool tree_u32(const struct tree *t, uint32_t node, const char *name,
	      uint32_t *out) __attribute__((warn_unused_result));
/* String i of a list; NULL behind the last, and behind TREE_STRINGS_MAX. */
const char *tree_list(const struct tree *t, uint32_t node, const char *name,
		      size_t i);

/*
 * Walks over rows of tables multiply: each row that is looked at is paid for.
 * False once all is spent; then the walk ends, and board.c reports it.
 */
bool tree_spend(const struct tree *t) __attribute__((warn_unused_result));

/* TREE_NONE where there is none. */
uint32_t tree_by_phandle(const struct tree *t, uint32_t phandle);
uint32_t tree_child(const struct tree *t, uint32_t parent, const char *name);
bool tree_is_under(const struct tree *t, uint32_t node, uint32_t top);

/* Cell i of bytes. */
uint32_t tree_cell(const uint8_t *bytes, uint32_t i);
/*
 * n cells as one number; false where it needs more than 64 bits.
 */
bool tree_number(const uint8_t *bytes, uint32_t n_cells, uint64_t *out)
	__attribute__((warn_unused_result));

#endif
