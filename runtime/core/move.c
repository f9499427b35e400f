/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/move.h"

/* Neither wraps: addresses have at most 52 bits. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

bool move_is_done(const struct moves *m, uint32_t i)
{
	return m->state->of[i] == MOVE_DONE;
}

void move_mark(const struct moves *m, uint32_t i)
{
	m->state->of[i] = MOVE_DONE;
}

void move_claim(const struct moves *m, uint32_t i)
{
	m->state->of[i] = MOVE_CLAIMED;
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

/* Before it moves, or has a twin that has. */
static uint64_t first_source(const struct moves *m, uint32_t i)
{
	const struct move_state *s = m->state;

	if (s->parked_at && m->rows[i].offset == s->parked_offset)
		return s->parked_at;
	return s->low + m->rows[i].offset;
}

void move_begin(const struct moves *m, uint64_t loaded_at, uint64_t file_size)
{
	m->state->low = loaded_at;
	m->state->high = loaded_at + file_size;
	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (first_source(m, i) == destination(m, i))
			move_mark(m, i);
	}
}

static bool are_twins(const struct moves *m, uint32_t a, uint32_t b)
{
	return m->rows[a].offset == m->rows[b].offset &&
	       m->rows[a].size == m->rows[b].size;
}

/*
 * The same bytes may go to two places. Once they are in one of them, where no
 * other row goes, the second takes them from there, and their place in the
 * image is free. HV_NONE: they are in no place yet.
 */
static uint32_t moved_twin(const struct moves *m, uint32_t i)
{
	for (uint32_t k = 1; i && k < m->n_rows; k++) {
		if (k != i && are_twins(m, k, i) && move_is_done(m, k))
			return k;
	}
	return HV_NONE;
}

uint64_t move_source(const struct moves *m, uint32_t i)
{
	uint32_t twin = moved_twin(m, i);

	return twin == HV_NONE ? first_source(m, i) : destination(m, twin);
}

/* Nothing outside the image as it was loaded is ever read, twins apart. */
static bool is_outside(const struct moves *m, uint64_t base, uint64_t size)
{
	const struct move_state *s = m->state;

	return !s->parked_at && !overlap(s->low, s->high - s->low, base, size);
}

/* A row on its way may have begun before its twin was in its place. */
bool move_reads(const struct moves *m, uint32_t i, uint64_t base, uint64_t size)
{
	return !move_is_done(m, i) &&
	       overlap(first_source(m, i), move_size(m, i), base, size) &&
	       (m->state->of[i] == MOVE_CLAIMED || moved_twin(m, i) == HV_NONE);
}

bool move_is_read(const struct moves *m, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < m->n_rows && !is_outside(m, base, size); i++) {
		if (move_reads(m, i, base, size))
			return true;
	}
	return false;
}

/* The runtime's bytes are needed wherever they are. */
static bool is_runtime(const struct moves *m, uint64_t base, uint64_t size)
{
	return move_is_done(m, 0) &&
	       overlap(destination(m, 0), move_size(m, 0), base, size);
}

bool move_may_go(const struct moves *m, uint32_t row_i)
{
	uint64_t base = destination(m, row_i), size = move_size(m, row_i);

	if (is_runtime(m, base, size))
		return false;
	for (uint32_t i = 0; i < m->n_rows && !is_outside(m, base, size); i++) {
		if (i != row_i && move_reads(m, i, base, size))
			return false;
	}
	return true;
}

uint32_t move_next(const struct moves *m, uint32_t cell_i)
{
	uint32_t result = MOVE_ALL_DONE;

	for (uint32_t i = 0; i < m->n_rows; i++) {
		if ((cell_i != MOVE_ANY && m->rows[i].cell != cell_i) ||
		    move_is_done(m, i))
			continue;
		if (move_may_go(m, i))
			return i;
		result = MOVE_STUCK;
	}
	return result;
}

bool move_can_end(const struct moves *m)
{
	struct move_state state = *m->state;
	struct moves trial = { m->rows, m->n_rows, &state };
	uint32_t i;

	while ((i = move_next(&trial, MOVE_ANY)) < m->n_rows)
		move_mark(&trial, i);
	return i == MOVE_ALL_DONE;
}

static bool has_reader(const struct moves *m, uint32_t i)
{
	for (uint32_t k = 1; k < m->n_rows; k++) {
		if (!move_is_done(m, k) && are_twins(m, k, i))
			return true;
	}
	return false;
}

bool move_is_of(const struct moves *m, uint32_t cell_i)
{
	for (uint32_t i = 1; i < m->n_rows; i++) {
		if (m->rows[i].cell == cell_i &&
		    (!move_is_done(m, i) || has_reader(m, i)))
			return true;
	}
	return false;
}

bool move_is_free(const struct moves *m, uint64_t base, uint64_t size)
{
	return !move_is_read(m, base, size) &&
	       !overlap(destination(m, 0), move_size(m, 0), base, size);
}

/* ---- parking ------------------------------------------------------------- */

/* The end of a row's source or destination that is there, or 0. */
static uint64_t end_of_what_is_at(const struct moves *m, uint64_t base, uint64_t size)
{
	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (overlap(destination(m, i), move_size(m, i), base, size))
			return destination(m, i) + move_size(m, i);
		if (move_reads(m, i, base, size))
			return first_source(m, i) + move_size(m, i);
	}
	return 0;
}

uint64_t move_find_park(const struct moves *m, uint32_t i, uint64_t base,
			uint64_t size)
{
	struct move_state state = *m->state;
	struct moves trial = { m->rows, m->n_rows, &state };
	uint64_t at = base, end;

	if (i == 0 || move_is_done(m, i) || m->state->parked_at)
		return 0;
	while ((end = end_of_what_is_at(m, at, move_size(m, i))) != 0)
		at = (end + MOVE_LINE - 1) & ~(uint64_t)(MOVE_LINE - 1);
	if (at + move_size(m, i) > base + size)
		return 0;
	move_park(&trial, i, at);
	return move_next(&trial, MOVE_ANY) < m->n_rows ? at : 0;
}

void move_park(const struct moves *m, uint32_t i, uint64_t at)
{
	m->state->parked_offset = m->rows[i].offset;
	m->state->parked_at = at;
}
