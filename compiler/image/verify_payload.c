/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the segments hold: the payload files as they are on disk now, and the
 * cells' trees. Each is asked for; in which order does not matter.
 */
#include <inttypes.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "image/hash.h"
#include "image/payload.h"
#include "image/verify.h"

static const struct hv_segment *find_segment(const struct verify *v,
					     uint32_t kind, size_t cell,
					     uint64_t destination, bool *is_used)
{
	for (uint32_t i = 1; i < v->image->n_segments; i++) {
		const struct hv_segment *s = &v->image->segments[i];

		if (s->kind == kind && s->cell == cell &&
		    s->destination.u == destination) {
			is_used[i] = true;
			return s;
		}
	}
	return NULL;
}

static const char *piece_name(const struct verify *v, const struct piece *p)
{
	return p->payload ? arena_printf(v->arena, "'%s'", p->payload->path) :
			    "its devicetree";
}

/* The tree that emit makes, with the identity in its place, then zeros. */
static bool has_tree(const struct verify *v, const struct hv_segment *s,
		     size_t cell_i)
{
	size_t size = v->parts->tree_sizes[cell_i];
	uint8_t *tree = arena_alloc(v->arena, (size_t)s->size);

	if (size > s->size)
		return false;
	memcpy(tree, v->parts->trees[cell_i], size);
	return !fdt_setprop_inplace(tree, fdt_path_offset(tree, "/hypervisor"),
				    "identity", v->image->identity.b,
				    sizeof(struct hv_sha256)) &&
	       !memcmp(tree, v->bytes + s->offset, (size_t)s->size);
}

static void check_bytes(struct verify *v, const struct hv_segment *s,
			const struct piece *p, size_t cell_i)
{
	const char *cell = v->model->cells[cell_i].name, *why;
	struct hv_sha256 sum;

	if (s->size != p->size) {
		verify_differ(v, "cell '%s': %s has 0x%" PRIx64 " bytes in the"
			      " image, not 0x%" PRIx64, cell, piece_name(v, p),
			      s->size, p->size);
	} else if (p->kind == PIECE_TREE) {
		if (!has_tree(v, s, cell_i))
			verify_differ(v, "cell '%s': the devicetree in the image"
				      " is not the one of the model", cell);
	} else if (!payload_read(v->arena, p, NULL, NULL, &sum, &why)) {
		fatal("%s", why);
	} else if (!hash_is_equal(&sum, &s->sha256)) {
		verify_differ(v, "cell '%s': %s is not what is in the image",
			      cell, piece_name(v, p));
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
	s = find_segment(v, kind, cell_i, p->pa.u, is_used);
	if (!s)
		verify_differ(v, "cell '%s': no segment goes to 0x%" PRIx64
			      ", where %s belongs", v->model->cells[cell_i].name,
			      p->pa.u, piece_name(v, p));
	else
		check_bytes(v, s, p, cell_i);
}

/*
 * The cell that names the segment of a place that several may share. One of
 * them asks, so there is a first; what is not kept is at no such place.
 */
static size_t first_keeper(const struct verify *v, pa_t pristine)
{
	for (size_t i = 0;; i++) {
		const struct cell_layout *l = &v->layout->cells[i];

		for (size_t k = 0; k < l->n_pieces; k++)
			if (l->pieces[k].pristine.u == pristine.u)
				return i;
	}
}

/* Cells with equal files share the place: one segment fills it for them all. */
static void check_pristine(struct verify *v, const struct piece *p,
			   size_t cell_i, bool *is_used)
{
	const struct hv_segment *s;

	if (!p->has_pristine)
		return;
	s = find_segment(v, HV_SEGMENT_PRISTINE, first_keeper(v, p->pristine),
			 p->pristine.u, is_used);
	if (!s)
		verify_differ(v, "cell '%s': nothing goes to 0x%" PRIx64
			      ", where %s is kept for the next start",
			      v->model->cells[cell_i].name, p->pristine.u,
			      piece_name(v, p));
	else
		check_bytes(v, s, p, cell_i);
}

void verify_payloads(struct verify *v)
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
