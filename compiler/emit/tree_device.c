/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "emit/tree_guest.h"
#include "target/target.h"

#define LINE_CELLS_MAX 4

/*
 * Never copied. The first group is written anew, by what the model says; the
 * rest names MSIs and stream numbers, which no cell has.
 */
static const char *const left_out[] = {
	"reg", "ranges", "dma-ranges", "interrupts", "interrupts-extended",
	"interrupt-parent", "interrupt-map", "linux,phandle", "status",
	"iommu-map", "iommu-map-mask", "msi-map", "msi-map-mask",
};

/* Name without address of a board node, for as long as the arena. */
static const char *node_name(struct arena *a, const void *board, int node)
{
	int size;
	const char *name = fdt_get_name(board, node, &size);

	return name ? arena_strndup(a, name, strcspn(name, "@")) : "device";
}

static bool is_left_out(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++)
		if (!strcmp(name, left_out[i]))
			return true;
	return false;
}

static void copy_property(const struct guest *g, int node, const char *name)
{
	int size;
	const void *value = fdt_getprop(g->board, node, name, &size);

	if (value && guest_keeps(g, node, name))
		fdt_write_bytes(g->writer, name, value, (size_t)size);
}

/* The given node itself: where it is and what it raises is written anew. */
static void copy_given(const struct guest *g, int node)
{
	int p;

	fdt_for_each_property_offset(p, g->board, node) {
		const char *name;

		if (fdt_getprop_by_offset(g->board, p, &name, NULL) &&
		    !is_left_out(name))
			copy_property(g, node, name);
	}
}

/* The node that a node's `interrupts` go to; negative: nobody says. */
static int interrupt_parent(const struct guest *g, int node)
{
	while (node >= 0) {
		int size;
		const void *p = fdt_getprop(g->board, node, "interrupt-parent",
					    &size);

		if (p && size == sizeof(fdt32_t)) {
			fdt32_t big;

			memcpy(&big, p, sizeof(big));
			return fdt_node_offset_by_phandle(g->board,
							  fdt32_to_cpu(big));
		}
		node = g->parents[node / 4];
	}
	return node;
}

/*
 * Lines of an expander or a GPIO bank that the cell has too. Those of the
 * board's own controller are in the model, and this is not how they are given.
 */
static void copy_foreign_lines(const struct guest *g, int node)
{
	int size, parent = interrupt_parent(g, node);
	const void *lines = fdt_getprop(g->board, node, "interrupts", &size);

	if (!lines || parent < 0 || !guest_has_node(g, parent))
		return;
	fdt_write_u32(g->writer, "interrupt-parent",
		      fdt_get_phandle(g->board, parent));
	fdt_write_bytes(g->writer, "interrupts", lines, (size_t)size);
}

/* Inside a device addresses are the device's own: they stay as they are. */
static bool is_left_out_inside(const char *name)
{
	return strcmp(name, "reg") && strcmp(name, "ranges") &&
	       strcmp(name, "status") && is_left_out(name);
}

static bool is_device(const struct guest *g, int node)
{
	const struct board *b = g->layout->model->board;

	for (size_t i = 0; i < b->n_devices; i++)
		if (b->devices[i].node == node && b->devices[i].n_regs)
			return true;
	return false;
}

static void copy_children(const struct guest *g, int node);

static void copy_inside(const struct guest *g, int node)
{
	int p, size;

	fdt_write_node(g->writer, fdt_get_name(g->board, node, &size));
	fdt_for_each_property_offset(p, g->board, node) {
		const char *name;

		if (fdt_getprop_by_offset(g->board, p, &name, NULL) &&
		    !is_left_out_inside(name))
			copy_property(g, node, name);
	}
	copy_foreign_lines(g, node);
	copy_children(g, node);
	fdt_write_node_end(g->writer);
}

/* Recursion is as deep as the board's tree, which libfdt has bounded. */
static void copy_children(const struct guest *g, int node)
{
	int child;

	fdt_for_each_subnode(child, g->board, node)
		if (!is_device(g, child))
			copy_inside(g, child);
}

void guest_write_lines(const struct guest *g, const struct line *lines,
		       size_t n)
{
	const struct target *t = g->layout->model->target;
	struct fdt_value v = fdt_value_begin(g->writer);

	if (!n)
		return;
	for (size_t i = 0; i < n; i++) {
		uint32_t cells[LINE_CELLS_MAX];
		size_t n_cells = t->line_cells(&lines[i], cells);

		for (size_t j = 0; j < n_cells; j++)
			fdt_value_u32(&v, cells[j]);
	}
	fdt_value_end(&v, "interrupts");
}

/* Cells see devices where they are: a device's ipa is its pa. */
static void write_reg(const struct guest *g, const struct device *d)
{
	struct fdt_value v = fdt_value_begin(g->writer);

	for (size_t i = 0; i < d->n_regs; i++) {
		if (d->regs[i].is_window)
			continue;
		fdt_value_u64(&v, d->regs[i].range.base.u);
		fdt_value_u64(&v, d->regs[i].range.size);
	}
	if (v.size)
		fdt_value_end(&v, "reg");
}

static const struct device_reg *first_reg(const struct device *d)
{
	for (size_t i = 0; i < d->n_regs; i++)
		if (!d->regs[i].is_window)
			return &d->regs[i];
	return NULL;
}

bool guest_is_inside(const struct guest *g, const struct device *d)
{
	return !first_reg(d) && d->node >= 0 && g->board &&
	       g->parents[d->node / 4] >= 0 &&
	       guest_has_node(g, g->parents[d->node / 4]);
}

static bool is_same_place(const struct device *a, const struct device *b)
{
	const struct device_reg *x = first_reg(a), *y = first_reg(b);

	return !strcmp(a->name, b->name) && !x == !y &&
	       (!x || x->range.base.u == y->range.base.u);
}

/* On the board they are on different buses; here all are below the root. */
static size_t count_namesakes(const struct guest *g, const struct device *d)
{
	const struct cell *c = g->cell->cell;
	size_t n = 0;

	for (size_t i = 0; i < c->n_devices; i++) {
		if (c->devices[i].device == d)
			return n;
		n += is_same_place(c->devices[i].device, d);
	}
	return n;
}

const char *guest_device_path(const struct guest *g, const struct device *d)
{
	const struct device_reg *reg = first_reg(d);
	size_t n = count_namesakes(g, d);
	const char *name = n ? arena_printf(g->arena, "%s-%zu", d->name, n) :
			       d->name;

	if (!reg)
		return arena_printf(g->arena, "/%s", name);
	return arena_printf(g->arena, "/%s@%jx", name,
			    (uintmax_t)reg->range.base.u);
}

/* A bridge's lines are those of its slots, and stand in interrupt-map. */
static bool raises_by_map(const struct guest *g, const struct device *d)
{
	return d->role == DEVICE_HOST_BRIDGE && d->node >= 0 &&
	       !fdt_getprop(g->board, d->node, "interrupts", NULL) &&
	       !fdt_getprop(g->board, d->node, "interrupts-extended", NULL);
}

void guest_write_device(const struct guest *g, const struct device *d)
{
	bool has_node = d->node >= 0 && g->board;

	fdt_write_node(g->writer, guest_device_path(g, d) + 1);
	if (has_node)
		copy_given(g, d->node);
	else if (d->compatible)
		fdt_write_string(g->writer, "compatible", d->compatible);
	write_reg(g, d);
	if (d->role == DEVICE_HOST_BRIDGE && has_node)
		guest_write_bridge(g, d);
	if (d->n_lines && !raises_by_map(g, d))
		guest_write_lines(g, d->lines, d->n_lines);
	else if (has_node)
		copy_foreign_lines(g, d->node);
	if (has_node)
		copy_children(g, d->node);
	fdt_write_node_end(g->writer);
}

void guest_write_provider(const struct guest *g, int node)
{
	fdt_write_node(g->writer, node_name(g->arena, g->board, node));
	copy_given(g, node);
	fdt_write_node_end(g->writer);
}
