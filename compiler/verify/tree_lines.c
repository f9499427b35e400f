/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines in a cell's devicetree, at whatever depth: those of the controller that
 * the root names are the cell's. Those of a controller inside a device are the
 * device's own, and not ours to know. (Devicetree Specification 0.4, 2.4)
 */
#include <inttypes.h>

#include <libfdt.h>

#include "base/arena.h"
#include "verify/proof.h"

#define NOBODY 0	/* no node has this phandle */

struct level {
	int node;
	uint32_t parent;	/* who its lines go to */
};

struct lines {
	struct proof *p;
	const struct cell_view *c;
	const void *fdt;
	uint32_t controller;	/* its phandle; or NOBODY: all are looked at */
	struct level *levels;	/* by depth, of the node at hand */
};

static const char *name_of(const struct lines *l, int node)
{
	return fdt_get_name(l->fdt, node, NULL);
}

static uint32_t number(const struct lines *l, int node, const char *property,
		       uint32_t otherwise)
{
	int size;
	const fdt32_t *value = fdt_getprop(l->fdt, node, property, &size);

	/* Without any the size is negative. */
	return size >= 4 ? fdt32_ld(value) : otherwise;
}

/* Whoever a node names, or stands in, or the node above it has. */
static uint32_t parent_of(const struct lines *l, int node,
			  const struct level *above)
{
	uint32_t parent = number(l, node, "interrupt-parent", NOBODY);

	if (parent != NOBODY)
		return parent;
	return fdt_getprop(l->fdt, above->node, "#interrupt-cells", NULL) ?
		fdt_get_phandle(l->fdt, above->node) : above->parent;
}

static void check_line(const struct lines *l, int node, const fdt32_t *value)
{
	uint32_t n_cells = l->p->decoder->line_cells, cells[4], line;

	for (uint32_t i = 0; i < n_cells; i++)
		cells[i] = fdt32_ld(&value[i]);
	proof_claim(l->p, !l->p->decoder->shared_line(cells, &line) ||
			  proof_has_line(l->p, l->c, line),
		    "%s: the devicetree gives '%s' a line %" PRIu32
		    " that the cell does not have", l->c->who,
		    name_of(l, node), cells[1]);
}

static void check_lines(const struct lines *l, int node, uint32_t parent)
{
	int n_cells = (int)l->p->decoder->line_cells, size = 0;
	const fdt32_t *value = fdt_getprop(l->fdt, node, "interrupts", &size);

	proof_claim(l->p, !fdt_getprop(l->fdt, node, "interrupts-extended",
				       NULL),
		    "%s: the devicetree gives '%s' interrupts-extended, where"
		    " hvcc writes none", l->c->who, name_of(l, node));
	if (l->controller != NOBODY && parent != l->controller)
		return;
	for (int at = 0; at + n_cells <= size / 4; at += n_cells)
		check_line(l, node, value + at);
}

/*
 * Of a bridge: a slot's address and line, then the controller, which has no
 * addresses, and the line there.
 */
static void check_map(const struct lines *l, int node)
{
	int size = 0, n_address = fdt_address_cells(l->fdt, node);
	const fdt32_t *map = fdt_getprop(l->fdt, node, "interrupt-map", &size);
	uint32_t n_slot = number(l, node, "#interrupt-cells", 0);
	int at_line, row;
	bool is_ours;

	if (!map)
		return;
	at_line = n_address + (int)(n_slot & 0xff) + 1;
	row = at_line + (int)l->p->decoder->line_cells;
	is_ours = n_address >= 0 && n_slot <= 0xff && size % (4 * row) == 0;
	for (int at = 0; is_ours && at < size / 4; at += row) {
		is_ours = fdt32_ld(&map[at + at_line - 1]) == l->controller;
		check_line(l, node, map + at + at_line);
	}
	proof_claim(l->p, is_ours, "%s: the devicetree gives '%s' an"
		    " interrupt-map of other lines than the cell's",
		    l->c->who, name_of(l, node));
}

void proof_tree_lines(struct proof *p, uint32_t cell_i, const void *fdt)
{
	struct lines l = { .p = p, .c = &p->cells[cell_i], .fdt = fdt };
	/* A node has a word at its begin, and one at its end. */
	size_t n = fdt_totalsize(fdt) / 8 + 1;
	int depth = 0;

	l.controller = number(&l, 0, "interrupt-parent", NOBODY);
	l.levels = arena_array(p->arena, n, sizeof(*l.levels));
	l.levels[0] = (struct level){ 0, l.controller };
	/* It has been read to its end, where the depth is negative. */
	for (int node = fdt_next_node(fdt, 0, &depth); depth > 0;
	     node = fdt_next_node(fdt, node, &depth)) {
		struct level *level = &l.levels[depth];

		level->node = node;
		level->parent = parent_of(&l, node, level - 1);
		check_lines(&l, node, level->parent);
		check_map(&l, node);
	}
}
