/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rows first, trees behind them as far as they fit: without its tree in here a
 * cell can still be loaded from the image.
 */
#include "image/loader.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "image/elf.h"

#define PROGRAM_SIZE_MAX ((size_t)1 << 26)

/* The section while it is filled; `used` only grows. */
struct filling {
	struct arena *arena;
	const struct layout *layout;
	const struct hv_head *tables;
	const struct segments *segments;
	uint8_t *bytes;
	size_t used;
	size_t n_trees_left_out;
};

static struct hv_loader *head_of(const struct filling *f)
{
	return (struct hv_loader *)(void *)f->bytes;
}

static const void *table_rows(const struct filling *f, struct hv_list list)
{
	return (const char *)f->tables + list.offset;
}

/* Room for n more rows of this size, all zero; NULL: there is none. */
static void *take(struct filling *f, size_t n, size_t row_size,
		  struct hv_list *list)
{
	size_t at = (f->used + 7) & ~(size_t)7;

	if (n > (HV_LOADER_SIZE - at) / row_size)
		return NULL;
	*list = (struct hv_list){ (uint32_t)at, (uint32_t)n };
	f->used = at + n * row_size;
	return f->bytes + at;
}

/* ---- pieces -------------------------------------------------------------- */

static uint32_t kind_of(enum piece_kind kind)
{
	switch (kind) {
	case PIECE_KERNEL:
		return HV_PIECE_KERNEL;
	case PIECE_INITRD:
		return HV_PIECE_INITRD;
	case PIECE_IMAGE:
		return HV_PIECE_IMAGE;
	case PIECE_ELF_SEGMENT:
		return HV_PIECE_ELF;
	case PIECE_TREE:
		break;
	}
	return HV_PIECE_TREE;
}

/* Up to the next piece above it, or the end of the RAM that it lies in. */
static uint64_t room_of(const struct cell_layout *c, const struct piece *p)
{
	uint64_t end = 0;

	for (size_t i = 0; i < c->n_mappings; i++) {
		const struct mapping *m = &c->mappings[i];

		if (m->kind == MAP_RAM && p->ipa.u - m->ipa.base.u < m->ipa.size)
			end = m->ipa.base.u + m->ipa.size;
	}
	for (size_t i = 0; i < c->n_pieces; i++)
		if (c->pieces[i].ipa.u > p->ipa.u && c->pieces[i].ipa.u < end)
			end = c->pieces[i].ipa.u;
	return end - p->ipa.u;
}

/* Row 0 is the runtime: no piece's. */
static uint32_t segment_of(const struct segments *s, uint32_t cell_i,
			   const struct piece *p)
{
	for (size_t i = 1; i < s->n_rows; i++)
		if (s->sources[i].piece == p && s->rows[i].cell == cell_i &&
		    s->rows[i].destination.u == p->pa.u)
			return (uint32_t)i;
	return 0;
}

/* Without its folder, which is of the machine that hvcc ran on. */
static void name_file(struct hv_loader_piece *row, const struct payload *p)
{
	const char *slash = strrchr(p->file, '/');
	const char *name = slash ? slash + 1 : p->file;
	size_t n = strlen(name);

	if (n > sizeof(row->file) - 1)
		n = sizeof(row->file) - 1;
	memcpy(row->file, name, n);
}

static void fill_piece(const struct filling *f, size_t cell_i,
		       const struct piece *p, struct hv_loader_piece *row)
{
	const struct cell_layout *c = &f->layout->cells[cell_i];
	uint32_t segment = segment_of(f->segments, (uint32_t)cell_i, p);

	assert(segment);
	row->kind = kind_of(p->kind);
	row->sha256 = f->segments->rows[segment].sha256;
	row->segment = segment;
	row->size = p->size;
	row->to.u = p->ipa.u;
	row->room = room_of(c, p);
	row->file_i = HV_NONE;
	if (!p->payload)
		return;
	row->file_offset = p->file_offset;
	row->file_size = p->payload->size;
	row->file_i = p->payload == &c->cell->boot.initrd;
	name_file(row, p->payload);
}

/* An ELF's BSS has no bytes in the file, and no row. */
static bool fill_pieces(struct filling *f, size_t cell_i, struct hv_list *list)
{
	const struct cell_layout *c = &f->layout->cells[cell_i];
	size_t n = 0;

	for (size_t i = 0; i < c->n_pieces; i++)
		n += c->pieces[i].size > 0;

	struct hv_loader_piece *rows = take(f, n, sizeof(*rows), list);

	for (size_t i = 0; rows && i < c->n_pieces; i++)
		if (c->pieces[i].size)
			fill_piece(f, cell_i, &c->pieces[i], rows++);
	return rows;
}

/* Only where a tree is put in place again. */
static void add_trees(struct filling *f)
{
	const struct hv_loader *head = head_of(f);
	const struct hv_loader_cell *cells =
		(const void *)(f->bytes + head->cells.offset);
	struct hv_loader_piece *rows =
		(void *)(f->bytes + head->pieces.offset);

	for (uint32_t i = 0; i < head->pieces.count; i++) {
		uint32_t segment = rows[i].segment;
		const uint8_t *tree = f->segments->sources[segment].tree;
		uint32_t cell = f->segments->rows[segment].cell;
		size_t size = (size_t)rows[i].size;

		if (!tree || !(cells[cell].managed & HV_MANAGED_LOAD))
			continue;
		while (size && !tree[size - 1])
			size--;

		void *to = take(f, size, 1, &rows[i].bytes);

		if (to)
			memcpy(to, tree, size);
		else
			f->n_trees_left_out++;
	}
}

/* ---- cells --------------------------------------------------------------- */

static bool fill_regions(struct filling *f, const struct hv_cell *c,
			 struct hv_list *list)
{
	const struct hv_region *all = table_rows(f, c->regions);
	size_t n = 0;

	for (size_t i = 0; i < c->regions.count; i++)
		n += all[i].kind == HV_REGION_RAM;

	struct hv_loader_region *rows = take(f, n, sizeof(*rows), list);

	for (size_t i = 0; rows && i < c->regions.count; i++)
		if (all[i].kind == HV_REGION_RAM)
			*rows++ = (struct hv_loader_region){
				.base = all[i].ipa, .size = all[i].size,
				.flags = all[i].flags,
			};
	return rows;
}

/* All cells' pieces side by side, then all regions: one list each. */
static bool fill_cells(struct filling *f)
{
	struct hv_loader *head = head_of(f);
	size_t n = f->tables->cells.count;
	const struct hv_cell *from = table_rows(f, f->tables->cells);
	struct hv_loader_cell *to = take(f, n, sizeof(*to), &head->cells);

	if (!to)
		return false;
	for (size_t i = 0; i < n; i++) {
		memcpy(to[i].name, from[i].name, sizeof(to[i].name));
		to[i].flags = from[i].flags;
		to[i].managed = from[i].managed;
		to[i].n_cpus = from[i].n_cpus;
		to[i].console = from[i].console;
		to[i].entry = from[i].entry;
		if (!fill_pieces(f, i, &to[i].pieces))
			return false;
		head->pieces.count += to[i].pieces.count;
	}
	for (size_t i = 0; i < n; i++) {
		if (!fill_regions(f, &from[i], &to[i].regions))
			return false;
		head->regions.count += to[i].regions.count;
	}
	head->pieces.offset = to[0].pieces.offset;
	head->regions.offset = to[0].regions.offset;
	return true;
}

/* ---- virtio devices ------------------------------------------------------ */

static uint32_t backend_of(enum virtio_backend backend)
{
	switch (backend) {
	case BACKEND_NONE:
		break;
	case BACKEND_FILE:
		return HV_BACKEND_FILE;
	case BACKEND_TAP:
		return HV_BACKEND_TAP;
	case BACKEND_PTY:
		return HV_BACKEND_PTY;
	case BACKEND_TERMINAL:
		return HV_BACKEND_TERMINAL;
	}
	return 0;
}

static bool fill_virtio(const struct virtio *d, const struct hv_virtio *from,
			struct hv_loader_virtio *to)
{
	size_t n = d->path ? strlen(d->path) : 0;

	if (n > sizeof(to->path) - 1)
		return false;
	memcpy(to->name, from->name, sizeof(to->name));
	to->kind = from->kind;
	to->flags = from->flags;
	to->front = from->front;
	to->n_queues = from->n_queues;
	to->backend = backend_of(d->backend);
	if (d->kind == VIRTIO_NET)
		memcpy(to->mac, d->mac, sizeof(to->mac));
	if (n)
		memcpy(to->path, d->path, n);
	return true;
}

static bool fill_virtios(struct filling *f)
{
	const struct model *m = f->layout->model;
	const struct hv_virtio *from = table_rows(f, f->tables->virtios);
	struct hv_loader_virtio *to;
	bool fits;

	if (!m->n_virtios)
		return true;
	to = take(f, m->n_virtios, sizeof(*to), &head_of(f)->virtios);
	fits = to;
	for (size_t i = 0; fits && i < m->n_virtios; i++)
		fits = fill_virtio(&m->virtios[i], &from[i], &to[i]);
	return fits;
}

/* ---- the program --------------------------------------------------------- */

/* What the build of hvcc left: a head and nothing behind it. */
static bool is_empty(const struct elf *e, const struct elf_section *s)
{
	struct hv_loader head;

	if (e->type != ET_EXEC || s->type != SHT_PROGBITS ||
	    s->size != HV_LOADER_SIZE)
		return false;
	memcpy(&head, s->bytes, sizeof(head));
	return head.magic == HV_LOADER_MAGIC && head.size == HV_LOADER_SIZE &&
	       head.abi_version == HV_ABI_VERSION && !head.cells.count;
}

static const struct elf_section *find_section(const struct elf *e)
{
	for (size_t i = 0; i < e->n_sections; i++)
		if (!strcmp(e->sections[i].name, HV_LOADER_SECTION))
			return &e->sections[i];
	return NULL;
}

static uint8_t *copy_program(struct arena *a, const char *path,
			     const struct hv_head *tables, struct loader *out,
			     const char **why)
{
	struct file file;
	struct elf e;
	const char *reason;

	if (!file_read(a, path, PROGRAM_SIZE_MAX, &file, &reason)) {
		*why = arena_printf(a, "'%s': %s", path, reason);
		return NULL;
	}

	const struct elf_section *s = NULL;

	if (elf_parse(a, file.bytes, file.size, &e, &reason))
		s = find_section(&e);
	if (!s || e.machine != tables->arch || !is_empty(&e, s)) {
		*why = arena_printf(a, "'%s' is not the program that this hvcc"
				    " was built with", path);
		return NULL;
	}

	uint8_t *bytes = arena_alloc(a, file.size);

	memcpy(bytes, file.bytes, file.size);
	out->bytes = bytes;
	out->size = file.size;
	return bytes + (s->bytes - file.bytes);
}

bool loader_make(struct arena *a, const char *path, const struct layout *l,
		 const struct hv_head *tables, const struct segments *s,
		 struct loader *out, const char **why)
{
	struct filling f = {
		.arena = a, .layout = l, .tables = tables, .segments = s,
		.used = sizeof(struct hv_loader),
	};

	f.bytes = copy_program(a, path, tables, out, why);
	if (!f.bytes)
		return false;
	head_of(&f)->identity = tables->identity;
	head_of(&f)->runtime = tables->runtime;
	head_of(&f)->root_cell = tables->root_cell;
	if (!fill_cells(&f) || !fill_virtios(&f)) {
		*why = arena_printf(a, "hvisor.loader has %u bytes for what it"
				    " knows of the cells, and they have too"
				    " many regions or virtio devices",
				    HV_LOADER_SIZE);
		return false;
	}
	add_trees(&f);
	out->n_trees_left_out = f.n_trees_left_out;
	return true;
}
