/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root cell's program, where there is one beside the image: it is this
 * image's, calls the cells by their names, and puts behind each virtio device
 * the file, interface or address that the text says. What it loads where is not
 * looked at.
 */
#include <string.h>

#include "hv_abi_loader.h"

#include "base/arena.h"
#include "base/file.h"
#include "image/elf.h"
#include "image/verify.h"

#define PROGRAM_SIZE_MAX ((size_t)1 << 26)

/* Its section, at an address for structs; NULL: told. */
static const uint8_t *find_section(struct verify *v)
{
	const char *path = v->parts->loader_path, *why;
	struct file file;
	struct elf e;

	if (!file_read(v->arena, path, PROGRAM_SIZE_MAX, &file, &why))
		fatal("'%s': %s", path, why);
	if (!elf_parse(v->arena, file.bytes, file.size, &e, &why))
		e.n_sections = 0;
	for (size_t i = 0; i < e.n_sections; i++) {
		const struct elf_section *s = &e.sections[i];
		uint8_t *bytes;

		if (strcmp(s->name, HV_LOADER_SECTION) || !s->bytes ||
		    s->size != HV_LOADER_SIZE)
			continue;
		bytes = arena_alloc(v->arena, HV_LOADER_SIZE);
		memcpy(bytes, s->bytes, HV_LOADER_SIZE);
		return bytes;
	}
	verify_differ(v, "the program beside the image has no section %s",
		      HV_LOADER_SECTION);
	return NULL;
}

/* NULL: told. */
static const void *rows_of(struct verify *v, const uint8_t *section,
			   const char *what, struct hv_list list, size_t n,
			   size_t row_size)
{
	if (list.count == n && list.offset % 4 == 0 &&
	    list.offset <= HV_LOADER_SIZE &&
	    n <= (HV_LOADER_SIZE - list.offset) / row_size)
		return section + list.offset;
	verify_differ(v, "%s of the program beside the image are not %zu",
		      what, n);
	return NULL;
}

static bool is_ours(const struct verify *v, const struct hv_loader *l)
{
	return l->magic == HV_LOADER_MAGIC && l->size == HV_LOADER_SIZE &&
	       l->abi_version == HV_ABI_VERSION && !l->zero &&
	       l->root_cell == v->head->root_cell &&
	       !memcmp(&l->identity, &v->head->identity, sizeof(l->identity)) &&
	       !memcmp(&l->runtime, &v->head->runtime, sizeof(l->runtime));
}

static void check_cells(struct verify *v, const struct hv_loader *l,
			const uint8_t *section)
{
	size_t n = v->model->n_cells;
	const struct hv_loader_cell *is = rows_of(v, section, "cells", l->cells,
						  n, sizeof(*is));

	for (size_t i = 0; is && i < n; i++)
		if (strncmp(is[i].name, v->model->cells[i].name,
			    sizeof(is[i].name)))
			verify_differ(v, "to the program beside the image cell"
				      " '%s' has another name",
				      v->model->cells[i].name);
}

/* ---- virtio devices ------------------------------------------------------ */

static uint32_t backend_of(const struct virtio *d)
{
	switch (d->backend) {
	case BACKEND_FILE:
		return HV_BACKEND_FILE;
	case BACKEND_TAP:
		return HV_BACKEND_TAP;
	case BACKEND_PTY:
		return HV_BACKEND_PTY;
	case BACKEND_TERMINAL:
		return HV_BACKEND_TERMINAL;
	case BACKEND_NONE:
		break;
	}
	return 0;
}

static bool is_text(const char *field, size_t size, const char *text)
{
	size_t n = strlen(text);

	if (n >= size || memcmp(field, text, n))
		return false;
	while (n < size && !field[n])
		n++;
	return n == size;
}

/* As the image has it, and behind it what the text says. */
static bool is_device(const struct hv_loader_virtio *is,
		      const struct hv_virtio *row, const struct virtio *d)
{
	return is_text(is->name, sizeof(is->name), d->name) &&
	       is->kind == row->kind && is->flags == row->flags &&
	       is->front == row->front && is->n_queues == row->n_queues &&
	       is->backend == backend_of(d) && !is->zero[0] && !is->zero[1] &&
	       !memcmp(is->mac, d->mac, sizeof(is->mac)) &&
	       is_text(is->path, sizeof(is->path), d->path ? d->path : "");
}

static void check_virtios(struct verify *v, const struct hv_loader *l,
			  const uint8_t *section)
{
	size_t n = v->model->n_virtios;
	const struct hv_loader_virtio *is = rows_of(v, section,
		"virtio devices", l->virtios, n, sizeof(*is));
	const struct hv_virtio *rows = verify_list(v, "virtios",
						   v->head->virtios, n);

	for (size_t i = 0; is && rows && i < n; i++)
		if (!is_device(&is[i], &rows[i], &v->model->virtios[i]))
			verify_differ(v, "virtio '%s': the program beside the"
				      " image puts something else behind it",
				      v->model->virtios[i].name);
}

void verify_loader(struct verify *v)
{
	const uint8_t *section;
	const struct hv_loader *l;

	if (!v->parts->loader_path)
		return;
	section = find_section(v);
	l = (const void *)section;
	if (!section)
		return;
	if (!is_ours(v, l)) {
		verify_differ(v, "'%s' is another image's",
			      v->parts->loader_path);
		return;
	}
	check_cells(v, l, section);
	check_virtios(v, l, section);
}
