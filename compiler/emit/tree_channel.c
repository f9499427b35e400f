/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Channels and /hypervisor in a guest's tree. man/cells.5 has the binding:
 *
 *	reserved-memory/NAME@IPA { reg; no-map; }	bounce memory: tree_virtio.c
 *	channel@DOORBELL {
 *		compatible = "hvcc,channel";
 *		hvcc,name = "telemetry";
 *		hvcc,self = <0>;		index of this end
 *		hvcc,peers = "linux", "control"; cells by index of their end
 *		memory-region = <&NAME>;
 *		read-only;			only where this end may not write
 *		reg = <doorbell page>;		only where this end may ring
 *		interrupts = <line>;		only where this end is rung
 *	};
 */
#include "base/arena.h"
#include "emit/tree_guest.h"
#include "hv_abi.h"

/* This cell's end of a channel; NULL: it has none. */
static const struct end_layout *find_end(const struct guest *g, size_t channel_i)
{
	const struct channel *c = &g->layout->model->channels[channel_i];

	for (size_t i = 0; i < g->layout->n_ends; i++) {
		const struct end_layout *e = &g->layout->ends[i];

		if (e->channel == c && e->end->cell == g->cell->cell)
			return e;
	}
	return NULL;
}

/* Bounce memory is the cell's in front; the cell behind has a view of it. */
bool guest_has_memory(const struct guest *g, const struct channel *c)
{
	return c->is_bounce ? guest_has_pool(g, c) : !!find_end(g, c->index);
}

void guest_write_channel_memory(struct guest *g, const uint32_t *phandles)
{
	const struct model *m = g->layout->model;

	for (size_t i = 0; i < m->n_channels; i++) {
		const struct end_layout *e = find_end(g, i);

		if (!guest_has_memory(g, &m->channels[i]))
			continue;

		struct fdt_value v = fdt_value_begin(g->writer);

		fdt_write_node_at(g->writer, m->channels[i].name, e->memory.u);
		fdt_value_u64(&v, e->memory.u);
		fdt_value_u64(&v, g->layout->channels[i].memory.size);
		fdt_value_end(&v, "reg");
		if (m->channels[i].is_bounce)
			fdt_write_string(g->writer, "compatible",
					 "restricted-dma-pool");
		else
			fdt_write_flag(g->writer, "no-map");
		fdt_write_u32(g->writer, "phandle", phandles[i]);
		fdt_write_node_end(g->writer);
	}
}

static void write_peers(const struct guest *g, const struct channel *c)
{
	struct fdt_value v = fdt_value_begin(g->writer);

	for (size_t i = 0; i < c->n_ends; i++)
		fdt_value_string(&v, c->ends[i].cell->name);
	fdt_value_end(&v, "hvcc,peers");
}

static void write_doorbell(const struct guest *g, const struct end_layout *e)
{
	const struct line line = {
		.kind = LINE_SPI,
		.number = e->doorbell_spi,
		.trigger = LINE_EDGE_RISING,
	};

	if (e->doorbell.u) {
		struct fdt_value v = fdt_value_begin(g->writer);

		fdt_value_u64(&v, e->doorbell.u);
		fdt_value_u64(&v, GRANULE);
		fdt_value_end(&v, "reg");
	}
	if (e->doorbell_spi != UINT32_MAX)
		guest_write_lines(g, &line, 1);
}

static void write_channel(const struct guest *g, const struct end_layout *e,
			  uint32_t phandle)
{
	const struct channel *c = e->channel;

	if (e->doorbell.u)
		fdt_write_node_at(g->writer, "channel", e->doorbell.u);
	else
		fdt_write_node(g->writer, arena_printf(g->arena, "channel-%s",
						       c->name));
	fdt_write_string(g->writer, "compatible", "hvcc,channel");
	fdt_write_string(g->writer, "hvcc,name", c->name);
	fdt_write_u32(g->writer, "hvcc,self", e->end_i);
	write_peers(g, c);
	fdt_write_u32(g->writer, "memory-region", phandle);
	if (!e->end->may_write)
		fdt_write_flag(g->writer, "read-only");
	write_doorbell(g, e);
	fdt_write_node_end(g->writer);
}

void guest_write_channels(const struct guest *g, const uint32_t *phandles)
{
	for (size_t i = 0; i < g->layout->model->n_channels; i++) {
		const struct end_layout *e = find_end(g, i);

		if (e && !e->channel->is_bounce)
			write_channel(g, e, phandles[i]);
	}
}

/* The identity is made of these bytes too, so it is zero until it is known. */
void guest_write_hypervisor(const struct guest *g)
{
	const struct hv_sha256 zero = { { 0 } };
	const struct model *m = g->layout->model;
	struct fdt_value v = fdt_value_begin(g->writer);

	fdt_write_node(g->writer, "hypervisor");
	fdt_write_string(g->writer, "compatible", "hvcc,hypervisor");
	fdt_write_u32(g->writer, "abi-version", HV_ABI_VERSION);
	fdt_write_string(g->writer, "cell", g->cell->cell->name);
	for (size_t i = 0; i < m->n_channels; i++)
		if (find_end(g, i) && !m->channels[i].is_bounce)
			fdt_value_string(&v, m->channels[i].name);
	if (v.size)
		fdt_value_end(&v, "channels");
	fdt_write_bytes(g->writer, "identity", zero.b, sizeof(zero.b));
	if (g->cell->has_event_line)
		guest_write_lines(g, &(struct line){
			.kind = LINE_SPI, .number = g->cell->event_spi,
			.trigger = LINE_EDGE_RISING }, 1);
	fdt_write_node_end(g->writer);
}
