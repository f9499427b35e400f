/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/memory.h"

#include "core/payload.h"
#include "core/shared.h"

struct span { uint64_t from, to; };	/* host-physical, half-open */

static void next_row(struct hv_cell_state *run)
{
	run->row_i++;
	run->row_offset = 0;
}

static void next_phase(struct hv_cell_state *run, enum clean_phase phase)
{
	run->phase = phase;
	run->row_i = 0;
	run->row_offset = 0;
}

void memory_clean_begin(struct hv_cell_state *run)
{
	next_phase(run, CLEAN_CHANNELS);
}

/*
 * Cuts the span where the image brought something: to the part before it, or,
 * where it starts inside, to nothing and behind it.
 */
static struct span spare_payload(struct span s, uint32_t cell_i)
{
	const struct hv_image_head *image = hv_image();

	for (uint32_t i = 0; i < image->n_segments; i++) {
		const struct hv_segment *row = &image->segments[i];
		uint64_t base = row->destination.u;
		uint64_t end = base + row->size;

		if (!payload_has(cell_i, row) || end <= s.from || base >= s.to)
			continue;
		if (base <= s.from)
			return (struct span){ end, end };
		s.to = base;
	}
	return s;
}

/* Of one row of `size` bytes. */
static uint64_t piece_size(uint64_t size, const struct hv_cell_state *run)
{
	uint64_t left = size - run->row_offset;

	return left > MEMORY_PIECE ? MEMORY_PIECE : left;
}

static void piece_done(uint64_t size, uint64_t piece, struct hv_cell_state *run)
{
	run->row_offset += piece;
	if (run->row_offset == size)
		next_row(run);
}

static void zero_piece(const struct hv_region *r, uint32_t cell_i,
		       struct hv_cell_state *run)
{
	uint64_t end = r->pa.u + r->size;
	struct span s = { r->pa.u + run->row_offset, 0 };

	s.to = s.from + piece_size(r->size, run);
	if (run->is_sparing)
		s = spare_payload(s, cell_i);
	if (s.to > s.from)
		arch_memory_zero((void *)(uintptr_t)s.from, s.to - s.from);
	run->row_offset = s.to - r->pa.u;
	if (s.to >= end)
		next_row(run);
}

/* Kept: somebody wants to see what the cell left in its own memory. */
static void channels_done(struct hv_cell_state *run)
{
	bool is_kept = __atomic_load_n(&run->after, __ATOMIC_RELAXED) == CELL_KEPT;

	next_phase(run, is_kept ? CLEAN_DONE : CLEAN_ZERO);
}

static void clean_channels(const struct hv_cell *cell, uint32_t cell_i,
			   struct hv_cell_state *run)
{
	const struct hv_region *r = hv_rows(cell->regions);
	uint64_t piece;

	if (run->row_i == cell->regions.count) {
		channels_done(run);
		return;
	}
	r += run->row_i;
	if (r->kind != HV_REGION_CHANNEL ||
	    (run->row_offset == 0 && !shared_clean_begin(cell_i, r->arg))) {
		next_row(run);
		return;
	}
	piece = piece_size(r->size, run);
	arch_memory_zero((void *)(uintptr_t)(r->pa.u + run->row_offset), piece);
	piece_done(r->size, piece, run);
	if (run->row_offset == 0)
		shared_clean_end(cell_i);
}

/* All RAM: what a root cell wrote through its caches has reached memory. */
static void clean_flush(const struct hv_cell *cell, struct hv_cell_state *run)
{
	const struct hv_region *r = hv_rows(cell->regions);
	uint64_t piece;

	if (run->row_i == cell->regions.count) {
		next_phase(run, CLEAN_CHECK);
		return;
	}
	r += run->row_i;
	if (r->kind != HV_REGION_RAM) {
		next_row(run);
		return;
	}
	piece = piece_size(r->size, run);
	arch_memory_flush((void *)(uintptr_t)(r->pa.u + run->row_offset), piece);
	piece_done(r->size, piece, run);
}

/* A loaded payload leaves nothing else behind: all that is not named by a
 * segment is zero, as if the image had brought it. */
static void clean_zero(const struct hv_cell *cell, uint32_t cell_i,
		       struct hv_cell_state *run)
{
	const struct hv_region *r = hv_rows(cell->regions);
	enum cell_state after = __atomic_load_n(&run->after, __ATOMIC_RELAXED);

	if (run->row_i < cell->regions.count) {
		if (r[run->row_i].kind == HV_REGION_RAM)
			zero_piece(&r[run->row_i], cell_i, run);
		else
			next_row(run);
	} else if (run->is_loaded) {
		next_phase(run, CLEAN_CHECK);
	} else {
		next_phase(run, after == CELL_CLEAN ? CLEAN_DONE : CLEAN_COPY);
	}
}

static void clean_copy(const struct hv_cell *cell, struct hv_cell_state *run)
{
	const struct hv_copy *c = hv_rows(cell->copies);
	uint64_t piece;

	if (run->row_i == cell->copies.count) {
		arch_code_changed();
		next_phase(run, CLEAN_DONE);
		return;
	}
	c += run->row_i;
	piece = piece_size(c->size, run);
	arch_memory_copy((void *)(uintptr_t)(c->to.u + run->row_offset),
			 (const void *)(uintptr_t)(c->from.u + run->row_offset),
			 piece);
	piece_done(c->size, piece, run);
}

/* Any payload: nothing says what is one, so nothing else can be zeroed. */
static void clean_loaded(const struct hv_cell *cell, struct hv_cell_state *run)
{
	bool is_any = cell->flags & HV_CELL_PAYLOAD_ANY;

	next_phase(run, is_any ? CLEAN_FLUSH : CLEAN_ZERO);
}

void memory_clean_piece(const struct hv_cell *cell, uint32_t cell_i,
			struct hv_cell_state *run)
{
	switch (run->phase) {
	case CLEAN_CHANNELS:
		clean_channels(cell, cell_i, run);
		break;
	case CLEAN_ZERO:
		clean_zero(cell, cell_i, run);
		break;
	case CLEAN_COPY:
		clean_copy(cell, run);
		break;
	case CLEAN_LOADED:
		clean_loaded(cell, run);
		break;
	case CLEAN_FLUSH:
		clean_flush(cell, run);
		break;
	case CLEAN_PLACE:
	case CLEAN_LINES:
	case CLEAN_CHECK:
	case CLEAN_DONE:
	case CLEAN_SAME:
		break;
	}
}

static const struct hv_region *ram_at(const struct hv_cell *cell, struct hv_ipa ipa)
{
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++) {
		if (r[i].kind == HV_REGION_RAM && ipa.u >= r[i].ipa.u &&
		    ipa.u - r[i].ipa.u < r[i].size)
			return &r[i];
	}
	return NULL;
}

/* Rows are whole granules, so what is aligned and starts inside ends there. */
bool memory_peek(const struct hv_cell *cell, struct hv_ipa ipa, uint64_t *words)
{
	const struct hv_region *r = ram_at(cell, ipa);

	if (!r)
		return false;
	__builtin_memcpy(words, (const void *)(uintptr_t)
			 (r->pa.u + (ipa.u - r->ipa.u)), HV_PEEK_SIZE);
	return true;
}
