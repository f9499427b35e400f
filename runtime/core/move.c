/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/move.h"

/* Neither wraps: addresses have at most 52 bits. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool is_moved(const struct moves *m, uint32_t i)
{
	return m->moved[i / 64] >> (i % 64) & 1;
}

void move_mark(const struct moves *m, uint32_t i)
{
	m->moved[i / 64] |= UINT64_C(1) << (i % 64);
}

uint64_t move_size(const struct moves *m, uint32_t i)
{
	uint64_t size = m->rows[i].size;

	return i ? size : (size + MOVE_LINE - 1) & ~(uint64_t)(MOVE_LINE - 1);
}

static uint64_t destination(const struct moves *m, uint32_t i)
{
	return m->rows[i].destination.u;
}

static uint64_t source_in_image(const struct moves *m, uint32_t i)
{
	return m->loaded_at + m->rows[i].offset;
}

/*
 * The same bytes may go to two places. Once they are in one of them, where no
 * other row goes, the second takes them from there, and their place in the
 * image is free. HV_NONE: they are in no place yet.
 */
static uint32_t moved_twin(const struct moves *m, uint32_t i)
{
	for (uint32_t k = 1; i && k < m->n_rows; k++) {
		if (k != i && is_moved(m, k) &&
		    m->rows[k].offset == m->rows[i].offset &&
		    m->rows[k].size == m->rows[i].size)
			return k;
	}
	return HV_NONE;
}

uint64_t move_source(const struct moves *m, uint32_t i)
{
	uint32_t twin = moved_twin(m, i);

	return twin == HV_NONE ? source_in_image(m, i) : destination(m, twin);
}

/* The bytes of row i that are still needed: the runtime's are always. */
static bool is_needed(const struct moves *m, uint32_t i, uint64_t base,
		      uint64_t size)
{
	if (!is_moved(m, i))
		return overlap(source_in_image(m, i), move_size(m, i), base,
			       size) && moved_twin(m, i) == HV_NONE;
	return i == 0 && overlap(destination(m, 0), move_size(m, 0), base, size);
}

static bool may_go(const struct moves *m, uint32_t row_i)
{
	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (i != row_i && is_needed(m, i, destination(m, row_i),
					    move_size(m, row_i)))
			return false;
	}
	return true;
}

uint32_t move_next(const struct moves *m)
{
	uint32_t result = MOVE_ALL_DONE;

	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (source_in_image(m, i) == destination(m, i))
			move_mark(m, i);
	}
	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (is_moved(m, i))
			continue;
		if (may_go(m, i))
			return i;
		result = MOVE_STUCK;
	}
	return result;
}

bool move_is_free(const struct moves *m, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (is_needed(m, i, base, size))
			return false;
	}
	return !overlap(destination(m, 0), move_size(m, 0), base, size);
}
