/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/board_tree.h"

#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"

/* What tree_build works with. */
struct builder {
	struct arena *arena;
	struct source *source;
	struct diag *diag;
	struct span at;
	const char *file_name;
	struct tree *tree;
};

bool tree_prop(const struct tree *t, uint32_t node, const char *name,
	       struct tree_prop *out)
{
	int size;
	const void *bytes = fdt_getprop(t->fdt, t->nodes[node].offset, name,
					&size);

	if (!bytes || size < 0)
		return false;
	*out = (struct tree_prop){ bytes, (uint32_t)size };
	return true;
}

bool tree_has(const struct tree *t, uint32_t node, const char *name)
{
	struct tree_prop p;

	return tree_prop(t, node, name, &p);
}

const char *tree_list(const struct tree *t, uint32_t node, const char *name,
		      size_t i)
{
	struct tree_prop p;

	if (i >= TREE_STRINGS_MAX || !tree_prop(t, node, name, &p))
		return NULL;
	for (uint32_t from = 0; from < p.size; i--) {
		const uint8_t *end = memchr(p.bytes + from, 0, p.size - from);

		if (!end)
			return NULL;
		if (!i)
			return (const char *)p.bytes + from;
		from = (uint32_t)(end - p.bytes) + 1;
	}
	return NULL;
}

const char *tree_string(const struct tree *t, uint32_t node, const char *name)
{
	return tree_list(t, node, name, 0);
}

bool tree_u32(const struct tree *t, uint32_t node, const char *name,
	      uint32_t *out)
{
	struct tree_prop p;

	if (!tree_prop(t, node, name, &p) || p.size != 4)
		return false;
	*out = tree_cell(p.bytes, 0);
	return true;
}

uint32_t tree_cell(const uint8_t *bytes, uint32_t i)
{
	const uint8_t *b = bytes + (size_t)i * 4;

	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 |
	       (uint32_t)b[2] << 8 | b[3];
}

bool tree_number(const uint8_t *bytes, uint32_t n_cells, uint64_t *out)
{
	uint64_t v = 0;

	for (uint32_t i = 0; i < n_cells; i++) {
		if (v >> 32)
			return false;
		v = v << 32 | tree_cell(bytes, i);
	}
	*out = v;
	return true;
}

bool tree_spend(const struct tree *t)
{
	if (*t->work > TREE_WORK_MAX)
		return false;
	++*t->work;
	return true;
}

uint32_t tree_child(const struct tree *t, uint32_t parent, const char *name)
{
	for (uint32_t i = parent + 1; i < t->n_nodes; i++)
		if (t->nodes[i].parent == parent &&
		    !strcmp(t->nodes[i].name, name))
			return i;
	return TREE_NONE;
}

uint32_t tree_by_phandle(const struct tree *t, uint32_t phandle)
{
	uint32_t low = 0, high = t->n_phandles;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		uint32_t at = t->nodes[t->by_phandle[middle]].phandle;

		if (at == phandle)
			return t->by_phandle[middle];
		if (at < phandle)
			low = middle + 1;
		else
			high = middle;
	}
	return TREE_NONE;
}

bool tree_is_under(const struct tree *t, uint32_t node, uint32_t top)
{
	for (; node != TREE_NONE; node = t->nodes[node].parent)
		if (node == top)
			return true;
	return false;
}

/* ---- building ----------------------------------------------------------- */

static bool refuse(const struct builder *b, const char *what, unsigned most)
{
	diag_error(b->diag, &rule_board_unusable, b->at,
		   "the devicetree '%s' has %s %u", b->file_name, what, most);
	return false;
}

/*
 * The number of cells a node asks of its children. A number that no reg could
 * have is told once, here, and taken for 0, which is no address at all.
 */
static uint32_t cells_of(const struct builder *b, uint32_t node,
			 const char *name, uint32_t most, uint32_t otherwise)
{
	struct tree_prop p;
	uint32_t n;

	if (!tree_prop(b->tree, node, name, &p))
		return otherwise;
	const struct tree_node *at = &b->tree->nodes[node];

	if (!tree_u32(b->tree, node, name, &n)) {
		diag_error(b->diag, &rule_board_unusable, at->at,
			   "'%s' of '%s' has %u bytes, not 4", name, at->path,
			   p.size);
		return 0;
	}
	if (n <= most)
		return n;
	diag_error(b->diag, &rule_board_unusable, at->at,
		   "'%s' of '%s' is %u, more than the %u that it can be",
		   name, at->path, n, most);
	return 0;
}

static bool is_okay(const struct tree *t, uint32_t node)
{
	const char *status = tree_string(t, node, "status");

	/* "ok" is no word of the specification (2.3.4), but of old trees. */
	return !tree_has(t, node, "status") ||
	       (status && (!strcmp(status, "okay") || !strcmp(status, "ok")));
}

static uint32_t phandle_of(const struct tree *t, uint32_t node)
{
	uint32_t v;

	if (!tree_u32(t, node, "phandle", &v) &&
	    !tree_u32(t, node, "linux,phandle", &v))
		return 0;
	return v == UINT32_MAX ? 0 : v;
}

static bool node_fill(const struct builder *b, uint32_t i, const char *name)
{
	struct tree_node *n = &b->tree->nodes[i];
	bool is_root = n->parent == TREE_NONE;
	const struct tree_node *up = is_root ? NULL
		: &b->tree->nodes[n->parent];

	n->name = name;
	n->path = is_root ? "/" : arena_printf(b->arena, "%s/%s",
		up->parent == TREE_NONE ? "" : up->path, name);
	if (strlen(n->path) > TREE_PATH_MAX)
		return refuse(b, "a path longer than", TREE_PATH_MAX);
	n->at = source_add_item(b->source, b->file_name, n->path);
	n->phandle = phandle_of(b->tree, i);
	/* Devicetree specification v0.4, 2.3.5: these are the defaults. */
	n->address_cells = cells_of(b, i, "#address-cells", TREE_CELLS_MAX, 2);
	n->size_cells = cells_of(b, i, "#size-cells", TREE_CELLS_MAX, 1);
	n->interrupt_cells = cells_of(b, i, "#interrupt-cells", 16, 0);
	n->is_disabled = (up && up->is_disabled) || !is_okay(b->tree, i);
	return true;
}

static bool nodes_count(const struct builder *b, uint32_t *n_nodes)
{
	const void *fdt = b->tree->fdt;
	int depth = -1;

	*n_nodes = 0;
	for (int at = fdt_next_node(fdt, -1, &depth); at >= 0 && depth >= 0;
	     at = fdt_next_node(fdt, at, &depth)) {
		if (depth >= TREE_DEPTH_MAX)
			return refuse(b, "nodes nested deeper than",
				      TREE_DEPTH_MAX);
		if (++*n_nodes > TREE_NODES_MAX)
			return refuse(b, "more nodes than", TREE_NODES_MAX);
	}
	return *n_nodes || refuse(b, "nodes fewer than", 1);
}

static bool nodes_fill(const struct builder *b)
{
	struct tree *t = b->tree;
	uint32_t above[TREE_DEPTH_MAX + 1];
	int depth = -1, at = -1;

	for (uint32_t i = 0; i < t->n_nodes; i++) {
		at = fdt_next_node(t->fdt, at, &depth);
		above[depth] = i;
		t->nodes[i].offset = at;
		t->nodes[i].parent = depth ? above[depth - 1] : TREE_NONE;

		const char *name = fdt_get_name(t->fdt, at, NULL);

		if (!node_fill(b, i, name ? name : ""))
			return false;
	}
	return true;
}

static int phandle_order(const void *a, const void *b, void *nodes)
{
	const struct tree_node *n = nodes;
	uint32_t x = n[*(const uint32_t *)a].phandle;
	uint32_t y = n[*(const uint32_t *)b].phandle;

	return x < y ? -1 : x > y;
}

static void phandles_sort(const struct builder *b)
{
	struct tree *t = b->tree;
	uint32_t *list = arena_array(b->arena, t->n_nodes, sizeof(*list));

	for (uint32_t i = 0; i < t->n_nodes; i++)
		if (t->nodes[i].phandle)
			list[t->n_phandles++] = i;
	qsort_r(list, t->n_phandles, sizeof(*list), phandle_order, t->nodes);
	t->by_phandle = list;
	for (uint32_t i = 1; i < t->n_phandles; i++) {
		const struct tree_node *n = &t->nodes[list[i]];
		const struct tree_node *before = &t->nodes[list[i - 1]];

		if (n->phandle != before->phandle)
			continue;
		diag_error(b->diag, &rule_board_unusable, n->at,
			   "'%s' and '%s' have the same phandle 0x%x",
			   before->path, n->path, n->phandle);
	}
}

bool tree_build(struct arena *arena, struct source *source, struct diag *diag,
		struct span at, const char *file_name, const void *fdt,
		struct tree *out)
{
	struct builder b = { arena, source, diag, at, file_name, out };

	*out = (struct tree){ .fdt = fdt };
	out->work = arena_alloc(arena, sizeof(*out->work));
	if (!nodes_count(&b, &out->n_nodes))
		return false;
	out->nodes = arena_array(arena, out->n_nodes, sizeof(*out->nodes));
	if (!nodes_fill(&b))
		return false;
	phandles_sort(&b);
	return true;
}
