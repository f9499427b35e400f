/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/shared.h"

static bool has_channel(uint32_t cell_i, uint32_t channel_i)
{
	const struct hv_cell *cell = hv_cell_row(cell_i);
	const struct hv_region *r = hv_rows(cell->regions);

	for (uint32_t i = 0; i < cell->regions.count; i++, r++) {
		if (r->kind == HV_REGION_CHANNEL && r->arg == channel_i)
			return true;
	}
	return false;
}

bool shared_is_free(uint32_t cell_i)
{
	for (uint32_t i = 0; i < hv_system.cells.count; i++) {
		uint32_t cleans = __atomic_load_n(&hv.cells[i].cleans, __ATOMIC_ACQUIRE);

		if (cleans && has_channel(cell_i, cleans - 1))
			return false;
	}
	return true;
}

/* Of two cells that end at once the second to take the lock sees that the first
 * has left, so one of them cleans, or both do. */
bool shared_clean_begin(uint32_t cell_i, uint32_t channel_i)
{
	bool is_used = false;

	lock_take(&hv.shared_lock);
	for (uint32_t i = 0; i < hv_system.cells.count; i++)
		is_used |= hv.cells[i].uses_channels && has_channel(i, channel_i);
	if (!is_used)
		hv.cells[cell_i].cleans = channel_i + 1;
	lock_drop(&hv.shared_lock);
	return !is_used;
}
