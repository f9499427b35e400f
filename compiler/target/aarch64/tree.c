/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.c - the nodes of a guest's devicetree that only Armv8-A has.
 *
 * Bindings: arm,gic-v3, arm,armv8-timer, arm,psci and arm,armv8-pmuv3 of the
 * Linux kernel's Documentation/devicetree/bindings.
 */
#include "target/aarch64/tree.h"

#include "base/fdt_write.h"
#include "place/layout.h"

#define GIC_SPI 0
#define GIC_PPI 1
#define GIC_LINE_CELLS 3
#define FRAMES_STRIDE UINT64_C(0x20000)	/* GICv3: RD and SGI frames */

static uint32_t trigger_cell(enum line_trigger trigger)
{
	switch (trigger) {
	case LINE_EDGE_RISING:
		return 1;
	case LINE_EDGE_FALLING:
		return 2;
	case LINE_LEVEL_HIGH:
	case LINE_TRIGGER_UNKNOWN:
		return 4;
	case LINE_LEVEL_LOW:
		return 8;
	}
	return 4;
}

size_t aarch64_line_cells(const struct line *line, uint32_t cells[4])
{
	cells[0] = line->kind == LINE_PPI ? GIC_PPI : GIC_SPI;
	cells[1] = line->number;
	cells[2] = trigger_cell(line->trigger);
	return GIC_LINE_CELLS;
}

void aarch64_write_tree_cpu(struct fdt_write *w, const struct board_cpu *cpu)
{
	struct fdt_value v = fdt_value_begin(w);

	if (cpu->compatible)
		fdt_value_string(&v, cpu->compatible);
	else
		fdt_value_string(&v, "arm,armv8");
	fdt_value_end(&v, "compatible");
	fdt_write_string(w, "enable-method", "psci");
}

static const struct trap *next_frames(const struct cell_layout *c, size_t *i)
{
	while (*i < c->n_traps)
		if (c->traps[(*i)++].kind == TRAP_CONTROLLER_CPU)
			return &c->traps[*i - 1];
	return NULL;
}

/* One region for each run of frames; returns how many. */
static uint32_t add_redistributors(struct fdt_value *v,
				   const struct cell_layout *c)
{
	size_t i = 0;
	uint32_t n = 0;
	const struct trap *t = next_frames(c, &i);

	while (t) {
		struct ipa_range run = t->ipa;

		t = next_frames(c, &i);
		while (t && t->ipa.base.u == run.base.u + run.size) {
			run.size += t->ipa.size;
			t = next_frames(c, &i);
		}
		fdt_value_u64(v, run.base.u);
		fdt_value_u64(v, run.size);
		n++;
	}
	return n;
}

static void write_controller(struct fdt_write *w, const struct layout *l,
			     const struct cell_layout *c, uint32_t phandle)
{
	const struct interrupt_controller *gic = &l->model->board->controller;
	struct fdt_value reg = fdt_value_begin(w);

	fdt_write_node_at(w, "interrupt-controller", gic->distributor.base.u);
	fdt_write_string(w, "compatible", "arm,gic-v3");
	fdt_write_flag(w, "interrupt-controller");
	fdt_write_u32(w, "#interrupt-cells", GIC_LINE_CELLS);
	fdt_write_u32(w, "#address-cells", 0);
	fdt_value_u64(&reg, gic->distributor.base.u);
	fdt_value_u64(&reg, gic->distributor.size);
	fdt_write_u32(w, "#redistributor-regions",
		      add_redistributors(&reg, c));
	fdt_value_end(&reg, "reg");
	if (gic->redistributor_stride > FRAMES_STRIDE)
		fdt_write_u64(w, "redistributor-stride",
			      gic->redistributor_stride);
	fdt_write_u32(w, "phandle", phandle);
	fdt_write_node_end(w);
}

static void add_ppi(struct fdt_value *v, uint32_t number)
{
	fdt_value_u32(v, GIC_PPI);
	fdt_value_u32(v, number);
	fdt_value_u32(v, trigger_cell(LINE_LEVEL_HIGH));
}

/*
 * All four, as the binding counts them, although the cell has only the two
 * EL1 timers: kernels that know no interrupt-names go by position.
 */
static void write_timer(struct fdt_write *w, const struct board_timer *t)
{
	struct fdt_value v = fdt_value_begin(w);

	fdt_write_node(w, "timer");
	fdt_write_string(w, "compatible", "arm,armv8-timer");
	add_ppi(&v, t->secure_ppi);
	add_ppi(&v, t->physical_ppi);
	add_ppi(&v, t->virtual_ppi);
	add_ppi(&v, t->hyp_ppi);
	fdt_value_end(&v, "interrupts");
	fdt_write_flag(w, "always-on");
	fdt_write_node_end(w);
}

static void write_psci(struct fdt_write *w)
{
	struct fdt_value v = fdt_value_begin(w);

	fdt_write_node(w, "psci");
	fdt_value_string(&v, "arm,psci-1.0");
	fdt_value_string(&v, "arm,psci-0.2");
	fdt_value_end(&v, "compatible");
	fdt_write_string(w, "method", "hvc");
	fdt_write_node_end(w);
}

/* The board's own words: which PMU it is, and its lines. */
static void write_pmu(struct fdt_write *w, const struct board *b)
{
	const struct device *d = NULL;

	for (size_t i = 0; i < b->n_devices && !d; i++)
		if (b->devices[i].role == DEVICE_PMU && b->devices[i].n_lines)
			d = &b->devices[i];
	if (!d)
		return;

	struct fdt_value v = fdt_value_begin(w);

	for (size_t i = 0; i < d->n_lines; i++) {
		uint32_t cells[4];
		size_t n = aarch64_line_cells(&d->lines[i], cells);

		for (size_t k = 0; k < n; k++)
			fdt_value_u32(&v, cells[k]);
	}
	fdt_write_node(w, "pmu");
	fdt_write_string(w, "compatible", d->compatible);
	fdt_value_end(&v, "interrupts");
	fdt_write_node_end(w);
}

void aarch64_write_tree(struct fdt_write *w, const struct layout *l,
			const struct cell_layout *c, uint32_t controller)
{
	write_psci(w);
	write_timer(w, &l->model->board->timer);
	write_controller(w, l, c, controller);
	if (c->cell->has_pmu)
		write_pmu(w, l->model->board);
}
