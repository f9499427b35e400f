/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "emit/tree_guest.h"

/*
 * Properties that refer to other nodes. `name` may begin or end with a star.
 * `cells` is the provider's property that counts the arguments behind the
 * phandle, a number, or NULL for none. `with` goes when the reference goes.
 * (Devicetree Specification 0.4, and the bindings of the Linux kernel)
 */
struct reference { const char *name, *cells, *with; };

static const struct reference references[] = {
	{ "clocks", "#clock-cells", "clock-names" },
	{ "assigned-clocks", "#clock-cells", "assigned-clock-rates" },
	{ "assigned-clock-parents", "#clock-cells", NULL },
	{ "*-supply", NULL, NULL },
	{ "gpio", "#gpio-cells", NULL },
	{ "gpios", "#gpio-cells", NULL },
	{ "*-gpio", "#gpio-cells", NULL },
	{ "*-gpios", "#gpio-cells", NULL },
	{ "gpio-ranges", "3", NULL },
	{ "resets", "#reset-cells", "reset-names" },
	{ "power-domains", "#power-domain-cells", "power-domain-names" },
	{ "dmas", "#dma-cells", "dma-names" },
	{ "phys", "#phy-cells", "phy-names" },
	{ "phy-handle", NULL, NULL },
	{ "mboxes", "#mbox-cells", "mbox-names" },
	{ "pwms", "#pwm-cells", "pwm-names" },
	{ "io-channels", "#io-channel-cells", "io-channel-names" },
	{ "interconnects", "#interconnect-cells", "interconnect-names" },
	{ "nvmem-cells", NULL, "nvmem-cell-names" },
	{ "memory-region", NULL, "memory-region-names" },
	{ "thermal-sensors", "#thermal-sensor-cells", NULL },
	{ "hwlocks", "#hwlock-cells", NULL },
	{ "sound-dai", "#sound-dai-cells", NULL },
	{ "pinctrl-0", NULL, "pinctrl-names" },
	{ "pinctrl-1", NULL, "pinctrl-names" },
	{ "pinctrl-2", NULL, "pinctrl-names" },
	{ "pinctrl-3", NULL, "pinctrl-names" },
	{ "operating-points-v2", NULL, NULL },
	{ "remote-endpoint", NULL, NULL },
	{ "iommus", "#iommu-cells", NULL },
	{ "msi-parent", "#msi-cells", NULL },
	{ "interrupt-affinity", NULL, NULL },
};

static bool is_named(const char *name, const char *pattern)
{
	size_t size = strlen(pattern), n = strlen(name);

	if (pattern[0] != '*')
		return !strcmp(name, pattern);
	return n >= size && !strcmp(name + n - (size - 1), pattern + 1);
}

static const struct reference *find_reference(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(references); i++)
		if (is_named(name, references[i].name))
			return &references[i];
	return NULL;
}

static uint32_t cell_at(const uint8_t *bytes, size_t i)
{
	fdt32_t big;

	memcpy(&big, bytes + i * sizeof(big), sizeof(big));
	return fdt32_to_cpu(big);
}

/* Arguments behind a phandle of that provider; false: it does not say. */
static bool count_arguments(const void *board, int provider,
			    const struct reference *r, size_t *n)
{
	int size;

	*n = 0;
	if (!r->cells)
		return true;
	if (r->cells[0] != '#') {
		*n = strtoul(r->cells, NULL, 10);
		return true;
	}

	const void *cells = fdt_getprop(board, provider, r->cells, &size);

	if (!cells || size != sizeof(fdt32_t))
		return false;
	*n = cell_at(cells, 0);
	return true;
}

/*
 * Calls each() for every node that the property names; false as soon as it
 * says so, or where the property cannot be read. A phandle of 0 is an entry
 * left out.
 */
static bool for_each_provider(const struct guest *g, int node,
			      const char *name, const struct reference *r,
			      bool (*each)(void *arg, int provider), void *arg)
{
	int size;
	const uint8_t *bytes = fdt_getprop(g->board, node, name, &size);

	if (!bytes || size < 0 || size % (int)sizeof(fdt32_t))
		return false;

	size_t n = (size_t)size / sizeof(fdt32_t);

	for (size_t i = 0; i < n;) {
		uint32_t phandle = cell_at(bytes, i++);
		size_t n_arguments;

		if (!phandle)
			continue;

		int provider = fdt_node_offset_by_phandle(g->board, phandle);

		if (provider < 0 ||
		    !count_arguments(g->board, provider, r, &n_arguments) ||
		    n_arguments > n - i || !each(arg, provider))
			return false;
		i += n_arguments;
	}
	return true;
}

static bool has_provider(void *arg, int provider)
{
	return guest_has_node(arg, provider);
}

static bool keeps_reference(const struct guest *g, int node, const char *name,
			    const struct reference *r)
{
	/* each() gets no const, has_provider only reads */
	return for_each_provider(g, node, name, r, has_provider,
				 (void *)(uintptr_t)g);
}

/* Also a list of names goes, with any of the references that it names. */
bool guest_keeps(const struct guest *g, int node, const char *property)
{
	const struct reference *r = find_reference(property);

	if (r)
		return keeps_reference(g, node, property, r);
	for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
		r = &references[i];
		if (r->with && !strcmp(r->with, property) &&
		    fdt_getprop(g->board, node, r->name, NULL) &&
		    !keeps_reference(g, node, r->name, r))
			return false;
	}
	return true;
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

bool guest_has_node(const struct guest *g, int node)
{
	for (size_t i = 0; i < g->n_providers; i++)
		if (g->providers[i] == node)
			return true;
	for (; node >= 0; node = g->parents[node / 4])
		if (is_given(g, node))
			return true;
	return false;
}

/*
 * Only what is a number and no register: such a node has nothing behind it
 * that two cells could fight about.
 */
static bool is_fixed(const void *board, int node)
{
	return !fdt_node_check_compatible(board, node, "fixed-clock") ||
	       !fdt_node_check_compatible(board, node, "regulator-fixed");
}

static bool add_provider(void *arg, int provider)
{
	struct guest *g = arg;

	if (!is_fixed(g->board, provider) || guest_has_node(g, provider))
		return true;

	int *list = arena_grow(g->arena, (int *)(uintptr_t)g->providers,
			       g->n_providers, sizeof(*list));

	list[g->n_providers++] = provider;
	g->providers = list;
	return true;
}

static void find_in_node(struct guest *g, int node)
{
	int p;

	fdt_for_each_property_offset(p, g->board, node) {
		const char *name;

		if (!fdt_getprop_by_offset(g->board, p, &name, NULL))
			continue;

		const struct reference *r = find_reference(name);

		if (r)
			(void)for_each_provider(g, node, name, r, add_provider,
						g);
	}
}

static void find_in_subtree(struct guest *g, int node)
{
	int depth = 0;

	while (node >= 0 && depth >= 0) {
		find_in_node(g, node);
		node = fdt_next_node(g->board, node, &depth);
		if (depth == 0)
			break;
	}
}

void guest_find_providers(struct guest *g)
{
	const struct cell *c = g->cell->cell;

	if (!g->board)
		return;
	for (size_t i = 0; i < c->n_devices; i++)
		if (c->devices[i].device->node >= 0)
			find_in_subtree(g, c->devices[i].device->node);
	/* A regulator may hang on another: the list grows while we read it. */
	for (size_t i = 0; i < g->n_providers; i++)
		find_in_node(g, g->providers[i]);
}
