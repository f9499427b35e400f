/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the segments hold: the payload files as they are on disk now, the
 * cells' trees, the runtime that was built once for all images; and the
 * identity that is made of all of it.
 */
#include <inttypes.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "image/hash.h"
#include "image/payload.h"
#include "image/verify.h"

#define HASH_FILE_MAX ((size_t)4096)

static const struct hv_segment *find_segment(const struct verify *v,
					     uint32_t kind, uint32_t cell,
					     uint64_t destination, bool *is_used)
{
	for (uint32_t i = 1; i < v->image->n_segments; i++) {
		const struct hv_segment *s = &v->image->segments[i];

		if (!is_used[i] && s->kind == kind &&
		    (cell == HV_NONE || s->cell == cell) &&
		    s->destination.u == destination) {
			is_used[i] = true;
			return s;
		}
	}
	return NULL;
}

static const char *piece_name(const struct piece *p)
{
	return p->payload ? p->payload->path : "its devicetree";
}

/* The tree that emit makes, with the identity in its place, then zeros. */
static bool has_tree(const struct verify *v, const struct hv_segment *s,
		     size_t cell_i)
{
	size_t size = v->parts->tree_sizes[cell_i];
	uint8_t *tree = arena_alloc(v->arena, (size_t)s->size);
	int n, node;

	if (size > s->size)
		return false;
	memcpy(tree, v->parts->trees[cell_i], size);
	node = fdt_path_offset(tree, "/hypervisor");

	const void *identity = node < 0 ? NULL :
		fdt_getprop(tree, node, "identity", &n);

	if (!identity || n != (int)sizeof(struct hv_sha256))
		return false;
	memcpy(tree + ((const uint8_t *)identity - tree),
	       v->image->identity.b, sizeof(struct hv_sha256));
	return !memcmp(tree, v->bytes + s->offset, (size_t)s->size);
}

static void check_bytes(struct verify *v, const struct hv_segment *s,
			const struct piece *p, size_t cell_i)
{
	const char *cell = v->model->cells[cell_i].name, *why;
	struct hv_sha256 sum;

	if (s->size != p->size) {
		verify_differ(v, "cell '%s': %s has 0x%" PRIx64 " bytes in the"
			      " image, not 0x%" PRIx64, cell, piece_name(p),
			      s->size, p->size);
	} else if (p->kind == PIECE_TREE) {
		if (!has_tree(v, s, cell_i))
			verify_differ(v, "cell '%s': the devicetree in the image"
				      " is not the one of the model", cell);
	} else if (!payload_read(v->arena, p, NULL, NULL, &sum, &why)) {
		fatal("%s", why);
	} else if (!hash_is_equal(&sum, &s->sha256)) {
		verify_differ(v, "cell '%s': '%s' is not what is in the image",
			      cell, piece_name(p));
	}
}

static void check_piece(struct verify *v, const struct piece *p, size_t cell_i,
			bool *is_used)
{
	uint32_t kind = p->kind == PIECE_TREE ? HV_SEGMENT_TREE :
						HV_SEGMENT_PAYLOAD;
	const struct hv_segment *s;

	if (!p->size)
		return;
	s = find_segment(v, kind, (uint32_t)cell_i, p->pa.u, is_used);
	if (!s)
		verify_differ(v, "cell '%s': no segment goes to 0x%" PRIx64
			      ", where %s belongs", v->model->cells[cell_i].name,
			      p->pa.u, piece_name(p));
	else
		check_bytes(v, s, p, cell_i);
}

/* Cells with equal files share the place: one segment fills it. */
static bool is_filled(const struct verify *v, uint64_t pristine,
		      const bool *is_used)
{
	for (uint32_t i = 1; i < v->image->n_segments; i++)
		if (is_used[i] &&
		    v->image->segments[i].kind == HV_SEGMENT_PRISTINE &&
		    v->image->segments[i].destination.u == pristine)
			return true;
	return false;
}

static void check_pristine(struct verify *v, const struct piece *p,
			   size_t cell_i, bool *is_used)
{
	const struct hv_segment *s;

	if (!p->size || !p->has_pristine ||
	    is_filled(v, p->pristine.u, is_used))
		return;
	s = find_segment(v, HV_SEGMENT_PRISTINE, HV_NONE, p->pristine.u,
			 is_used);
	if (!s)
		verify_differ(v, "cell '%s': nothing goes to 0x%" PRIx64
			      ", where %s is kept for the next start",
			      v->model->cells[cell_i].name, p->pristine.u,
			      piece_name(p));
	else
		check_bytes(v, s, p, cell_i);
}

static void check_segments(struct verify *v)
{
	bool is_used[HV_MAX_SEGMENTS] = { true };

	for (size_t i = 0; i < v->model->n_cells; i++)
		for (size_t k = 0; k < v->layout->cells[i].n_pieces; k++)
			check_piece(v, &v->layout->cells[i].pieces[k], i,
				    is_used);
	for (size_t i = 0; i < v->model->n_cells; i++)
		for (size_t k = 0; k < v->layout->cells[i].n_pieces; k++)
			check_pristine(v, &v->layout->cells[i].pieces[k], i,
				       is_used);
	for (uint32_t i = 0; i < v->image->n_segments; i++)
		if (!is_used[i])
			verify_differ(v, "segment %" PRIu32 " goes to 0x%" PRIx64
				      ", and no cell asked for it", i,
				      v->image->segments[i].destination.u);
}

/* ---- runtime ------------------------------------------------------------- */

static struct hv_sha256 hash_parts(const struct verify *v, struct pa_range from,
				   struct pa_range to)
{
	uint64_t begin = verify_offset(v, from);
	uint64_t end = verify_offset(v, to) + to.size;

	return hash_bytes(v->bytes + begin, (size_t)(end - begin));
}

static void check_runtime(struct verify *v)
{
	const struct hypervisor_layout *h = &v->layout->hypervisor;
	struct hv_sha256 code = hash_parts(v, h->text, h->rodata);
	struct hv_sha256 data = hash_parts(v, h->data_bss, h->data_bss);
	struct file file;
	const char *why;

	if (!hash_is_equal(&code, &v->head->runtime))
		verify_differ(v, "the runtime's code does not have the hash that"
			      " the tables have");
	if (!file_read(v->arena, v->parts->runtime_sha256_path, HASH_FILE_MAX,
		       &file, &why))
		fatal("'%s': %s", v->parts->runtime_sha256_path, why);
	if (strcmp((const char *)file.bytes,
		   hash_runtime_text(v->arena, &code, &data)))
		verify_differ(v, "the runtime is not the one that was built:"
			      " its hash differs from '%s'",
			      v->parts->runtime_sha256_path);
}

/* ---- identity ------------------------------------------------------------ */

/* A pristine copy of a tree is the bytes of the tree itself. */
static bool is_tree(const struct verify *v, const struct hv_segment *s)
{
	for (uint32_t i = 1; i < v->image->n_segments; i++)
		if (v->image->segments[i].kind == HV_SEGMENT_TREE &&
		    v->image->segments[i].offset == s->offset)
			return true;
	return false;
}

/* A tree counts with its identity zero; find it as a reader of trees would. */
static struct hv_sha256 hash_for_identity(const struct verify *v,
					  const struct hv_segment *s)
{
	uint8_t *copy;
	int node, n = 0;

	if (!is_tree(v, s))
		return s->sha256;
	copy = arena_alloc(v->arena, (size_t)s->size);
	memcpy(copy, v->bytes + s->offset, (size_t)s->size);
	if (s->size < FDT_V17_SIZE || fdt_check_full(copy, (size_t)s->size))
		return s->sha256;
	node = fdt_path_offset(copy, "/hypervisor");

	const uint8_t *identity = node < 0 ? NULL :
		fdt_getprop(copy, node, "identity", &n);

	if (!identity || n != (int)sizeof(struct hv_sha256))
		return s->sha256;
	memset(copy + (identity - copy), 0, sizeof(struct hv_sha256));
	return hash_bytes(copy, (size_t)s->size);
}

static void check_identity(struct verify *v)
{
	uint64_t size = v->layout->hypervisor.tables.size;
	uint8_t *tables = arena_alloc(v->arena, (size_t)size);
	struct hash h = hash_begin();

	memcpy(tables, v->head, (size_t)size);
	memset(tables + offsetof(struct hv_head, identity), 0,
	       sizeof(struct hv_sha256));
	hash_add(&h, tables, (size_t)size);
	for (uint32_t i = 1; i < v->image->n_segments; i++) {
		struct hv_sha256 sum =
			hash_for_identity(v, &v->image->segments[i]);

		hash_add(&h, sum.b, sizeof(sum.b));
	}

	struct hv_sha256 identity = hash_end(&h);

	if (!hash_is_equal(&identity, &v->image->identity) ||
	    !hash_is_equal(&identity, &v->head->identity))
		verify_differ(v, "the identity is not the hash of tables and"
			      " segments");
}

void verify_payloads(struct verify *v)
{
	check_segments(v);
	check_runtime(v);
	check_identity(v);
}
