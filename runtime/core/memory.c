/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/memory.h"

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
	next_phase(run, CLEAN_ZERO);
}

/* What the image brought for this cell: its payload and its tree. */
static bool is_cells_own(const struct hv_segment *s, uint32_t cell_i)
{
	return s->cell == cell_i && (s->kind == HV_SEGMENT_PAYLOAD ||
				     s->kind == HV_SEGMENT_TREE);
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

		if (!is_cells_own(row, cell_i) || end <= s.from || base >= s.to)
			continue;
		if (base <= s.from)
			return (struct span){ end, end };
		s.to = base;
	}
	return s;
}

static void zero_piece(const struct hv_region *r, uint32_t cell_i,
		       struct hv_cell_state *run, bool is_sparing)
{
	uint64_t end = r->pa.u + r->size;
	struct span s = { r->pa.u + run->row_offset, end };

	if (s.to - s.from > MEMORY_PIECE)
		s.to = s.from + MEMORY_PIECE;
	if (is_sparing)
		s = spare_payload(s, cell_i);
	if (s.to > s.from)
		arch_memory_zero((void *)(uintptr_t)s.from, s.to - s.from);
	run->row_offset = s.to - r->pa.u;
	if (s.to >= end)
		next_row(run);
}

static void copy_piece(const struct hv_copy *c, struct hv_cell_state *run)
{
	uint64_t size = c->size - run->row_offset;

	if (size > MEMORY_PIECE)
		size = MEMORY_PIECE;
	arch_memory_copy((void *)(uintptr_t)(c->to.u + run->row_offset),
			 (const void *)(uintptr_t)(c->from.u + run->row_offset),
			 size);
	run->row_offset += size;
	if (run->row_offset == c->size)
		next_row(run);
}

static void clean_zero(const struct hv_cell *cell, uint32_t cell_i,
		       struct hv_cell_state *run)
{
	const struct hv_region *r = hv_rows(cell->regions);

	if (run->row_i == cell->regions.count)
		next_phase(run, CLEAN_COPY);
	else if (r[run->row_i].kind != HV_REGION_RAM)
		next_row(run);
	else
		zero_piece(&r[run->row_i], cell_i, run,
			   run->is_at_boot && cell->copies.count == 0);
}

static void clean_copy(const struct hv_cell *cell, struct hv_cell_state *run)
{
	const struct hv_copy *c = hv_rows(cell->copies);

	if (run->row_i < cell->copies.count) {
		copy_piece(&c[run->row_i], run);
		return;
	}
	arch_code_changed();
	next_phase(run, CLEAN_DONE);
}

void memory_clean_piece(const struct hv_cell *cell, uint32_t cell_i,
			struct hv_cell_state *run)
{
	if (run->phase == CLEAN_ZERO)
		clean_zero(cell, cell_i, run);
	else
		clean_copy(cell, run);
}
