/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * board_refs.h - which nodes a node refers to; for board*.c alone.
 *
 * Links, which ask nothing of the other node, are not among them. Includes
 * board_tree, model.
 */
#ifndef READ_BOARD_REFS_H
#define READ_BOARD_REFS_H

#include "model/references.h"
#include "read/board_tree.h"

struct board_refs {
	struct arena *arena;
	const struct tree *tree;
	uint32_t *counts[CELLS_N];	/* by node: arguments + 1; 0: unread */
};

struct board_ref {
	const char *property;
	enum need_kind kind;
	uint32_t target;		/* TREE_NONE: nobody has the phandle */
};

/* In the order of the node's properties, each entry of a list by itself. */
void board_refs_walk(struct board_refs *refs, uint32_t node,
		     void (*each)(const struct board_ref *ref, void *arg),
		     void *arg);

bool board_is_compatible(const struct tree *t, uint32_t node,
			 const char *word);

#endif
