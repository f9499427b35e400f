/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/tables.h"

#include <string.h>

static const void *row(const struct hv_loader *t, struct hv_list list,
		       uint32_t i, size_t size)
{
	return (const char *)t + list.offset + i * size;
}

const struct hv_loader_cell *tables_cell(const struct hv_loader *t, uint32_t i)
{
	return row(t, t->cells, i, sizeof(struct hv_loader_cell));
}

const struct hv_loader_piece *tables_piece(const struct hv_loader *t,
					   const struct hv_loader_cell *c,
					   uint32_t i)
{
	return row(t, c->pieces, i, sizeof(struct hv_loader_piece));
}

const struct hv_loader_region *tables_region(const struct hv_loader *t,
					     const struct hv_loader_cell *c,
					     uint32_t i)
{
	return row(t, c->regions, i, sizeof(struct hv_loader_region));
}

const struct hv_loader_virtio *tables_virtio(const struct hv_loader *t,
					     uint32_t i)
{
	return row(t, t->virtios, i, sizeof(struct hv_loader_virtio));
}

const uint8_t *tables_bytes(const struct hv_loader *t,
			    const struct hv_loader_piece *p)
{
	return p->bytes.count ? row(t, p->bytes, 0, 1) : NULL;
}

static bool is_inside(struct hv_list list, size_t size, size_t align)
{
	return list.offset <= HV_LOADER_SIZE && !(list.offset % align) &&
	       list.count <= (HV_LOADER_SIZE - list.offset) / size;
}

static bool has_end(const char *name, size_t size)
{
	return memchr(name, 0, size) != NULL;
}

static bool is_cell_sound(const struct hv_loader *t,
			  const struct hv_loader_cell *c)
{
	if (!has_end(c->name, sizeof(c->name)) ||
	    !is_inside(c->pieces, sizeof(struct hv_loader_piece), 8) ||
	    !is_inside(c->regions, sizeof(struct hv_loader_region), 8))
		return false;
	for (uint32_t i = 0; i < c->pieces.count; i++) {
		const struct hv_loader_piece *p = tables_piece(t, c, i);

		if (!has_end(p->file, sizeof(p->file)) ||
		    !is_inside(p->bytes, 1, 1) || p->bytes.count > p->size)
			return false;
	}
	return true;
}

static bool is_virtio_sound(const struct hv_loader *t,
			    const struct hv_loader_virtio *v)
{
	return has_end(v->name, sizeof(v->name)) &&
	       has_end(v->path, sizeof(v->path)) &&
	       v->front < t->cells.count && v->n_queues <= HV_VIRTIO_MAX_QUEUES;
}

bool tables_are_sound(const struct hv_loader *t)
{
	if (t->magic != HV_LOADER_MAGIC || t->size != HV_LOADER_SIZE ||
	    t->abi_version != HV_ABI_VERSION ||
	    t->cells.count > HV_MAX_CELLS ||
	    !is_inside(t->cells, sizeof(struct hv_loader_cell), 8) ||
	    !is_inside(t->virtios, sizeof(struct hv_loader_virtio), 4))
		return false;
	for (uint32_t i = 0; i < t->cells.count; i++)
		if (!is_cell_sound(t, tables_cell(t, i)))
			return false;
	for (uint32_t i = 0; i < t->virtios.count; i++)
		if (!is_virtio_sound(t, tables_virtio(t, i)))
			return false;
	return true;
}

bool tables_are_generic(const struct hv_loader *t)
{
	return !t->cells.count;
}

uint32_t tables_n_files(const struct hv_loader *t,
			const struct hv_loader_cell *c)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->pieces.count; i++) {
		const struct hv_loader_piece *p = tables_piece(t, c, i);

		if (p->file_i != HV_NONE && p->file_i >= n)
			n = p->file_i + 1;
	}
	return n;
}
