/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio devices in the tree of the cell in front:
 *
 *	memory@IPA { reg; }			bounce memory, like RAM
 *	reserved-memory/NAME@IPA {
 *		compatible = "restricted-dma-pool";
 *		reg;
 *	};
 *	virtio_mmio@WINDOW {
 *		compatible = "virtio,mmio";
 *		hvcc,name = "disk0";
 *		reg; interrupts; dma-coherent;
 *		memory-region = <&NAME>;	only with bounce memory
 *	};
 *
 * Linux reaches a pool through its linear mapping (kernel/dma/swiotlb.c), so it
 * is memory and must not be no-map; what is reserved it gives to nobody else.
 * The tree of the cell behind has nothing: its module asks the runtime.
 */
#include "emit/tree_guest.h"

bool guest_has_pool(const struct guest *g, const struct channel *c)
{
	const struct model *m = g->layout->model;

	for (size_t i = 0; i < m->n_virtios; i++)
		if (m->virtios[i].bounce == c)
			return m->virtios[i].front == g->cell->cell;
	return false;
}

static void write_virtio(const struct guest *g, const struct virtio_layout *v,
			 const uint32_t *phandles)
{
	const struct line line = {
		.kind = LINE_SPI,
		.number = v->front_spi,
		.trigger = LINE_EDGE_RISING,
	};
	const struct channel *bounce = v->virtio->bounce;

	fdt_write_node_at(g->writer, "virtio_mmio", v->window.u);
	fdt_write_string(g->writer, "compatible", "virtio,mmio");
	fdt_write_string(g->writer, "hvcc,name", v->virtio->name);

	struct fdt_value reg = fdt_value_begin(g->writer);

	fdt_value_u64(&reg, v->window.u);
	fdt_value_u64(&reg, GRANULE);
	fdt_value_end(&reg, "reg");
	guest_write_lines(g, &line, 1);
	fdt_write_flag(g->writer, "dma-coherent");
	if (bounce)
		fdt_write_u32(g->writer, "memory-region",
			      phandles[bounce->index]);
	fdt_write_node_end(g->writer);
}

void guest_write_virtios(const struct guest *g, const uint32_t *phandles)
{
	for (size_t i = 0; i < g->layout->model->n_virtios; i++)
		if (g->layout->virtios[i].virtio->front == g->cell->cell)
			write_virtio(g, &g->layout->virtios[i], phandles);
}
