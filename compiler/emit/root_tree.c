/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's own tree, for a Linux that is to become the root cell as it runs:
 * what is not the root cell's is reserved in it or disabled. Copied from front
 * to end, so that a large tree costs time that grows with its size.
 *
 *	reserved-memory/hvisor@PA { compatible = "hvcc,reserved"; reg; no-map; }
 */
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/fdt_write.h"
#include "emit/emit.h"
#include "emit/root_memory.h"

struct copy {
	const struct layout *layout;
	const struct cell *root;
	const void *fdt;
	struct fdt_write writer;
	struct root_memory memory;	/* what Linux must leave alone */
	size_t next;			/* device of the board */
	bool has_memory, has_reserved;
};

/* Where a node stands: what is done to its properties. */
enum place { PLACE_TOP, PLACE_CHOSEN, PLACE_RESERVED, PLACE_OTHER };

static const void *value_of(const struct copy *c, int node, const char *name,
			    int *size)
{
	return fdt_getprop(c->fdt, node, name, size);
}

static bool is_available(const struct copy *c, int node)
{
	int size = 0;
	const char *status = value_of(c, node, "status", &size);

	return !status || !strncmp(status, "ok", 2);
}

/* ---- devices ------------------------------------------------------------- */

/* Nodes come in the order of the file, and so do the devices of the tree. */
static const struct device *device_of(struct copy *c, int node)
{
	const struct board *b = c->layout->model->board;

	while (c->next < b->n_devices && b->devices[c->next].node >= 0 &&
	       b->devices[c->next].node < node)
		c->next++;
	return c->next < b->n_devices && b->devices[c->next].node == node ?
		&b->devices[c->next] : NULL;
}

static bool is_roots(const struct copy *c, const struct device *d)
{
	for (size_t i = 0; i < c->root->n_devices; i++)
		if (c->root->devices[i].device == d)
			return true;
	return c->root->console == CONSOLE_DEVICE &&
	       c->root->console_device == d;
}

/* Messages reach every cell's lines; a bridge without them is half a one. */
static bool is_left_out(const struct copy *c, const struct device *d)
{
	return d->role == DEVICE_MSI_CONTROLLER ||
	       (d->role == DEVICE_HOST_BRIDGE && !is_roots(c, d));
}

static bool is_disabled(const struct copy *c, const struct device *d)
{
	if (d->role == DEVICE_INTERRUPT_CONTROLLER || d->role == DEVICE_TIMER)
		return false;
	if (d->role == DEVICE_PMU)
		return !c->root->has_pmu;
	return (d->n_regs || d->n_lines) && !is_roots(c, d);
}

/* ---- properties ---------------------------------------------------------- */

static bool is_in(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(name, list[i]))
			return true;
	return false;
}

/* Random, of another start, or of what is left out. */
static bool is_dropped(const char *name, enum place place, bool is_off)
{
	static const char *const of_chosen[] = {
		"kaslr-seed", "rng-seed", "linux,initrd-start",
		"linux,initrd-end",
	};
	static const char *const of_all[] = {
		"msi-parent", "msi-map", "msi-map-mask",
	};
	static const char *const of_reserved[] = { "no-map", "reusable" };

	if (place == PLACE_CHOSEN &&
	    is_in(name, of_chosen, ARRAY_SIZE(of_chosen)))
		return true;
	if (place == PLACE_RESERVED &&
	    is_in(name, of_reserved, ARRAY_SIZE(of_reserved)))
		return true;
	return (is_off && !strcmp(name, "status")) ||
	       is_in(name, of_all, ARRAY_SIZE(of_all));
}

static void copy_properties(struct copy *c, int node, enum place place,
			    bool is_off)
{
	int at;

	fdt_for_each_property_offset(at, c->fdt, node) {
		const char *name;
		int size;
		const void *value = fdt_getprop_by_offset(c->fdt, at, &name,
							  &size);

		if (value && !is_dropped(name, place, is_off))
			fdt_write_bytes(&c->writer, name, value, (size_t)size);
	}
	if (is_off)
		fdt_write_string(&c->writer, "status", "disabled");
}

/* ---- memory -------------------------------------------------------------- */

static void value_cells(struct fdt_value *v, uint64_t n, int n_cells)
{
	for (int i = n_cells; i > 2; i--)
		fdt_value_u32(v, 0);
	if (n_cells > 1)
		fdt_value_u32(v, (uint32_t)(n >> 32));
	else if (n >> 32)
		fatal("0x%jx does not fit the board's 32-bit addresses",
		      (uintmax_t)n);
	fdt_value_u32(v, (uint32_t)n);
}

static void write_reg(struct copy *c, int parent, struct pa_range r)
{
	struct fdt_value v = fdt_value_begin(&c->writer);

	value_cells(&v, r.base.u, fdt_address_cells(c->fdt, parent));
	value_cells(&v, r.size, fdt_size_cells(c->fdt, parent));
	fdt_value_end(&v, "reg");
}

static void write_reservations(struct copy *c, int parent)
{
	for (size_t i = 0; i < c->memory.n; i++) {
		struct pa_range r = c->memory.list[i];

		fdt_write_node_at(&c->writer, "hvisor", r.base.u);
		fdt_write_string(&c->writer, "compatible", "hvcc,reserved");
		write_reg(c, parent, r);
		fdt_write_flag(&c->writer, "no-map");
		fdt_write_node_end(&c->writer);
	}
	c->has_reserved = true;
}

/* Linux wants the numbers of cells of the root node here. */
static void write_reserved(struct copy *c)
{
	if (!c->memory.n)
		return;
	fdt_write_node(&c->writer, "reserved-memory");
	fdt_write_u32(&c->writer, "#address-cells",
		      (uint32_t)fdt_address_cells(c->fdt, 0));
	fdt_write_u32(&c->writer, "#size-cells",
		      (uint32_t)fdt_size_cells(c->fdt, 0));
	fdt_write_flag(&c->writer, "ranges");
	write_reservations(c, 0);
	fdt_write_node_end(&c->writer);
}

/* What the text says of memory that the tree leaves to the firmware. */
static void write_memory(struct copy *c)
{
	const struct board *b = c->layout->model->board;

	for (size_t i = 0; i < b->n_memory; i++) {
		fdt_write_node_at(&c->writer, "memory",
				  b->memory[i].range.base.u);
		fdt_write_string(&c->writer, "device_type", "memory");
		write_reg(c, 0, b->memory[i].range);
		fdt_write_node_end(&c->writer);
	}
}

/* ---- nodes --------------------------------------------------------------- */

static enum place place_of(const char *name, int depth, enum place above)
{
	if (depth == 1 && !strcmp(name, "chosen"))
		return PLACE_CHOSEN;
	if (depth == 1 && !strcmp(name, "reserved-memory"))
		return PLACE_TOP;
	return depth == 2 && above == PLACE_TOP ? PLACE_RESERVED : PLACE_OTHER;
}

/* False: the node and all below it is left out. */
static bool begin_node(struct copy *c, int node, int depth, enum place place)
{
	const char *name = fdt_get_name(c->fdt, node, NULL);
	const struct device *d = device_of(c, node);
	bool has_reg = value_of(c, node, "reg", NULL);

	/* One that Linux skips is reserved by us. */
	if ((d && is_left_out(c, d)) ||
	    (place == PLACE_RESERVED && !is_available(c, node)))
		return false;
	fdt_write_node(&c->writer, name);
	copy_properties(c, node, place, d && is_disabled(c, d));
	if (place == PLACE_RESERVED && has_reg)
		fdt_write_flag(&c->writer, "no-map");
	c->has_memory |= depth == 1 && has_reg && !strncmp(name, "memory", 6) &&
			 (!name[6] || name[6] == '@');
	return true;
}

static void end_node(struct copy *c, int depth, enum place place, int node)
{
	if (depth == 1 && place == PLACE_TOP)
		write_reservations(c, node);
	if (!depth && !c->has_memory)
		write_memory(c);
	if (!depth && !c->has_reserved)
		write_reserved(c);
	fdt_write_node_end(&c->writer);
}

/*
 * Nodes of a list are ended in the order of their depths, deepest first. A tree
 * that was read nests no deeper than DEPTH_MAX.
 */
#define DEPTH_MAX 64

static void copy_nodes(struct copy *c)
{
	struct { int node; enum place place; } open[DEPTH_MAX + 1];
	int depth = 0, n_open = 0, skipped = -1;

	for (int node = 0; node >= 0 && depth >= 0;
	     node = fdt_next_node(c->fdt, node, &depth)) {
		enum place place;

		if (skipped >= 0 && depth > skipped)
			continue;
		skipped = -1;
		if (depth > DEPTH_MAX)
			fatal("the board's devicetree is too deep");
		while (n_open > depth) {
			n_open--;
			end_node(c, n_open, open[n_open].place,
				 open[n_open].node);
		}
		place = place_of(fdt_get_name(c->fdt, node, NULL), depth,
				 depth ? open[depth - 1].place : PLACE_OTHER);
		if (!begin_node(c, node, depth, place)) {
			skipped = depth;
			continue;
		}
		open[depth].node = node;
		open[depth].place = place;
		n_open = depth + 1;
	}
	while (n_open--)
		end_node(c, n_open, open[n_open].place, open[n_open].node);
}

struct tree emit_root_tree(struct arena *a, const struct layout *l)
{
	struct copy c = {
		.layout = l, .root = l->model->root,
		.fdt = l->model->board->fdt,
		.writer = fdt_write_begin(a, 1),
		.memory = root_memory(a, l),
	};
	struct tree out;
	const char *why;
	const void *written;
	void *blob;

	copy_nodes(&c);
	written = fdt_write_end(&c.writer, &out.size, &why);
	if (!written)
		fatal("the root cell's devicetree cannot be written: %s", why);
	blob = arena_alloc(a, out.size);
	memcpy(blob, written, out.size);
	fdt_set_boot_cpuid_phys(blob, fdt_boot_cpuid_phys(c.fdt));
	out.blob = blob;
	return out;
}
