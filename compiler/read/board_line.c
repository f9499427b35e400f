/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt lines of a node (devicetree specification v0.4, 2.4).
 *
 * A line that ends at the board's controller is the device's own. A nexus with
 * an interrupt-map is followed. Whatever ends elsewhere, at a GPIO bank or an
 * expander, belongs to that device's lines: such a foreign end is remembered,
 * and becomes a need. Phandles may form cycles: every walk has a bound.
 */
#include <inttypes.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/board_build.h"

#define STEPS_MAX 64		/* from a node to its controller */
#define SPECIFIER_MAX 16	/* cells; board_tree refuses more */

/* One interrupt: who takes it, and how that one numbers it. */
struct wire {
	uint32_t parent;	/* node with #interrupt-cells */
	uint32_t cells[SPECIFIER_MAX];
	uint32_t n_cells;
};

struct line_list {
	struct board_build *b;
	uint32_t node;
	struct line *lines;
	size_t n;
	const char *property;	/* that is being read */
	struct foreign *foreign, **foreign_end;
};

static void complain(const struct line_list *l, const char *what)
{
	const struct tree_node *n = &l->b->tree.nodes[l->node];

	if (!n->is_disabled)
		diag_error(l->b->read->diag, &rule_board_unusable, n->at,
			   "'%s' %s", n->path, what);
}

static uint32_t parent_of(const struct tree *t, uint32_t node)
{
	for (int step = 0; step < STEPS_MAX && node != TREE_NONE; step++) {
		uint32_t phandle;

		node = tree_u32(t, node, "interrupt-parent", &phandle)
			? tree_by_phandle(t, phandle) : t->nodes[node].parent;
		if (node != TREE_NONE && t->nodes[node].interrupt_cells)
			return node;
	}
	return TREE_NONE;
}

static void line_add(struct line_list *l, struct line line)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->lines[i].kind == line.kind &&
		    l->lines[i].number == line.number)
			return;
	l->lines = arena_grow(l->b->read->arena, l->lines, l->n, sizeof(line));
	l->lines[l->n++] = line;
}

static void foreign_add(struct line_list *l, uint32_t node)
{
	struct foreign *f = arena_alloc(l->b->read->arena, sizeof(*f));

	*f = (struct foreign){ node, l->property, NULL };
	*l->foreign_end = f;
	l->foreign_end = &f->next;
}

/* ---- a nexus ------------------------------------------------------------ */

/* A walk over interrupt-map, whose rows have different sizes. */
struct map_walk {
	const struct tree *t;
	uint32_t nexus;
	struct tree_prop map;
	uint32_t at;		/* bytes done */
};

struct map_row {
	const uint8_t *child;	/* unit address and specifier */
	struct wire to;
};

static bool map_next(struct map_walk *w, struct map_row *row)
{
	const struct tree_node *n = &w->t->nodes[w->nexus];
	uint32_t child_size = 4 * (n->address_cells + n->interrupt_cells);
	uint32_t left = w->map.size - w->at;

	if (left < child_size + 4 || !tree_spend(w->t))
		return false;
	row->child = w->map.bytes + w->at;
	row->to.parent = tree_by_phandle(w->t, tree_cell(row->child,
							 child_size / 4));
	if (row->to.parent == TREE_NONE)
		return false;	/* how long its row is cannot be known */

	/* A parent that does not say #address-cells has none here. */
	uint32_t address_cells = 0;

	if (!tree_u32(w->t, row->to.parent, "#address-cells",
		      &address_cells))
		address_cells = 0;
	if (address_cells > TREE_CELLS_MAX)
		return false;
	row->to.n_cells = w->t->nodes[row->to.parent].interrupt_cells;

	uint32_t head = child_size + 4 + 4 * address_cells;

	if (left < head + 4 * row->to.n_cells || !row->to.n_cells)
		return false;
	for (uint32_t i = 0; i < row->to.n_cells; i++)
		row->to.cells[i] = tree_cell(row->child + head, i);
	w->at += head + 4 * row->to.n_cells;
	return true;
}

static bool map_start(const struct tree *t, uint32_t nexus, struct map_walk *w)
{
	*w = (struct map_walk){ .t = t, .nexus = nexus };
	return tree_prop(t, nexus, "interrupt-map", &w->map);
}

static bool row_matches(const struct map_walk *w, const struct map_row *row,
			const uint32_t *key)
{
	const struct tree_node *n = &w->t->nodes[w->nexus];
	uint32_t n_cells = n->address_cells + n->interrupt_cells;
	struct tree_prop mask;
	bool has_mask = tree_prop(w->t, w->nexus, "interrupt-map-mask",
				  &mask) && mask.size == 4 * n_cells;

	for (uint32_t i = 0; i < n_cells; i++) {
		uint32_t m = has_mask ? tree_cell(mask.bytes, i) : UINT32_MAX;

		if ((tree_cell(row->child, i) ^ key[i]) & m)
			return false;
	}
	return true;
}

/* The wire behind the nexus that takes this one. */
static bool map_cross(const struct tree *t, uint32_t node, struct wire *wire)
{
	const struct tree_node *n = &t->nodes[wire->parent];
	uint32_t key[TREE_CELLS_MAX + SPECIFIER_MAX] = { 0 };
	struct tree_prop reg;
	struct map_walk w;
	struct map_row row;

	if (!map_start(t, wire->parent, &w))
		return false;
	if (tree_prop(t, node, "reg", &reg) && reg.size >= 4 * n->address_cells)
		for (uint32_t i = 0; i < n->address_cells; i++)
			key[i] = tree_cell(reg.bytes, i);
	for (uint32_t i = 0; i < n->interrupt_cells; i++)
		key[n->address_cells + i] = wire->cells[i];
	while (map_next(&w, &row)) {
		if (!row_matches(&w, &row, key))
			continue;
		*wire = row.to;
		return true;
	}
	return false;
}

/* ---- a node ------------------------------------------------------------- */

static void wire_end(struct line_list *l, struct wire wire)
{
	const struct board_build *b = l->b;
	struct line line = { .at = b->tree.nodes[l->node].at };

	for (int step = 0; wire.parent != b->controller_node &&
	     step < STEPS_MAX && map_cross(&b->tree, l->node, &wire); step++)
		;
	if (wire.parent != b->controller_node) {
		foreign_add(l, wire.parent);
		return;
	}
	if (b->target && b->target->line_of_cells(wire.cells, wire.n_cells,
						  &line))
		line_add(l, line);
	else
		complain(l, "has an interrupt that is neither an SPI nor a"
			 " PPI of the board's controller");
}

static void read_plain(struct line_list *l, uint32_t node, struct tree_prop p)
{
	const struct tree *t = &l->b->tree;
	struct wire wire = { .parent = parent_of(t, node) };

	if (wire.parent == TREE_NONE) {
		complain(l, "has interrupts, and no interrupt controller is"
			 " above it");
		return;
	}
	wire.n_cells = t->nodes[wire.parent].interrupt_cells;
	if (p.size % (4 * wire.n_cells))
		complain(l, "has 'interrupts' of an odd length");
	for (uint32_t at = 0; p.size - at >= 4 * wire.n_cells;
	     at += 4 * wire.n_cells) {
		for (uint32_t i = 0; i < wire.n_cells; i++)
			wire.cells[i] = tree_cell(p.bytes + at, i);
		wire_end(l, wire);
	}
}

static void read_extended(struct line_list *l, struct tree_prop p)
{
	const struct tree *t = &l->b->tree;

	for (uint32_t at = 0; p.size - at >= 4;) {
		uint32_t phandle = tree_cell(p.bytes + at, 0);
		struct wire wire = { .parent = tree_by_phandle(t, phandle) };

		at += 4;
		if (!phandle)
			continue;	/* a hole in the list is allowed */
		if (wire.parent != TREE_NONE)
			wire.n_cells = t->nodes[wire.parent].interrupt_cells;
		if (!wire.n_cells || p.size - at < 4 * wire.n_cells) {
			complain(l, "has 'interrupts-extended' that do not end"
				 " at an interrupt controller");
			return;
		}
		for (uint32_t i = 0; i < wire.n_cells; i++)
			wire.cells[i] = tree_cell(p.bytes + at, i);
		at += 4 * wire.n_cells;
		wire_end(l, wire);
	}
}

static void read_node(struct line_list *l, uint32_t node)
{
	const struct tree *t = &l->b->tree;
	struct tree_prop p;

	/* Where both stand, the extended ones count (2.4.1.3). */
	l->property = "interrupts-extended";
	if (tree_prop(t, node, l->property, &p)) {
		read_extended(l, p);
		return;
	}
	l->property = "interrupts";
	if (tree_prop(t, node, l->property, &p))
		read_plain(l, node, p);
}

/*
 * A host bridge is given whole: the lines of INTA to INTD, and those of the
 * nodes below it that serve it, are its own.
 */
static void read_bridge(struct line_list *l)
{
	const struct tree *t = &l->b->tree;
	struct map_walk w;
	struct map_row row;

	l->property = "interrupt-map";
	if (map_start(t, l->node, &w))
		while (map_next(&w, &row)) {
			if (row.to.parent == l->b->controller_node)
				wire_end(l, row.to);
			else
				foreign_add(l, row.to.parent);
		}
	for (uint32_t i = l->node + 1;
	     i < t->n_nodes && tree_is_under(t, i, l->node); i++)
		read_node(l, i);
}

void board_lines(struct board_build *b, uint32_t node, struct device *d)
{
	struct line_list l = { .b = b, .node = node };

	l.foreign_end = &l.foreign;
	read_node(&l, node);
	if (d->role == DEVICE_HOST_BRIDGE)
		read_bridge(&l);
	d->lines = l.lines;
	d->n_lines = l.n;
	b->foreigns[d - b->devices] = l.foreign;
}
