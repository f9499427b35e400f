/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/place.h"

#include "core/memory.h"
#include "core/move.h"

/* What the cell could overwrite, or its cleaning. */
static bool is_read_in(const struct hv_cell *cell)
{
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++) {
		if ((r[i].kind == HV_REGION_RAM || r[i].kind == HV_REGION_CHANNEL) &&
		    move_is_read(r[i].pa.u, r[i].size))
			return true;
	}
	return false;
}

/* Another row to move, if one may go now; true: there is nothing to wait for. */
static bool take_next(uint32_t cell_i, struct hv_cell_state *run)
{
	bool is_done;
	uint32_t i;

	lock_take(&hv.boot.lock);
	i = move_next(cell_i);
	is_done = i == MOVE_ALL_DONE && !is_read_in(hv_cell_row(cell_i));
	if (i < MOVE_STUCK) {
		run->row_i = i;
		run->row_offset = 0;
		run->place_from = move_source(i);
	}
	lock_drop(&hv.boot.lock);
	return is_done;
}

/* From the end on where a piece would otherwise overwrite the next. */
static void copy_piece(const struct hv_segment *s, struct hv_cell_state *run)
{
	uint64_t to = s->destination.u, from = run->place_from;
	uint64_t left = s->size - run->row_offset;
	uint64_t size = left > MEMORY_PIECE ? MEMORY_PIECE : left;
	uint64_t at = to > from ? left - size : run->row_offset;

	arch_image_copy(to + at, from + at, size);
	run->row_offset += size;
}

bool place_piece(uint32_t cell_i)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	const struct hv_segment *s = hv_image()->segments;

	if (!run->place_from && take_next(cell_i, run))
		return true;
	if (!run->place_from) {
		arch_relax();	/* for others, which do not wait for this */
		return false;
	}
	s += run->row_i;
	copy_piece(s, run);
	if (run->row_offset < s->size)
		return false;
	arch_code_changed();
	run->place_from = 0;
	lock_take(&hv.boot.lock);
	move_mark(run->row_i);
	lock_drop(&hv.boot.lock);
	return false;
}
