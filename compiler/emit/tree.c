/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "emit/emit.h"
#include "emit/tree_guest.h"
#include "target/target.h"

#define UART_CLOCK_HZ 24000000	/* what the emulated PL011 says it runs at */
#define UART_SIZE GRANULE

static uint32_t controller_phandle(const struct guest *g)
{
	const struct board *b = g->layout->model->board;

	for (size_t i = 0; g->board && i < b->n_devices; i++) {
		const struct device *d = &b->devices[i];

		if (d->role == DEVICE_INTERRUPT_CONTROLLER && d->node >= 0 &&
		    fdt_get_phandle(g->board, d->node))
			return fdt_get_phandle(g->board, d->node);
	}
	return fdt_write_phandle(g->writer);
}

static uint64_t cpu_hwid(const struct guest *g, size_t i)
{
	const struct cell *c = g->cell->cell;

	return c->has_virtual_ids ? c->first_virtual_id + i :
		g->layout->model->board->cpus[c->cpus[i].index].hwid;
}

static void write_cpus(const struct guest *g)
{
	const struct cell *c = g->cell->cell;
	const struct target *t = g->layout->model->target;
	bool is_wide = false;

	for (size_t i = 0; i < c->n_cpus; i++)
		is_wide |= cpu_hwid(g, i) > UINT32_MAX;

	fdt_write_node(g->writer, "cpus");
	fdt_write_u32(g->writer, "#address-cells", is_wide ? 2 : 1);
	fdt_write_u32(g->writer, "#size-cells", 0);
	for (size_t i = 0; i < c->n_cpus; i++) {
		uint64_t hwid = cpu_hwid(g, i);

		fdt_write_node_at(g->writer, "cpu", hwid);
		fdt_write_string(g->writer, "device_type", "cpu");
		if (is_wide)
			fdt_write_u64(g->writer, "reg", hwid);
		else
			fdt_write_u32(g->writer, "reg", (uint32_t)hwid);
		t->write_tree_cpu(g->writer, &g->layout->model->board->
				  cpus[c->cpus[i].index]);
		fdt_write_node_end(g->writer);
	}
	fdt_write_node_end(g->writer);
}

/*
 * Memory that a kernel may use for anything. Read-only, execute-never and
 * uncached regions are mapped too, but a kernel that takes them for RAM dies.
 */
static bool is_ram(const struct mapping *m)
{
	return m->kind == MAP_RAM && m->access.may_read &&
	       m->access.may_write && m->access.may_execute &&
	       !m->access.is_uncached;
}

/*
 * A kernel reaches bounce memory as it does RAM, and so is told of it there; in
 * a node of its own, for programs that take the end of their RAM for themselves.
 */
static bool is_pool(const struct guest *g, const struct mapping *m)
{
	return m->channel && guest_has_pool(g, m->channel);
}

static void write_memory_at(const struct guest *g, struct ipa_range r)
{
	struct fdt_value v = fdt_value_begin(g->writer);

	fdt_write_node_at(g->writer, "memory", r.base.u);
	fdt_write_string(g->writer, "device_type", "memory");
	fdt_value_u64(&v, r.base.u);
	fdt_value_u64(&v, r.size);
	fdt_value_end(&v, "reg");
	fdt_write_node_end(g->writer);
}

static void write_memory(const struct guest *g)
{
	const struct cell_layout *c = g->cell;

	for (size_t i = 0; i < c->n_mappings; i++) {
		struct ipa_range r = c->mappings[i].ipa;

		if (is_pool(g, &c->mappings[i]))
			write_memory_at(g, r);
		if (!is_ram(&c->mappings[i]))
			continue;
		while (i + 1 < c->n_mappings && is_ram(&c->mappings[i + 1]) &&
		       c->mappings[i + 1].ipa.base.u == r.base.u + r.size)
			r.size += c->mappings[++i].ipa.size;
		write_memory_at(g, r);
	}
}

static const char *console_path(const struct guest *g)
{
	switch (g->cell->cell->console) {
	case CONSOLE_NONE:
		return NULL;
	case CONSOLE_VIRTUAL:
		return arena_printf(g->arena, "/serial@%jx",
				    (uintmax_t)g->cell->console_ipa.u);
	case CONSOLE_DEVICE:
		return guest_device_path(g, g->cell->cell->console_device);
	}
	return NULL;
}

static void write_uart_clock(const struct guest *g, uint32_t phandle)
{
	fdt_write_node(g->writer, "uart-clock");
	fdt_write_string(g->writer, "compatible", "fixed-clock");
	fdt_write_u32(g->writer, "#clock-cells", 0);
	fdt_write_u32(g->writer, "clock-frequency", UART_CLOCK_HZ);
	fdt_write_u32(g->writer, "phandle", phandle);
	fdt_write_node_end(g->writer);
}

/* The runtime's emulated PL011 (DDI 0183); its line is an edge. */
static void write_console(const struct guest *g)
{
	const struct line line = {
		.kind = LINE_SPI,
		.number = g->cell->console_spi,
		.trigger = LINE_EDGE_RISING,
	};
	uint32_t clock = fdt_write_phandle(g->writer);
	const uint32_t clocks[] = { clock, clock };

	write_uart_clock(g, clock);
	fdt_write_node(g->writer, console_path(g) + 1);

	struct fdt_value v = fdt_value_begin(g->writer);

	fdt_value_string(&v, "arm,pl011");
	fdt_value_string(&v, "arm,primecell");
	fdt_value_end(&v, "compatible");
	v = fdt_value_begin(g->writer);
	fdt_value_u64(&v, g->cell->console_ipa.u);
	fdt_value_u64(&v, UART_SIZE);
	fdt_value_end(&v, "reg");
	if (g->cell->has_console_line)
		guest_write_lines(g, &line, 1);
	fdt_write_cells(g->writer, "clocks", clocks, ARRAY_SIZE(clocks));
	v = fdt_value_begin(g->writer);
	fdt_value_string(&v, "uartclk");
	fdt_value_string(&v, "apb_pclk");
	fdt_value_end(&v, "clock-names");
	fdt_write_node_end(g->writer);
}

static const struct piece *find_piece(const struct guest *g,
				      enum piece_kind kind)
{
	for (size_t i = 0; i < g->cell->n_pieces; i++)
		if (g->cell->pieces[i].kind == kind)
			return &g->cell->pieces[i];
	return NULL;
}

/* No rng-seed: the same input gives the same bytes. */
static void write_chosen(const struct guest *g)
{
	const struct boot *boot = &g->cell->cell->boot;
	const struct piece *initrd = find_piece(g, PIECE_INITRD);
	const char *console = console_path(g);

	fdt_write_node(g->writer, "chosen");
	if (boot->cmdline)
		fdt_write_string(g->writer, "bootargs", boot->cmdline);
	if (initrd) {
		fdt_write_u64(g->writer, "linux,initrd-start", initrd->ipa.u);
		fdt_write_u64(g->writer, "linux,initrd-end",
			      initrd->ipa.u + initrd->size);
	}
	if (console)
		fdt_write_string(g->writer, "stdout-path", console);
	fdt_write_node_end(g->writer);
	if (console) {
		fdt_write_node(g->writer, "aliases");
		fdt_write_string(g->writer, "serial0", console);
		fdt_write_node_end(g->writer);
	}
}

static void write_devices(const struct guest *g)
{
	const struct cell *c = g->cell->cell;
	bool has_console = c->console != CONSOLE_DEVICE;

	for (size_t i = 0; i < g->n_providers; i++)
		guest_write_provider(g, g->providers[i]);
	for (size_t i = 0; i < c->n_devices; i++) {
		has_console |= c->devices[i].device == c->console_device;
		if (!guest_is_inside(g, c->devices[i].device))
			guest_write_device(g, c->devices[i].device);
	}
	if (!has_console)
		guest_write_device(g, c->console_device);
}

/* What is shared with other cells: reserved memory first, which nodes name. */
static void write_shared(struct guest *g)
{
	const struct model *m = g->layout->model;
	uint32_t *phandles = arena_array(g->arena, m->n_channels,
					 sizeof(*phandles));
	bool is_there = false;

	for (size_t i = 0; i < m->n_channels; i++) {
		phandles[i] = fdt_write_phandle(g->writer);
		is_there |= guest_has_memory(g, &m->channels[i]);
	}
	if (is_there) {
		fdt_write_node(g->writer, "reserved-memory");
		fdt_write_u32(g->writer, "#address-cells", 2);
		fdt_write_u32(g->writer, "#size-cells", 2);
		fdt_write_flag(g->writer, "ranges");
		guest_write_channel_memory(g, phandles);
		fdt_write_node_end(g->writer);
	}
	guest_write_channels(g, phandles);
	guest_write_virtios(g, phandles);
}

/* Ours first; then the board's, for drivers that look for a quirk's machine. */
static void write_root(const struct guest *g)
{
	int found = 0;
	const void *board = g->board ?
		fdt_getprop(g->board, 0, "compatible", &found) : NULL;
	/* Where it finds none, what libfdt gives is the reason, not a size. */
	size_t size = board ? (size_t)found : 0;
	const char own[] = "hvcc,cell";
	char *both = arena_alloc(g->arena, sizeof(own) + size);

	memcpy(both, own, sizeof(own));
	if (board)
		memcpy(both + sizeof(own), board, size);
	fdt_write_bytes(g->writer, "compatible", both, sizeof(own) + size);
	fdt_write_string(g->writer, "model",
			 arena_printf(g->arena, "hvcc cell %s",
				      g->cell->cell->name));
	fdt_write_u32(g->writer, "#address-cells", 2);
	fdt_write_u32(g->writer, "#size-cells", 2);
	fdt_write_u32(g->writer, "interrupt-parent", g->controller);
}

static void write_tree(struct guest *g)
{
	fdt_write_node(g->writer, "");
	write_root(g);
	write_chosen(g);
	guest_write_hypervisor(g);
	write_cpus(g);
	write_memory(g);
	g->layout->model->target->write_tree(g->writer, g->layout, g->cell,
					     g->controller);
	if (g->cell->cell->console == CONSOLE_VIRTUAL)
		write_console(g);
	write_devices(g);
	write_shared(g);
	fdt_write_node_end(g->writer);
}

static uint32_t first_phandle(const void *board)
{
	uint32_t last = 0;

	if (board && fdt_find_max_phandle(board, &last))
		last = 0;
	return last + 1;
}

static bool fits(const struct cell_layout *c, const struct tree *tree,
		 struct diag *d)
{
	if (tree->size <= c->tree_slot)
		return true;
	diag_error(d, &rule_tree_too_large, c->cell->at,
		   "the devicetree of '%s' has %zu bytes, its place has 0x%jx",
		   c->cell->name, tree->size, (uintmax_t)c->tree_slot);
	return false;
}

bool emit_tree(struct arena *a, const struct layout *l, const struct cell *cell,
	       struct tree *out, struct diag *d)
{
	const void *board = l->model->board->fdt;
	struct fdt_write writer = fdt_write_begin(a, first_phandle(board));
	struct guest g = {
		.arena = a,
		.layout = l,
		.cell = &l->cells[cell->index],
		.writer = &writer,
		.board = board,
		.parents = board ? tree_parents(a, board) : NULL,
	};
	const char *why;

	g.controller = controller_phandle(&g);
	guest_find_providers(&g);
	write_tree(&g);
	out->blob = fdt_write_end(&writer, &out->size, &why);
	if (!out->blob) {
		diag_error(d, &rule_tree_too_large, cell->at,
			   "the devicetree of '%s' cannot be written: %s",
			   cell->name, why);
		return false;
	}
	return guest_merge(a, cell, &out->blob, &out->size, d) &&
	       fits(g.cell, out, d);
}
