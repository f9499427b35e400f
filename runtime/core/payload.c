/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/payload.h"

/* Some 100,000 instructions: between two of them requests are answered. */
#define CHECK_PIECE UINT64_C(0x1000)

bool payload_has(uint32_t cell_i, const struct hv_segment *s)
{
	return s->cell == cell_i && (s->kind == HV_SEGMENT_PAYLOAD ||
				     s->kind == HV_SEGMENT_TREE);
}

/* A text that names no payload allows none, unless it says `any`. */
static bool has_payload(uint32_t cell_i)
{
	const struct hv_image_head *image = hv_image();

	for (uint32_t i = 0; i < image->n_segments; i++) {
		if (payload_has(cell_i, &image->segments[i]) &&
		    image->segments[i].kind == HV_SEGMENT_PAYLOAD)
			return true;
	}
	return false;
}

static enum payload_check check_segment(const struct hv_segment *s,
					struct hv_cell_state *run)
{
	uint64_t left = s->size - run->row_offset;
	uint64_t size = left > CHECK_PIECE ? CHECK_PIECE : left;
	uint8_t *bytes = (uint8_t *)(uintptr_t)(s->destination.u + run->row_offset);

	if (run->row_offset == 0)
		sha256_begin(&run->sha);
	/* Before: what is compared is what a cell sees that starts with its
	 * caches off, whatever stands in a cache. */
	arch_memory_flush(bytes, size);
	if (size < left) {
		sha256_add(&run->sha, bytes, size);
		run->row_offset += size;
		return PAYLOAD_MORE;
	}
	if (!sha256_end_is(&run->sha, bytes, size, s->size, s->sha256.b))
		return PAYLOAD_OTHER;
	run->row_i++;
	run->row_offset = 0;
	return PAYLOAD_MORE;
}

enum payload_check payload_check_piece(const struct hv_cell *cell, uint32_t cell_i,
				       struct hv_cell_state *run)
{
	const struct hv_image_head *image = hv_image();

	if (cell->flags & HV_CELL_PAYLOAD_ANY)
		return PAYLOAD_GOOD;
	while (run->row_i < image->n_segments &&
	       !payload_has(cell_i, &image->segments[run->row_i]))
		run->row_i++;
	if (run->row_i < image->n_segments)
		return check_segment(&image->segments[run->row_i], run);
	return has_payload(cell_i) ? PAYLOAD_GOOD : PAYLOAD_OTHER;
}
