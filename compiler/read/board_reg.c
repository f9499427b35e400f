/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registers of nodes, as the CPUs see them: through the `ranges` of every bus
 * between the node and the root (devicetree specification v0.4, 2.3.6 and
 * 2.3.8). A bus without `ranges` is not memory-mapped (I2C, a PCI function),
 * and what stands on it has no registers of its own.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board_build.h"

/* One row of `ranges`: child address, parent address, size. */
struct window { uint64_t child, parent, size; };

static bool window_read(const struct tree *t, uint32_t bus, const uint8_t *row,
			struct window *w)
{
	const struct tree_node *n = &t->nodes[bus];
	uint32_t up_cells = t->nodes[n->parent].address_cells;
	const uint8_t *child = row;

	/* The first of PCI's three cells is a kind, not an address. */
	uint32_t skip = n->address_cells == 3;

	return tree_number(child + (size_t)skip * 4, n->address_cells - skip,
			   &w->child) &&
	       tree_number(row + (size_t)n->address_cells * 4, up_cells,
			   &w->parent) &&
	       tree_number(row + (size_t)(n->address_cells + up_cells) * 4,
			   n->size_cells, &w->size);
}

static uint32_t window_size(const struct tree *t, uint32_t bus)
{
	const struct tree_node *n = &t->nodes[bus];

	return 4 * (n->address_cells + t->nodes[n->parent].address_cells +
		    n->size_cells);
}

/* The part of range that the window shows, on the window's other side. */
static struct pa_range shown(struct pa_range range, struct pa_range child,
			     uint64_t parent)
{
	uint64_t from = range.base.u > child.base.u ? range.base.u
						    : child.base.u;

	return (struct pa_range){ { parent + (from - child.base.u) },
				  pa_common(range, child) };
}

/*
 * Through one bus: from its children's addresses to its own. Registers that a
 * bus shows only in part (boards have such) are that part.
 */
static bool cross(const struct tree *t, uint32_t bus, struct pa_range *range)
{
	struct tree_prop p;

	if (!tree_prop(t, bus, "ranges", &p))
		return false;
	if (!p.size)
		return true;		/* the same addresses on both sides */

	uint32_t row_size = window_size(t, bus);

	if (!row_size || t->nodes[bus].address_cells == 3)
		return false;
	for (uint32_t at = 0; p.size - at >= row_size && tree_spend(t);
	     at += row_size) {
		struct window w;
		struct pa_range child, parent;

		if (!window_read(t, bus, p.bytes + at, &w) ||
		    !pa_range_make(w.child, w.size, &child) ||
		    !pa_range_make(w.parent, w.size, &parent))
			continue;
		if (!pa_overlap(child, *range))
			continue;
		*range = shown(*range, child, w.parent);
		return true;
	}
	return false;
}

/* From addresses on the bus that `bus` is to those of the CPUs. */
static bool to_root(const struct tree *t, uint32_t bus,
		    struct pa_range *range)
{
	for (; t->nodes[bus].parent != TREE_NONE; bus = t->nodes[bus].parent)
		if (!cross(t, bus, range))
			return false;
	return true;
}

static bool is_mapped(const struct tree *t, uint32_t bus)
{
	for (; t->nodes[bus].parent != TREE_NONE; bus = t->nodes[bus].parent)
		if (!tree_has(t, bus, "ranges"))
			return false;
	return true;
}

static void list_add(const struct board_build *b, struct reg_list *list,
		     struct pa_range range, const char *name, bool is_window)
{
	list->regs = arena_grow(b->read->arena, list->regs, list->n,
				sizeof(*list->regs));
	list->regs[list->n++] = (struct device_reg){ range, name, is_window };
}

static void complain(const struct board_build *b, uint32_t node,
		     const char *what)
{
	const struct tree_node *n = &b->tree.nodes[node];

	/* Nobody can use a disabled node, so nobody has to repair it. */
	if (!n->is_disabled)
		diag_error(b->read->diag, &rule_board_unusable, n->at,
			   "'reg' of '%s' %s", n->path, what);
}

static void reg_add(const struct board_build *b, uint32_t node, uint32_t i,
		    const uint8_t *row, struct reg_list *list)
{
	const struct tree *t = &b->tree;
	uint32_t bus = t->nodes[node].parent;
	const struct tree_node *up = &t->nodes[bus];
	uint64_t base, size;
	struct pa_range range;

	if (!tree_number(row, up->address_cells, &base) ||
	    !tree_number(row + (size_t)up->address_cells * 4, up->size_cells,
			 &size)) {
		complain(b, node, "needs more than 64 bits");
		return;
	}
	if (!size)
		return;		/* boot loaders fill such */
	if (!pa_range_make(base, size, &range)) {
		complain(b, node, "wraps around the end of the addresses");
		return;
	}
	if (to_root(t, bus, &range))
		list_add(b, list, range, tree_list(t, node, "reg-names", i),
			 false);
}

struct reg_list board_regs(const struct board_build *b, uint32_t node)
{
	const struct tree *t = &b->tree;
	const struct tree_node *n = &t->nodes[node];
	struct reg_list list = { 0 };
	struct tree_prop p;

	if (n->parent == TREE_NONE || !tree_prop(t, node, "reg", &p))
		return list;

	const struct tree_node *up = &t->nodes[n->parent];
	uint32_t row_size = 4 * (up->address_cells + up->size_cells);

	if (!up->address_cells || up->address_cells == 3 || !up->size_cells ||
	    !is_mapped(t, n->parent))
		return list;
	if (p.size % row_size) {
		complain(b, node, arena_printf(b->read->arena,
			 "has %u bytes, not a multiple of %u", p.size,
			 row_size));
		return list;
	}
	for (uint32_t i = 0; i < p.size / row_size; i++)
		reg_add(b, node, i, p.bytes + (size_t)i * row_size, &list);
	return list;
}

bool board_reg_of(const struct board_build *b, uint32_t node,
		  const char *property, uint64_t size, struct reg_list *list)
{
	const struct tree *t = &b->tree;
	const struct tree_node *n = &t->nodes[node];
	uint32_t n_cells = t->nodes[n->parent].address_cells;
	struct tree_prop p;
	struct pa_range range;
	uint64_t base;

	if (!tree_prop(t, node, property, &p) || !n_cells ||
	    p.size != 4 * n_cells ||
	    !tree_number(p.bytes, n_cells, &base) ||
	    !pa_range_make(base, size, &range) ||
	    !to_root(t, n->parent, &range))
		return false;
	list_add(b, list, range, property, false);
	return true;
}

void board_windows(const struct board_build *b, uint32_t node,
		   struct reg_list *list)
{
	const struct tree *t = &b->tree;
	struct tree_prop p;
	uint32_t row_size = window_size(t, node);

	if (!tree_prop(t, node, "ranges", &p) || !row_size ||
	    t->nodes[node].address_cells < 3)
		return;
	for (uint32_t at = 0; p.size - at >= row_size; at += row_size) {
		struct window w;
		struct pa_range range;

		if (window_read(t, node, p.bytes + at, &w) &&
		    pa_range_make(w.parent, w.size, &range) &&
		    to_root(t, t->nodes[node].parent, &range))
			list_add(b, list, range, NULL, true);
	}
}
