/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared.h"

static bool has_channel(uint32_t cell_i, uint32_t channel_i)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++) {
		if (r[i].kind == HV_REGION_CHANNEL && r[i].arg == channel_i)
			return true;
	}
	return false;
}

bool shared_is_free(uint32_t cell_i)
{
	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		const struct hv_cell_state *other = &hv.cells[i];

		if (other->is_cleaning_channel &&
		    has_channel(cell_i, other->channel_i))
			return false;
	}
	return true;
}

void shared_use(uint32_t cell_i)
{
	hv.cells[cell_i].uses_channels = true;
}

void shared_leave(uint32_t cell_i)
{
	lock_take(&hv.shared_lock);
	hv.cells[cell_i].uses_channels = false;
	lock_drop(&hv.shared_lock);
}

/* Of two cells that end at once the second sees that the first has left, so
 * one of them cleans, or both do. */
bool shared_clean_begin(uint32_t cell_i, uint32_t channel_i)
{
	struct hv_cell_state *run = &hv.cells[cell_i];
	bool is_used = false;

	lock_take(&hv.shared_lock);
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		is_used |= hv.cells[i].uses_channels && has_channel(i, channel_i);
	run->is_cleaning_channel = !is_used;
	run->channel_i = channel_i;
	lock_drop(&hv.shared_lock);
	return !is_used;
}

void shared_clean_end(uint32_t cell_i)
{
	lock_take(&hv.shared_lock);
	hv.cells[cell_i].is_cleaning_channel = false;
	lock_drop(&hv.shared_lock);
}
