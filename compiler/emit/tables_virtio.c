/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of virtio devices, and of what their backends see. */
#include <inttypes.h>

#include "hv_abi.h"

#include "emit/c_text.h"
#include "emit/tables.h"
#include "target/target.h"

static const char *kind_name(enum virtio_kind kind)
{
	switch (kind) {
	case VIRTIO_BLOCK:
		return "HV_VIRTIO_BLOCK";
	case VIRTIO_NET:
		return "HV_VIRTIO_NET";
	case VIRTIO_CONSOLE:
		break;
	}
	return "HV_VIRTIO_CONSOLE";
}

static void print_flags(FILE *out, const struct virtio *v)
{
	const char *or = "";

	tables_flag(out, &or, v->is_readonly, "HV_VIRTIO_READONLY");
	tables_flag(out, &or, v->bounce, "HV_VIRTIO_BOUNCE");
	tables_flag(out, &or, v->fails_on_loss, "HV_VIRTIO_LOSS_FAIL");
	tables_no_flag(out, or);
}

static uint32_t spi_id(const struct layout *l, uint32_t spi)
{
	return l->model->target->line_id(LINE_SPI, spi);
}

static void print_virtio(FILE *out, const struct source *s,
			 const struct layout *l, const struct virtio_layout *v)
{
	const struct virtio *d = v->virtio;

	fputs("\t\t{ .name = ", out);
	c_string(out, d->name);
	fprintf(out, ", .kind = %s, .flags = ", kind_name(d->kind));
	print_flags(out, d);
	fputc(',', out);
	c_from(out, s, d->at);
	fprintf(out, "\t\t  .front = %u, .front_line = %u, .window = { 0x%"
		PRIx64 " },", d->front->index, spi_id(l, v->front_spi),
		v->window.u);
	c_from(out, s, d->at_front);
	fprintf(out, "\t\t  .back = %u, .back_line = %u, .back_registers = { 0x%"
		PRIx64 " }, .back_ring = { 0x%" PRIx64 " },",
		d->back->index, spi_id(l, v->back_spi), v->back_registers.u,
		v->back_ring.u);
	c_from(out, s, d->at_back);
	fprintf(out, "\t\t  .registers = { 0x%" PRIx64 " }, .n_queues = %u,\n"
		"\t\t  ", v->registers.base.u, v->n_queues);
	tables_list(out, "views", "views", "struct hv_view", v->first_view,
		    v->n_views);
	fputs(" },\n", out);
}

static void print_views(FILE *out, const struct source *s,
			const struct layout *l)
{
	fputs("\t.rows.views = {\n", out);
	for (size_t i = 0; i < l->n_views; i++) {
		const struct view_layout *v = &l->views[i];

		fprintf(out, "\t\t{ { 0x%" PRIx64 " }, { 0x%" PRIx64 " }, 0x%"
			PRIx64 ", HV_READ%s, 0 },", v->front.u, v->back.u,
			v->size, v->may_write ? " | HV_WRITE" : "");
		c_from(out, s, v->at);
	}
	fputs("\t},\n", out);
}

void tables_virtio(FILE *out, const struct source *s, const struct layout *l,
		   const struct tables_counts *n)
{
	if (n->virtios) {
		fputs("\t.rows.virtios = {\n", out);
		for (size_t i = 0; i < n->virtios; i++)
			print_virtio(out, s, l, &l->virtios[i]);
		fputs("\t},\n", out);
	}
	if (n->views)
		print_views(out, s, l);
}
