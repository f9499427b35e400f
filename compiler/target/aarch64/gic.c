/* SPDX-License-Identifier: BSD-2-Clause */
#include "target/aarch64/aarch64.h"

/* GIC IHI 0069H.b, 2.2.1: INTIDs 16..31 are PPIs, 32..1019 are SPIs. */
#define PPI_FIRST 16
#define PPI_COUNT 16
#define SPI_FIRST 32
#define SPI_COUNT 988

/*
 * Linux binding interrupt-controller/arm,gic-v3: kind, number, flags. Kinds 2
 * and 3 are the extended ranges, which the tables have no rows for.
 */
bool aarch64_line_of_cells(const uint32_t *cells, size_t n_cells,
			   struct line *out)
{
	if (n_cells < 3 || cells[0] > 1)
		return false;
	out->kind = cells[0] ? LINE_PPI : LINE_SPI;
	out->number = cells[1];
	switch (cells[2] & 0xf) {
	case 1:
		out->trigger = LINE_EDGE_RISING;
		break;
	case 2:
		out->trigger = LINE_EDGE_FALLING;
		break;
	case 4:
		out->trigger = LINE_LEVEL_HIGH;
		break;
	case 8:
		out->trigger = LINE_LEVEL_LOW;
		break;
	default:
		out->trigger = LINE_TRIGGER_UNKNOWN;
		break;
	}
	return out->number < (out->kind == LINE_PPI ? PPI_COUNT : SPI_COUNT);
}

uint32_t aarch64_line_id(enum line_kind kind, uint32_t number)
{
	return number + (kind == LINE_PPI ? PPI_FIRST : SPI_FIRST);
}
