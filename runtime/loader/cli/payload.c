/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/payload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "cli/file.h"
#include "cli/say.h"
#include "cli/sha256.h"
#include "cli/tree.h"

#define FILES_MAX 8u	/* of one cell; hvcc knows two */

void payload_add(struct payload *out, const struct payload_piece *piece)
{
	if (out->n == HV_MAX_SEGMENTS)
		fail(EXIT_ENVIRONMENT, "'%s' has more segments than %u",
		     piece->what, HV_MAX_SEGMENTS);
	out->pieces[out->n++] = *piece;
}

/* ---- an image ------------------------------------------------------------ */

void payload_from_image(struct payload *out, const struct image *image,
			uint32_t cell_i, const char *cell)
{
	for (uint32_t i = 1; i < image->head->n_segments; i++) {
		const struct hv_segment *s = &image->head->segments[i];
		struct payload_piece piece = {
			.what = image->path, .bytes = image->bytes + s->offset,
			.size = s->size,
		};
		struct hv_sha256 sum;

		if (s->cell != cell_i || (s->kind != HV_SEGMENT_PAYLOAD &&
					  s->kind != HV_SEGMENT_TREE))
			continue;
		if (!image_find_ipa(image, cell_i, s->destination.u, s->size,
				    &piece.to))
			fail(EXIT_ENVIRONMENT, "'%s' has a segment for '%s' at"
			     " 0x%" PRIx64 ", which is not in its RAM",
			     image->path, cell, s->destination.u);
		sum = sha256(piece.bytes, (size_t)piece.size);
		if (!sha256_is_equal(&sum, &s->sha256))
			fail(EXIT_ENVIRONMENT, "'%s' is damaged: segment %u is"
			     " not what its hash says", image->path, i);
		payload_add(out, &piece);
	}
}

/* ---- files --------------------------------------------------------------- */

struct loading {
	struct payload *out;
	const struct hv_loader *tables;
	const struct hv_loader_cell *cell;
	struct file files[FILES_MAX];
	size_t n_files;
	bool is_any;			/* payload any */
};

static void refuse_other(const struct loading *l, const struct file *file,
			 const struct hv_loader_piece *p,
			 const struct hv_sha256 *sum)
{
	char is[SAY_HASH_SIZE], was[SAY_HASH_SIZE];

	say_hash(sum, is);
	say_hash(&p->sha256, was);
	fail(EXIT_REFUSED, "'%s' is not the '%s' that hvcc saw for '%s': at"
	     " 0x%" PRIx64 " it has SHA-256 %s, and that had %s; `payload any`"
	     " in cells(5) would allow it", file->path, p->file,
	     l->cell->name, p->file_offset, is, was);
}

/* The bytes that hvcc saw. */
static void add_compiled(struct loading *l, const struct hv_loader_piece *p,
			 const struct file *file)
{
	const struct payload_piece piece = {
		.what = file->path, .bytes = file->bytes + p->file_offset,
		.size = p->size, .to = p->to.u,
	};

	if (file->size != p->file_size || p->file_offset > file->size ||
	    p->size > file->size - p->file_offset)
		fail(EXIT_REFUSED, "'%s' has 0x%zx bytes, and the '%s' that"
		     " hvcc saw for '%s' has 0x%" PRIx64 "; `payload any` in"
		     " cells(5) would allow it", file->path, file->size,
		     p->file, l->cell->name, p->file_size);

	struct hv_sha256 sum = sha256(piece.bytes, (size_t)piece.size);

	if (!sha256_is_equal(&sum, &p->sha256))
		refuse_other(l, file, p, &sum);
	payload_add(l->out, &piece);
}

/* What a kernel needs at run time (booting.rst: image_size, at 16). */
static uint64_t memory_size(const struct hv_loader_piece *p,
			    const struct file *file)
{
	uint64_t size;

	if (p->kind != HV_PIECE_KERNEL || file->size < 64 ||
	    memcmp(file->bytes + 56, "ARM\x64", 4))
		return file->size;
	memcpy(&size, file->bytes + 16, sizeof(size));
	return size > file->size ? size : file->size;
}

static void add_other(struct loading *l, const struct hv_loader_piece *p,
		      const struct file *file)
{
	const struct payload_piece piece = {
		.what = file->path, .bytes = file->bytes, .size = file->size,
		.to = p->to.u,
	};
	uint64_t needed = memory_size(p, file);

	if (needed > p->room)
		fail(EXIT_REFUSED, "'%s' needs 0x%" PRIx64 " bytes in '%s',"
		     " and there are 0x%" PRIx64 " at 0x%" PRIx64, file->path,
		     needed, l->cell->name, p->room, p->to.u);
	payload_add(l->out, &piece);
}

/* A segment of an ELF file stands for all of the file. */
static bool is_first_of_file(const struct loading *l, uint32_t piece_i)
{
	for (uint32_t i = 0; i < piece_i; i++)
		if (tables_piece(l->tables, l->cell, i)->file_i ==
		    tables_piece(l->tables, l->cell, piece_i)->file_i)
			return false;
	return true;
}

static void add_file(struct loading *l, uint32_t piece_i)
{
	const struct hv_loader_piece *p =
		tables_piece(l->tables, l->cell, piece_i);
	const struct file *file = &l->files[p->file_i];

	if (!l->is_any)
		add_compiled(l, p, file);
	else if (p->kind != HV_PIECE_ELF)
		add_other(l, p, file);
	else if (is_first_of_file(l, piece_i))
		payload_add_elf(l->out, l->tables, l->cell, file->path,
				file->bytes, file->size);
}

/* Where the initrd is another one, its end is too. */
static void add_tree(struct loading *l, const struct hv_loader_piece *p)
{
	const uint8_t *own = tables_bytes(l->tables, p);

	if (!own)
		fail(EXIT_REFUSED, "this hvisor.loader has no room for the"
		     " devicetree of '%s': name the image with --image",
		     l->cell->name);

	uint8_t *tree = malloc(p->bytes.count);

	if (!tree)
		fail(EXIT_ENVIRONMENT, "out of memory");
	memcpy(tree, own, p->bytes.count);
	for (uint32_t i = 0; l->is_any && i < l->cell->pieces.count; i++) {
		const struct hv_loader_piece *o =
			tables_piece(l->tables, l->cell, i);

		if (o->kind == HV_PIECE_INITRD &&
		    !tree_set_initrd_end(tree, p->bytes.count, o->to.u +
					 l->files[o->file_i].size))
			fail(EXIT_ENVIRONMENT, "the devicetree of '%s' has no"
			     " place for another initrd", l->cell->name);
	}
	payload_add(l->out, &(struct payload_piece){
		    "devicetree", tree, p->bytes.count, p->to.u });
}

/* A cell without a file of its own takes one, at its entry. */
static void add_at_entry(struct loading *l)
{
	uint64_t entry = l->cell->entry.u;

	for (uint32_t i = 0; i < l->cell->regions.count; i++) {
		const struct hv_loader_region *r =
			tables_region(l->tables, l->cell, i);
		uint64_t in = entry - r->base.u;

		if (entry < r->base.u || in >= r->size)
			continue;

		struct hv_loader_piece p = {
			.kind = HV_PIECE_IMAGE, .to = { entry },
			.room = r->size - in,
		};

		for (uint32_t k = 0; k < l->cell->pieces.count; k++) {
			uint64_t to = tables_piece(l->tables, l->cell, k)->to.u;

			if (to >= entry && to - entry < p.room)
				p.room = to - entry;
		}
		add_other(l, &p, &l->files[0]);
		return;
	}
	fail(EXIT_REFUSED, "the entry of '%s', 0x%" PRIx64 ", is not in its RAM",
	     l->cell->name, entry);
}

static const char *compiled_name(const struct loading *l, uint32_t file_i)
{
	for (uint32_t i = 0; i < l->cell->pieces.count; i++) {
		const struct hv_loader_piece *p =
			tables_piece(l->tables, l->cell, i);

		if (p->file_i == file_i)
			return p->file;
	}
	return "";
}

static void open_files(struct loading *l, const char *const *paths, size_t n)
{
	uint32_t n_compiled = tables_n_files(l->tables, l->cell);

	l->n_files = n_compiled ? n_compiled : 1;
	if (n ? n != l->n_files : !n_compiled)
		fail(EXIT_ENVIRONMENT, "'%s' takes %zu file%s, in the order of"
		     " its configuration, and %zu %s named", l->cell->name,
		     l->n_files, l->n_files == 1 ? "" : "s", n,
		     n == 1 ? "is" : "are");
	if (l->n_files > FILES_MAX)
		fail(EXIT_ENVIRONMENT, "'%s' has more files than %u",
		     l->cell->name, FILES_MAX);
	for (uint32_t i = 0; i < l->n_files; i++)
		file_open(&l->files[i], n ? paths[i] : compiled_name(l, i));
}

void payload_from_files(struct payload *out, const struct hv_loader *t,
			uint32_t cell_i, const char *const *paths, size_t n)
{
	struct loading l = {
		.out = out, .tables = t, .cell = tables_cell(t, cell_i),
	};

	l.is_any = l.cell->flags & HV_CELL_PAYLOAD_ANY;
	open_files(&l, paths, n);
	if (!tables_n_files(t, l.cell))
		add_at_entry(&l);
	for (uint32_t i = 0; i < l.cell->pieces.count; i++) {
		const struct hv_loader_piece *p = tables_piece(t, l.cell, i);

		if (p->kind == HV_PIECE_TREE)
			add_tree(&l, p);
		else
			add_file(&l, i);
	}
}
