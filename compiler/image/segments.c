/* SPDX-License-Identifier: BSD-2-Clause */
#include "image/segments.h"

#include <assert.h>
#include <string.h>

#include <libfdt.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/rules.h"
#include "image/hash.h"
#include "image/payload.h"

/* Offsets are granule multiples: a loader can then map instead of copy. */
#define OFFSET_ALIGN GRANULE
#define ROWS_MAX (HV_MAX_SEGMENTS - 1)
#define NOTES_MAX 4

/* Of the 32 bytes of /hypervisor's identity in a tree; 0: none. */
static uint64_t identity_offset(const void *tree, size_t size)
{
	if (size < sizeof(struct fdt_header) || fdt_check_full(tree, size))
		return 0;

	int n = 0;
	int node = fdt_path_offset(tree, "/hypervisor");
	const void *identity = node < 0 ? NULL :
		fdt_getprop(tree, node, "identity", &n);

	if (!identity || n != (int)sizeof(struct hv_sha256))
		return 0;
	return (uint64_t)((const char *)identity - (const char *)tree);
}

struct plan {
	struct arena *arena;
	const struct layout *layout;
	const struct image_parts *parts;
	struct segments *out;
};

/* A piece of memory without bytes in the file (an ELF's BSS) has no row. */
static struct segment_source *add_row(struct segments *s, uint32_t kind,
				      uint32_t cell, pa_t to,
				      const struct piece *p)
{
	struct segment_source *source = &s->sources[s->n_rows];

	s->rows[s->n_rows++] = (struct hv_segment){
		.kind = kind,
		.cell = cell,
		.size = p->size,
		.destination = { to.u },
	};
	*source = (struct segment_source){ .piece = p };
	return source;
}

/* The slot is copied whole; what the tree leaves of it is zero. */
static void take_tree(const struct plan *plan, size_t cell_i,
		      struct segment_source *source)
{
	size_t size = plan->parts->tree_sizes[cell_i];

	source->tree = arena_alloc(plan->arena, (size_t)source->piece->size);
	memcpy(source->tree, plan->parts->trees[cell_i], size);
	source->identity_offset = identity_offset(source->tree, size);
}

static void add_cell(const struct plan *plan, size_t cell_i)
{
	const struct cell_layout *c = &plan->layout->cells[cell_i];

	for (size_t i = 0; i < c->n_pieces; i++) {
		const struct piece *p = &c->pieces[i];
		bool is_tree = p->kind == PIECE_TREE;

		if (!p->size)
			continue;

		struct segment_source *source =
			add_row(plan->out, is_tree ? HV_SEGMENT_TREE :
				HV_SEGMENT_PAYLOAD, (uint32_t)cell_i, p->pa, p);

		if (is_tree)
			take_tree(plan, cell_i, source);
	}
}

static bool has_place(const struct segments *s, pa_t to)
{
	for (size_t i = 1; i < s->n_rows; i++)
		if (s->rows[i].destination.u == to.u)
			return true;
	return false;
}

/* Cells with the same file share its copy: the first of them names the row. */
static void add_pristine(const struct plan *plan)
{
	struct segments *s = plan->out;
	size_t n_pieces = s->n_rows;

	for (size_t i = 1; i < n_pieces; i++) {
		const struct piece *p = s->sources[i].piece;

		if (!p->has_pristine || has_place(s, p->pristine))
			continue;

		struct segment_source *copy =
			add_row(s, HV_SEGMENT_PRISTINE, s->rows[i].cell,
				p->pristine, p);

		copy->tree = s->sources[i].tree;
		copy->identity_offset = s->sources[i].identity_offset;
	}
}

/*
 * By rising destination, behind the runtime. Payloads that lie in the file in
 * the order of their places can be moved there from wherever the image was
 * loaded: what goes up goes from the last, what goes down from the first.
 */
static void sort_rows(struct segments *s)
{
	for (size_t i = 2; i < s->n_rows; i++) {
		const struct hv_segment row = s->rows[i];
		const struct segment_source source = s->sources[i];
		size_t to = i;

		for (; to > 1 && s->rows[to - 1].destination.u >
				 row.destination.u; to--) {
			s->rows[to] = s->rows[to - 1];
			s->sources[to] = s->sources[to - 1];
		}
		s->rows[to] = row;
		s->sources[to] = source;
	}
}

static size_t count_of_cell(const struct cell_layout *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_pieces; i++)
		n += c->pieces[i].has_pristine ? 2 : 1;
	return n;
}

static size_t count_rows(const struct layout *l)
{
	size_t n = 1;

	for (size_t i = 0; i < l->model->n_cells; i++)
		n += count_of_cell(&l->cells[i]);
	return n;
}

/* Cells that boot one kernel, and its pristine copy: it is read once. */
static const struct hv_segment *find_hashed(const struct segments *s, size_t i)
{
	for (size_t k = 1; k < i; k++)
		if (payload_is_same(s->sources[k].piece, s->sources[i].piece))
			return &s->rows[k];
	return NULL;
}

static bool hash_row(const struct plan *plan, size_t i, const char **why)
{
	const struct segment_source *source = &plan->out->sources[i];
	const struct hv_segment *hashed = find_hashed(plan->out, i);
	struct hv_segment *row = &plan->out->rows[i];

	if (!source->tree && !hashed)
		return payload_read(plan->arena, source->piece, NULL, NULL,
				    &row->sha256, why);
	row->sha256 = hashed ? hashed->sha256 :
			       hash_bytes(source->tree, (size_t)row->size);
	return true;
}

/* A row before it, or a pristine copy, which has its offset first. */
static const struct hv_segment *find_equal(const struct segments *s, size_t n,
					   const struct hv_segment *row)
{
	for (size_t i = 1; i < s->n_rows; i++)
		if ((i < n || s->rows[i].kind == HV_SEGMENT_PRISTINE) &&
		    s->rows[i].size == row->size &&
		    hash_is_equal(&s->rows[i].sha256, &row->sha256))
			return &s->rows[i];
	return NULL;
}

static uint64_t place_row(struct hv_segment *row, uint64_t at)
{
	row->offset = (at + OFFSET_ALIGN - 1) & ~(OFFSET_ALIGN - 1);
	return row->offset + row->size;
}

/*
 * In the file as in memory: what the hypervisor keeps is in its place when the
 * image is loaded to its own. The others come behind the hypervisor's memory,
 * so that nothing has to be out of its way before it can run.
 */
static uint64_t place_pristine(struct segments *s, const struct hypervisor_layout *h)
{
	for (size_t i = 1; i < s->n_rows; i++)
		if (s->rows[i].kind == HV_SEGMENT_PRISTINE)
			place_row(&s->rows[i], s->rows[i].destination.u -
					       h->all.base.u);
	return h->pristine.base.u + h->pristine.size - h->all.base.u;
}

/* Where a row can lie in its place as well, at the price of no more bytes
 * between it and the one before than it has itself. */
static uint64_t in_place(const struct hv_segment *row,
			 const struct hypervisor_layout *h, uint64_t at)
{
	uint64_t place = row->destination.u - h->all.base.u;

	return row->destination.u >= h->all.base.u && place >= at &&
	       place - at <= row->size && place % OFFSET_ALIGN == 0 ? place : at;
}

static uint64_t file_size(const struct segments *s)
{
	uint64_t size = 0;

	for (size_t i = 0; i < s->n_rows; i++)
		if (s->rows[i].offset + s->rows[i].size > size)
			size = s->rows[i].offset + s->rows[i].size;
	return size;
}

static void place_rows(struct segments *s, const struct hypervisor_layout *h)
{
	uint64_t at = place_pristine(s, h);

	for (size_t i = 1; i < s->n_rows; i++) {
		struct hv_segment *row = &s->rows[i];
		const struct hv_segment *equal;

		if (row->kind == HV_SEGMENT_PRISTINE)
			continue;
		equal = find_equal(s, i, row);
		s->sources[i].is_shared = equal;
		if (equal)
			row->offset = equal->offset;
		else
			at = place_row(row, in_place(row, h, at));
	}
	s->file_size = file_size(s);
}

/* Those with the most pieces: of many cells that have equally many, a few. */
static void note_largest(const struct layout *l, struct diag *d)
{
	size_t most = 0, n_told = 0;

	for (size_t i = 0; i < l->model->n_cells; i++)
		if (count_of_cell(&l->cells[i]) > most)
			most = count_of_cell(&l->cells[i]);
	for (size_t i = 0; i < l->model->n_cells && n_told < NOTES_MAX; i++) {
		const struct cell_layout *c = &l->cells[i];

		if (count_of_cell(c) != most)
			continue;
		n_told++;
		diag_note(d, c->cell->boot.at, "'%s' has %zu of them%s",
			  c->cell->name, most, c->pieces[0].has_pristine ?
			  ", half of them kept for the next start" : "");
	}
}

bool image_has_room(const struct layout *l, struct diag *d)
{
	size_t n = count_rows(l) - 1;

	if (n < ROWS_MAX)
		return true;
	diag_error(d, &rule_file_unusable, l->model->at,
		   "the payloads have %zu pieces, and an image has room for %u",
		   n, ROWS_MAX - 1);
	note_largest(l, d);
	return false;
}

bool segments_plan(struct arena *a, const struct layout *l,
		   const struct image_parts *parts, struct segments *out,
		   const char **why)
{
	struct plan plan = { a, l, parts, out };
	size_t n = count_rows(l);

	*why = NULL;
	assert(n <= ROWS_MAX);
	out->rows = arena_array(a, n, sizeof(*out->rows));
	out->sources = arena_array(a, n, sizeof(*out->sources));
	out->n_rows = 1;
	out->rows[0] = (struct hv_segment){
		.kind = HV_SEGMENT_RUNTIME,
		.cell = HV_NONE,
		.size = l->hypervisor.image_size,
		.destination = { l->hypervisor.all.base.u },
	};
	for (size_t i = 0; i < l->model->n_cells; i++)
		add_cell(&plan, i);
	add_pristine(&plan);
	sort_rows(out);
	for (size_t i = 1; i < out->n_rows; i++)
		if (!hash_row(&plan, i, why))
			return false;
	place_rows(out, &l->hypervisor);
	return true;
}

void segments_identify(struct segments *s, const struct hv_sha256 *identity)
{
	for (size_t i = 1; i < s->n_rows; i++) {
		const struct segment_source *source = &s->sources[i];
		struct hv_segment *row = &s->rows[i];

		if (!source->tree)
			continue;
		if (source->identity_offset)
			memcpy(source->tree + source->identity_offset,
			       identity->b, sizeof(identity->b));
		row->sha256 = hash_bytes(source->tree, (size_t)row->size);
	}
}

struct writing {
	const struct output *output;
	uint64_t offset;
};

static bool write_piece(void *arg, uint64_t offset, const void *bytes,
			size_t size, const char **why)
{
	const struct writing *w = arg;

	return output_write(w->output, w->offset + offset, bytes, size, why);
}

static bool write_row(struct arena *a, const struct segments *s, size_t i,
		      const struct output *o, const char **why)
{
	const struct hv_segment *row = &s->rows[i];
	const struct segment_source *source = &s->sources[i];
	struct writing w = { o, row->offset };
	struct hv_sha256 sum;

	if (source->tree)
		return output_write(o, row->offset, source->tree,
				    (size_t)row->size, why);
	if (!payload_read(a, source->piece, write_piece, &w, &sum, why))
		return false;
	if (hash_is_equal(&sum, &row->sha256))
		return true;
	*why = arena_printf(a, "'%s' changed while hvcc was running",
			    source->piece->payload->path);
	return false;
}

bool segments_write(struct arena *a, const struct segments *s,
		    const struct output *o, const char **why)
{
	for (size_t i = 1; i < s->n_rows; i++)
		if (!s->sources[i].is_shared && !write_row(a, s, i, o, why))
			return false;
	return true;
}
