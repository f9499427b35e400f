/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/move.h"

#include "core/hv.h"

static struct move_state *const state = &hv.boot.move;

static const struct hv_segment *row(uint32_t i)
{
	return &hv_image()->segments[i];
}

/* Neither wraps: addresses have at most 52 bits. */
static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

uint64_t move_source(uint32_t i)
{
	return state->low + row(i)->offset;
}

static bool runtime_goes_to(uint64_t base, uint64_t size)
{
	return overlap(row(0)->destination.u, row(0)->size, base, size);
}

void move_begin(uint64_t loaded_at)
{
	state->low = loaded_at;
	state->high = loaded_at + hv_image()->file_size;
	for (uint32_t i = 0; i < hv_image()->n_segments; i++) {
		state->is_done[i] = move_source(i) == row(i)->destination.u;
		state->n_left += !state->is_done[i];
	}
}

void move_mark(uint32_t i)
{
	state->is_done[i] = true;
	state->n_left--;
}

bool move_reads(uint32_t i, uint64_t base, uint64_t size)
{
	return !state->is_done[i] &&
	       overlap(move_source(i), row(i)->size, base, size);
}

/* Nothing outside the image as it was loaded is ever read. */
static bool is_read(uint32_t but, uint64_t base, uint64_t size)
{
	if (!overlap(state->low, state->high - state->low, base, size))
		return false;
	for (uint32_t i = 0; i < hv_image()->n_segments; i++) {
		if (i != but && move_reads(i, base, size))
			return true;
	}
	return false;
}

bool move_is_read(uint64_t base, uint64_t size)
{
	return is_read(MOVE_ANY, base, size);
}

bool move_is_free(uint64_t base, uint64_t size)
{
	return !move_is_read(base, size) && !runtime_goes_to(base, size);
}

/* The runtime's bytes are needed wherever they are. */
bool move_may_go(uint32_t i)
{
	uint64_t base = row(i)->destination.u, size = row(i)->size;

	return !state->is_done[i] && !is_read(i, base, size) &&
	       !(state->is_done[0] && runtime_goes_to(base, size));
}

uint32_t move_next(uint32_t cell_i)
{
	uint32_t result = MOVE_ALL_DONE;

	if (state->n_left == 0)
		return MOVE_ALL_DONE;
	for (uint32_t i = 0; i < hv_image()->n_segments; i++) {
		if (state->is_done[i] ||
		    (row(i)->cell != cell_i && cell_i != MOVE_ANY))
			continue;
		if (move_may_go(i))
			return i;
		result = MOVE_STUCK;
	}
	return result;
}

/* Tries, and forgets it. */
bool move_can_end(void)
{
	struct move_state before = *state;
	uint32_t i;

	while ((i = move_next(MOVE_ANY)) < MOVE_STUCK)
		move_mark(i);
	*state = before;
	return i == MOVE_ALL_DONE;
}
