/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console_mux.c - whose byte is next, and what goes around it.
 *
 * A cell may write what it likes, so the name must not be at its mercy: after
 * a '\r' that no '\n' follows the name is written again, in its own place.
 * Terminal escapes go through, because shells live on them; a cell that moves
 * the cursor can still draw over other lines of the screen.
 */
#include "dev/console_mux.h"

#include "core/hv.h"

static bool is_log(uint32_t source)
{
	return source >= hv_system.cells.count;
}

struct console_rings *mux_rings(uint32_t source)
{
	uint64_t at = is_log(source) ? hv_system.log_ring.u :
		hv_cell_row(source)->console_ring.u;

	return (struct console_rings *)(uintptr_t)at;
}

static bool has_bytes(uint32_t source)
{
	struct console_rings *r = mux_rings(source);

	return r && !ring_is_empty(&r->output);
}

/* The next source after this one that has something, itself last. */
static uint32_t next_source(uint32_t source)
{
	uint32_t n = hv_system.cells.count + 1;

	for (uint32_t i = 1; i <= n; i++)
		if (has_bytes((source + i) % n))
			return (source + i) % n;
	return HV_NONE;
}

/*
 * Whose turn it is after this source's. The log waits until every cell has had
 * one, since what it says of a cell was written after what the cell wrote.
 */
static uint32_t next_turn(struct console_mux *m)
{
	uint32_t next = next_source(m->source), other;

	if (!is_log(next))
		return next;
	other = next_source(next);
	if (is_log(other) || m->n_log_waits == hv_system.cells.count) {
		m->n_log_waits = 0;
		return next;
	}
	m->n_log_waits++;
	return other;
}

static void stage(struct console_mux *m, char c)
{
	m->staged[m->n_staged++] = (uint8_t)c;
}

static void stage_name(struct console_mux *m)
{
	if (is_log(m->source))
		return;		/* the runtime's messages bring their own */

	const char *name = hv_cell_row(m->source)->name;

	stage(m, '[');
	for (uint32_t i = 0; i < HV_NAME_SIZE && name[i]; i++)
		stage(m, name[i]);
	stage(m, ']');
	stage(m, ' ');
}

static void stage_newline(struct console_mux *m)
{
	stage(m, '\r');
	stage(m, '\n');
	m->is_open = m->has_return = false;
}

static void stage_byte(struct console_mux *m, char c)
{
	if (c == '\r') {
		m->has_return = m->is_open;	/* else it is there already */
		return;
	}
	if (!m->is_open) {
		stage_name(m);
		m->is_open = true;
	}
	if (c == '\n') {
		stage_newline(m);
		return;
	}
	if (m->has_return) {
		stage(m, '\r');
		stage_name(m);
		m->has_return = false;
	}
	stage(m, c);
}

enum mux_step mux_step(struct console_mux *m, uint64_t now_us, uint8_t *byte)
{
	if (m->staged_i < m->n_staged) {
		*byte = m->staged[m->staged_i++];
		m->shown_us = now_us;
		return MUX_BYTE;
	}
	m->staged_i = m->n_staged = 0;

	uint32_t next = next_source(m->source);

	if (next == HV_NONE)
		return MUX_EMPTY;
	if (m->is_open && has_bytes(m->source)) {
		if (next != m->source && m->n_shown >= 2 * MUX_TURN) {
			stage_newline(m);
			return MUX_AGAIN;
		}
	} else if (m->is_open) {
		if (now_us - m->shown_us < MUX_IDLE_US)
			return MUX_LATER;
		stage_newline(m);
		return MUX_AGAIN;
	} else if (!has_bytes(m->source) || m->n_shown >= MUX_TURN ||
		   is_log(m->source)) {
		m->source = next_turn(m);
		m->n_shown = 0;
	}

	struct console_rings *r = mux_rings(m->source);

	m->n_shown++;
	stage_byte(m, (char)ring_get(&r->output, r->output_bytes,
				     CONSOLE_OUTPUT_SIZE));
	return MUX_AGAIN;
}
