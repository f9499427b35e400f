/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/move.h"

/* Neither wraps: addresses have at most 52 bits. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static bool goes_to(const struct moves *m, uint32_t i, uint64_t base, uint64_t size)
{
	return overlap(m->rows[i].destination.u, m->rows[i].size, base, size);
}

void move_begin(const struct moves *m, uint64_t loaded_at, uint64_t file_size)
{
	struct move_state *s = m->state;

	s->low = loaded_at;
	s->high = loaded_at + file_size;
	for (uint32_t i = 0; i < m->n_rows; i++) {
		s->is_done[i] = move_source(m, i) == m->rows[i].destination.u;
		s->n_left += !s->is_done[i];
	}
}

void move_mark(const struct moves *m, uint32_t i)
{
	m->state->is_done[i] = true;
	m->state->n_left--;
}

bool move_reads(const struct moves *m, uint32_t i, uint64_t base, uint64_t size)
{
	return !m->state->is_done[i] &&
	       overlap(move_source(m, i), m->rows[i].size, base, size);
}

/* Nothing outside the image as it was loaded is ever read. */
static bool is_read(const struct moves *m, uint32_t but, uint64_t base, uint64_t size)
{
	const struct move_state *s = m->state;

	if (!overlap(s->low, s->high - s->low, base, size))
		return false;
	for (uint32_t i = 0; i < m->n_rows; i++) {
		if (i != but && move_reads(m, i, base, size))
			return true;
	}
	return false;
}

bool move_is_read(const struct moves *m, uint64_t base, uint64_t size)
{
	return is_read(m, MOVE_ANY, base, size);
}

bool move_is_free(const struct moves *m, uint64_t base, uint64_t size)
{
	return !move_is_read(m, base, size) && !goes_to(m, 0, base, size);
}

/* The runtime's bytes are needed wherever they are. */
bool move_may_go(const struct moves *m, uint32_t i)
{
	const struct move_state *s = m->state;
	uint64_t base = m->rows[i].destination.u, size = m->rows[i].size;

	return !s->is_done[i] && !is_read(m, i, base, size) &&
	       !(s->is_done[0] && goes_to(m, 0, base, size));
}

uint32_t move_next(const struct moves *m, uint32_t cell_i)
{
	uint32_t result = MOVE_ALL_DONE;

	for (uint32_t i = 0; i < m->n_rows && m->state->n_left; i++) {
		if ((cell_i != MOVE_ANY && m->rows[i].cell != cell_i) ||
		    m->state->is_done[i])
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
	uint32_t n_before;

	do {
		n_before = state.n_left;
		for (uint32_t i = 0; i < m->n_rows; i++) {
			if (move_may_go(&trial, i))
				move_mark(&trial, i);
		}
	} while (state.n_left && state.n_left < n_before);
	return state.n_left == 0;
}
