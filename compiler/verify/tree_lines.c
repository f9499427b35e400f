/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines in a cell's devicetree, at whatever depth: those of the controller that
 * the root names are the cell's. Those of a controller inside a device are the
 * device's own, and not ours to know. (Devicetree Specification 0.4, 2.4)
 */
#include <inttypes.h>

#include <libfdt.h>

#include "verify/proof.h"

#define DEPTH_MAX 64	/* Linux reads no deeper tree */
#define NOBODY 0	/* no node has this phandle */

struct lines {
	struct proof *p;
	const struct cell_view *c;
	const void *fdt;
	uint32_t controller;	/* its phandle; or NOBODY: all are looked at */
	/* By depth, the node at hand and those above it. */
	int nodes[DEPTH_MAX];
	uint32_t parents[DEPTH_MAX];	/* who their lines go to */
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

	return value && size >= 4 ? fdt32_ld(value) : otherwise;
}

/* Whoever a node names, or stands in, or the node above it has. */
static uint32_t parent_of(const struct lines *l, int depth)
{
	uint32_t parent = number(l, l->nodes[depth], "interrupt-parent", NOBODY);
	int up = depth ? l->nodes[depth - 1] : -1;

	if (parent != NOBODY || !depth)
		return parent;
	return fdt_getprop(l->fdt, up, "#interrupt-cells", NULL) ?
		fdt_get_phandle(l->fdt, up) : l->parents[depth - 1];
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
	/* Without any the size is negative. */
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
	int depth = 0;

	l.controller = number(&l, 0, "interrupt-parent", NOBODY);
	for (int node = 0; node >= 0 && depth >= 0;
	     node = fdt_next_node(fdt, node, &depth)) {
		if (!proof_claim(p, depth < DEPTH_MAX, "%s: its devicetree is"
				 " too deep", l.c->who))
			return;
		l.nodes[depth] = node;
		l.parents[depth] = parent_of(&l, depth);
		check_lines(&l, node, l.parents[depth]);
		check_map(&l, node);
	}
}
