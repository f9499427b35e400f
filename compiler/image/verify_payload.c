/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the segments hold: the payload files as they are on disk now, and the
 * cells' trees. Each is asked for; in which order does not matter.
 */
#include <inttypes.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
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

/* ---- payload files -------------------------------------------------------- */

struct comparing {
	const uint8_t *bytes;		/* of the segment */
	bool is_same;
};

static bool compare(void *arg, uint64_t offset, const void *bytes, size_t size,
		    const char **why)
{
	struct comparing *c = arg;

	(void)why;
	c->is_same &= !memcmp(c->bytes + offset, bytes, size);
	return true;
}

/* A part of a file that is a segment's, and need not be read once more. */
struct compared { const struct piece *piece; uint64_t offset; };

struct checking {
	struct verify *v;
	bool is_used[HV_MAX_SEGMENTS];
	struct compared *compared;
	size_t n_compared;
};

static bool was_compared(const struct checking *c, const struct hv_segment *s,
			 const struct piece *p)
{
	for (size_t i = 0; i < c->n_compared; i++)
		if (c->compared[i].offset == s->offset &&
		    payload_is_same(c->compared[i].piece, p))
			return true;
	return false;
}

static bool has_file(struct checking *c, const struct hv_segment *s,
		     const struct piece *p)
{
	struct comparing to = { c->v->bytes + s->offset, true };
	const char *why;

	if (was_compared(c, s, p))
		return true;
	if (!payload_read(c->v->arena, p, compare, &to, NULL, &why))
		fatal("%s", why);
	if (to.is_same) {
		c->compared = arena_grow(c->v->arena, c->compared,
					 c->n_compared, sizeof(*c->compared));
		c->compared[c->n_compared++] = (struct compared){ p, s->offset };
	}
	return to.is_same;
}

static void check_bytes(struct checking *c, const struct hv_segment *s,
			const struct piece *p, size_t cell_i)
{
	struct verify *v = c->v;
	const char *cell = v->model->cells[cell_i].name;

	if (s->size != p->size) {
		verify_differ(v, "cell '%s': %s has 0x%" PRIx64 " bytes in the"
			      " image, not 0x%" PRIx64, cell, piece_name(v, p),
			      s->size, p->size);
	} else if (p->kind == PIECE_TREE) {
		if (!has_tree(v, s, cell_i))
			verify_differ(v, "cell '%s': the devicetree in the image"
				      " is not the one of the model", cell);
	} else if (!has_file(c, s, p)) {
		verify_differ(v, "cell '%s': %s is not what is in the image",
			      cell, piece_name(v, p));
	}
}

static void check_piece(struct checking *c, const struct piece *p,
			size_t cell_i)
{
	struct verify *v = c->v;
	uint32_t kind = p->kind == PIECE_TREE ? HV_SEGMENT_TREE :
						HV_SEGMENT_PAYLOAD;
	const struct hv_segment *s;

	if (!p->size)
		return;
	s = find_segment(v, kind, cell_i, p->pa.u, c->is_used);
	if (!s)
		verify_differ(v, "cell '%s': no segment goes to 0x%" PRIx64
			      ", where %s belongs", v->model->cells[cell_i].name,
			      p->pa.u, piece_name(v, p));
	else
		check_bytes(c, s, p, cell_i);
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
static void check_pristine(struct checking *c, const struct piece *p,
			   size_t cell_i)
{
	struct verify *v = c->v;
	const struct hv_segment *s;

	if (!p->has_pristine)
		return;
	s = find_segment(v, HV_SEGMENT_PRISTINE, first_keeper(v, p->pristine),
			 p->pristine.u, c->is_used);
	if (!s)
		verify_differ(v, "cell '%s': nothing goes to 0x%" PRIx64
			      ", where %s is kept for the next start",
			      v->model->cells[cell_i].name, p->pristine.u,
			      piece_name(v, p));
	else
		check_bytes(c, s, p, cell_i);
}

void verify_payloads(struct verify *v)
{
	struct checking c = { .v = v, .is_used = { true } };

	for (size_t i = 0; i < v->model->n_cells; i++)
		for (size_t k = 0; k < v->layout->cells[i].n_pieces; k++)
			check_piece(&c, &v->layout->cells[i].pieces[k], i);
	for (size_t i = 0; i < v->model->n_cells; i++)
		for (size_t k = 0; k < v->layout->cells[i].n_pieces; k++)
			check_pristine(&c, &v->layout->cells[i].pieces[k], i);
	for (uint32_t i = 0; i < v->image->n_segments; i++)
		if (!c.is_used[i])
			verify_differ(v, "segment %" PRIu32 " goes to 0x%" PRIx64
				      ", and no cell asked for it", i,
				      v->image->segments[i].destination.u);
}
