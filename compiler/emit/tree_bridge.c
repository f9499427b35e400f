/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PCI host bridge, given whole. Its windows and its INTx lines are written
 * in the guest's own cells: the root has two address cells, the interrupt
 * controller none. (IEEE 1275 PCI binding; Devicetree Specification 0.4,
 * 2.4.3 "interrupt-map")
 */
#include <string.h>

#include <libfdt.h>

#include "emit/tree_guest.h"

#define PCI_ADDRESS_CELLS 3
#define PCI_SIZE_CELLS 2
#define PCI_LINE_CELLS 1

struct cells {
	const uint8_t *bytes;
	size_t n, at;
};

static struct cells read_cells(const void *board, int node, const char *name)
{
	int size;
	const void *p = fdt_getprop(board, node, name, &size);

	if (!p || size < 0)
		return (struct cells){ NULL, 0, 0 };
	return (struct cells){ p, (size_t)size / sizeof(fdt32_t), 0 };
}

static uint32_t next(struct cells *c)
{
	fdt32_t big;

	memcpy(&big, c->bytes + c->at++ * sizeof(big), sizeof(big));
	return fdt32_to_cpu(big);
}

static uint64_t next_wide(struct cells *c, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 32 | next(c);
	return v;
}

static bool has(const struct cells *c, size_t n)
{
	return n <= c->n - c->at;
}

static void copy(struct fdt_value *v, struct cells *c, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fdt_value_u32(v, next(c));
}

/* n-th window of the bridge as the CPU sees it; false: none. */
static bool find_window(const struct device *d, size_t n, uint64_t *base)
{
	for (size_t i = 0; i < d->n_regs; i++) {
		if (!d->regs[i].is_window)
			continue;
		if (!n--) {
			*base = d->regs[i].range.base.u;
			return true;
		}
	}
	return false;
}

/* An entry: address on the bus, address of the CPU, size. */
static void write_ranges(const struct guest *g, const struct device *d)
{
	struct cells c = read_cells(g->board, d->node, "ranges");
	int parent = fdt_parent_offset(g->board, d->node);
	size_t parent_cells = (size_t)fdt_address_cells(g->board, parent);
	size_t all = PCI_ADDRESS_CELLS + parent_cells + PCI_SIZE_CELLS;
	struct fdt_value v = fdt_value_begin(g->writer);
	uint64_t base;

	for (size_t i = 0; has(&c, all) && find_window(d, i, &base); i++) {
		copy(&v, &c, PCI_ADDRESS_CELLS);
		next_wide(&c, parent_cells);
		fdt_value_u64(&v, base);
		copy(&v, &c, PCI_SIZE_CELLS);
	}
	if (v.size)
		fdt_value_end(&v, "ranges");
}

/* Cells of a property of the line's parent; absent means `otherwise`. */
static size_t count(const void *board, int node, const char *name,
		    size_t otherwise)
{
	struct cells c = read_cells(board, node, name);

	return c.n == 1 ? next(&c) : otherwise;
}

/*
 * An entry: address on the bus, pin, parent, the parent's address cells, the
 * parent's line. One that goes elsewhere than to the controller is left out.
 */
static bool write_map_entry(const struct guest *g, struct cells *c,
			    struct fdt_value *v)
{
	struct cells from = *c;

	if (!has(c, PCI_ADDRESS_CELLS + PCI_LINE_CELLS + 1))
		return false;
	c->at += PCI_ADDRESS_CELLS + PCI_LINE_CELLS;

	uint32_t phandle = next(c);
	int parent = fdt_node_offset_by_phandle(g->board, phandle);

	if (parent < 0)
		return false;

	size_t n_address = count(g->board, parent, "#address-cells", 0);
	size_t n_line = count(g->board, parent, "#interrupt-cells", 1);

	if (!has(c, n_address) || !has(c, n_address + n_line))
		return false;
	c->at += n_address;
	if (phandle != g->controller) {
		c->at += n_line;
		return true;
	}
	copy(v, &from, PCI_ADDRESS_CELLS + PCI_LINE_CELLS + 1);
	copy(v, c, n_line);
	return true;
}

void guest_write_bridge(const struct guest *g, const struct device *d)
{
	struct cells map = read_cells(g->board, d->node, "interrupt-map");
	struct fdt_value v = fdt_value_begin(g->writer);

	write_ranges(g, d);
	while (write_map_entry(g, &map, &v))
		;
	if (v.size)
		fdt_value_end(&v, "interrupt-map");
}
