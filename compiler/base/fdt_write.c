/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/fdt_write.h"

#include <string.h>

#include <libfdt.h>

#include "base/arena.h"

#define SIZE_FIRST ((size_t)16 << 10)
#define SIZE_MAX_TREE ((size_t)16 << 20)

struct fdt_write fdt_write_begin(struct arena *a, uint32_t first_phandle)
{
	struct fdt_write w = {
		.arena = a,
		.blob = arena_alloc(a, SIZE_FIRST),
		.size = SIZE_FIRST,
		.next_phandle = first_phandle,
	};

	w.fault = fdt_create(w.blob, (int)w.size);
	if (!w.fault)
		w.fault = fdt_finish_reservemap(w.blob);
	return w;
}

/* True when there is room now, and the step is worth another try. */
static bool grow(struct fdt_write *w, int fault)
{
	if (fault != -FDT_ERR_NOSPACE || w->size >= SIZE_MAX_TREE)
		return false;

	void *larger = arena_alloc(w->arena, w->size * 2);

	if (fdt_resize(w->blob, larger, (int)(w->size * 2)))
		return false;
	w->blob = larger;
	w->size *= 2;
	return true;
}

void fdt_write_node(struct fdt_write *w, const char *name)
{
	while (!w->fault) {
		w->fault = fdt_begin_node(w->blob, name);
		if (!w->fault || !grow(w, w->fault))
			return;
		w->fault = 0;
	}
}

void fdt_write_node_at(struct fdt_write *w, const char *name, uint64_t address)
{
	fdt_write_node(w, arena_printf(w->arena, "%s@%jx", name,
				       (uintmax_t)address));
}

void fdt_write_node_end(struct fdt_write *w)
{
	while (!w->fault) {
		w->fault = fdt_end_node(w->blob);
		if (!w->fault || !grow(w, w->fault))
			return;
		w->fault = 0;
	}
}

void fdt_write_bytes(struct fdt_write *w, const char *name, const void *bytes,
		     size_t size)
{
	while (!w->fault) {
		w->fault = fdt_property(w->blob, name, bytes, (int)size);
		if (!w->fault || !grow(w, w->fault))
			return;
		w->fault = 0;
	}
}

const void *fdt_write_end(struct fdt_write *w, size_t *size, const char **why)
{
	while (!w->fault) {
		w->fault = fdt_finish(w->blob);
		if (!w->fault || !grow(w, w->fault))
			break;
		w->fault = 0;
	}
	if (w->fault) {
		*why = fdt_strerror(w->fault);
		return NULL;
	}
	*size = fdt_totalsize(w->blob);
	return w->blob;
}

uint32_t fdt_write_phandle(struct fdt_write *w)
{
	return w->next_phandle++;
}

void fdt_write_flag(struct fdt_write *w, const char *name)
{
	fdt_write_bytes(w, name, "", 0);
}

void fdt_write_string(struct fdt_write *w, const char *name, const char *s)
{
	fdt_write_bytes(w, name, s, strlen(s) + 1);
}

void fdt_write_u32(struct fdt_write *w, const char *name, uint32_t v)
{
	fdt_write_cells(w, name, &v, 1);
}

void fdt_write_u64(struct fdt_write *w, const char *name, uint64_t v)
{
	const uint32_t cells[] = { (uint32_t)(v >> 32), (uint32_t)v };

	fdt_write_cells(w, name, cells, ARRAY_SIZE(cells));
}

void fdt_write_cells(struct fdt_write *w, const char *name,
		     const uint32_t *cells, size_t n)
{
	struct fdt_value v = fdt_value_begin(w);

	for (size_t i = 0; i < n; i++)
		fdt_value_u32(&v, cells[i]);
	fdt_value_end(&v, name);
}

struct fdt_value fdt_value_begin(struct fdt_write *w)
{
	return (struct fdt_value){ .writer = w };
}

static void append(struct fdt_value *v, const void *bytes, size_t size)
{
	if (size > v->room - v->size) {
		size_t room = 2 * v->size + size;
		uint8_t *more = arena_alloc(v->writer->arena, room);

		if (v->size)
			memcpy(more, v->bytes, v->size);
		v->bytes = more;
		v->room = room;
	}
	memcpy(v->bytes + v->size, bytes, size);
	v->size += size;
}

void fdt_value_u32(struct fdt_value *v, uint32_t cell)
{
	fdt32_t big = cpu_to_fdt32(cell);

	append(v, &big, sizeof(big));
}

void fdt_value_u64(struct fdt_value *v, uint64_t cells)
{
	fdt_value_u32(v, (uint32_t)(cells >> 32));
	fdt_value_u32(v, (uint32_t)cells);
}

void fdt_value_string(struct fdt_value *v, const char *s)
{
	append(v, s, strlen(s) + 1);
}

void fdt_value_end(struct fdt_value *v, const char *name)
{
	fdt_write_bytes(v->writer, name, v->bytes ? v->bytes :
			(const void *)"", v->size);
}
