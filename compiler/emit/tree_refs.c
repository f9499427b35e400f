/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "emit/tree_guest.h"
#include "model/references.h"

static uint32_t cell_at(const uint8_t *bytes, size_t i)
{
	fdt32_t big;

	memcpy(&big, bytes + i * sizeof(big), sizeof(big));
	return fdt32_to_cpu(big);
}

/* Arguments behind a phandle of that provider; false: it does not say. */
static bool count_arguments(const void *board, int provider,
			    const struct reference *r, uint32_t *n)
{
	const char *name = reference_cells_name(r->cells);
	int size;
	const void *cells = name ? fdt_getprop(board, provider, name, &size)
				 : NULL;

	if (!cells || size != sizeof(fdt32_t))
		return reference_cells_default(r->cells, n);
	*n = cell_at(cells, 0);
	return true;
}

/*
 * True when the guest has every node that the property names; false also where
 * it cannot be read. A phandle of 0 is an entry left out.
 */
static bool keeps_reference(const struct guest *g, int node, const char *name,
			    const struct reference *r)
{
	int size;
	const uint8_t *bytes = fdt_getprop(g->board, node, name, &size);

	if (!bytes || size < 0 || size % (int)sizeof(fdt32_t))
		return false;

	size_t n = (size_t)size / sizeof(fdt32_t);

	for (size_t i = 0; i < n;) {
		uint32_t phandle = cell_at(bytes, i++), n_arguments;

		if (!phandle)
			continue;

		int provider = fdt_node_offset_by_phandle(g->board, phandle);

		if (provider < 0 || !guest_has_node(g, provider))
			return false;
		/* Behind the one phandle stand the asker's own numbers. */
		if (r->shape == REFERENCE_FIRST)
			return true;
		if (!count_arguments(g->board, provider, r, &n_arguments) ||
		    n_arguments > n - i)
			return false;
		i += n_arguments;
	}
	return true;
}

/* The pins of a hog are numbers of the bank that it is in. */
static bool is_hog(const struct guest *g, int node, const struct reference *r)
{
	return r->kind == NEED_GPIO &&
	       fdt_getprop(g->board, node, "gpio-hog", NULL);
}

/* False: a list of names, some of whose references are not kept. */
static bool keeps_names(const struct guest *g, int node, const char *property)
{
	int p;

	fdt_for_each_property_offset(p, g->board, node) {
		const struct reference *r;
		const char *name;

		if (!fdt_getprop_by_offset(g->board, p, &name, NULL))
			continue;
		r = reference_find(name);
		if (r && r->with && !strcmp(r->with, property) &&
		    !keeps_reference(g, node, name, r))
			return false;
	}
	return true;
}

bool guest_keeps(const struct guest *g, int node, const char *property)
{
	const struct reference *r = reference_find(property);

	if (r && !is_hog(g, node, r))
		return keeps_reference(g, node, property, r);
	return r || !reference_names(property) ||
	       keeps_names(g, node, property);
}

const int *tree_parents(struct arena *a, const void *board)
{
	int *parents = arena_array(a, fdt_size_dt_struct(board) / 4 + 1,
				   sizeof(*parents));
	int depth = 0, up = -1, at = -1;

	/* `at` is the node before, `depth` how far this one is from the root. */
	for (int node = 0, before = 0; node >= 0 && depth >= 0;
	     node = fdt_next_node(board, node, &depth)) {
		if (depth > before)
			up = at;
		for (; depth < before; before--)
			up = parents[up / 4];
		parents[node / 4] = up;
		before = depth;
		at = node;
	}
	return parents;
}

static bool is_given(const struct guest *g, int node)
{
	const struct cell *c = g->cell->cell;

	for (size_t i = 0; i < c->n_devices; i++)
		if (c->devices[i].device->node == node)
			return true;
	return c->console == CONSOLE_DEVICE && c->console_device->node == node;
}

static int device_order(const void *key, const void *device)
{
	const struct device *d = device;
	int node = *(const int *)key;

	/* What board { } adds has no node, and stands behind the rest. */
	return d->node < 0 || node < d->node ? -1 : node > d->node;
}

/* A device of its own, which does not come along with one above it. */
static bool is_apart(const struct guest *g, int node)
{
	const struct board *b = g->layout->model->board;
	const struct device *d = bsearch(&node, b->devices, b->n_devices,
					 sizeof(*d), device_order);

	return d && d->n_regs;
}

bool guest_has_node(const struct guest *g, int node)
{
	for (size_t i = 0; i < g->n_providers; i++)
		if (g->providers[i] == node)
			return true;
	for (; node >= 0; node = g->parents[node / 4])
		if (is_given(g, node))
			return true;
		else if (is_apart(g, node))
			return false;
	return false;
}

static void add_provider(struct guest *g, int node)
{
	if (guest_has_node(g, node))
		return;

	int *list = arena_grow(g->arena, (int *)(uintptr_t)g->providers,
			       g->n_providers, sizeof(*list));

	list[g->n_providers++] = node;
	g->providers = list;
}

static void find_for(struct guest *g, const struct device *d)
{
	for (size_t i = 0; i < d->n_needs; i++)
		if (d->needs[i].is_fixed)
			add_provider(g, d->needs[i].node);
}

/* What a fixed node asks itself is among the needs of who asks it. */
void guest_find_providers(struct guest *g)
{
	const struct cell *c = g->cell->cell;

	for (size_t i = 0; g->board && i < c->n_devices; i++)
		find_for(g, c->devices[i].device);
	if (g->board && c->console == CONSOLE_DEVICE)
		find_for(g, c->console_device);
}
