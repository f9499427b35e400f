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

static bool is_log(uint32_t source)
{
	return source == hv_system.cells.count;
}

static bool has_bytes(uint32_t source)
{
	const struct console_rings *r = hv.console.of[source].rings;

	return r && !ring_is_empty(&r->output);
}

uint32_t mux_next_cell(uint32_t source, bool has_output)
{
	uint32_t n = hv_system.cells.count + 1;

	for (uint32_t i = 1; i <= n; i++) {
		uint32_t next = (source + i) % n;

		if (!is_log(next) &&
		    (has_output ? has_bytes(next) : hv.console.of[next].rings != NULL))
			return next;
	}
	return HV_NONE;
}

/*
 * Whose turn it is after this source's; something has output. The log waits until
 * every cell has had one, since what it says of a cell was written after what the
 * cell wrote.
 */
static uint32_t next_turn(struct console_mux *m)
{
	uint32_t log = hv_system.cells.count;
	uint32_t next = mux_next_cell(m->source, true);

	if (next != HV_NONE && (!has_bytes(log) || m->n_log_waits++ < log))
		return next;
	m->n_log_waits = 0;
	return log;
}

static void stage(struct console_mux *m, char c)
{
	m->staged.bytes[m->staged.size++] = c;
}

/* The runtime's messages bring their own. */
static void stage_name(struct console_mux *m)
{
	if (!is_log(m->source))
		text_add(&m->staged, "[%s] ", hv_cell_row(m->source)->name);
}

static void stage_newline(struct console_mux *m)
{
	text_add(&m->staged, "\r\n");
	m->is_open = m->has_return = false;
}

static void stage_byte(struct console_mux *m, char c)
{
	if (c == '\r') {
		m->has_return = m->is_open;	/* else it is there already */
		return;
	}
	if (!m->is_open)
		stage_name(m);
	m->is_open = true;
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

enum mux_step mux_step(struct console_mux *m, uint64_t now_us)
{
	uint32_t log = hv_system.cells.count, next;
	bool is_alone, goes_on;

	m->staged_i = m->staged.size = 0;
	next = mux_next_cell(m->source, true);
	goes_on = has_bytes(m->source);
	is_alone = (next == HV_NONE || next == m->source) &&
		   (is_log(m->source) || !has_bytes(log));
	if (is_alone && !goes_on)
		return MUX_EMPTY;
	if (m->is_open) {
		if (!goes_on && now_us - m->shown_us < MUX_IDLE_US)
			return MUX_LATER;
		if (!goes_on || (!is_alone && m->n_shown >= 2 * MUX_TURN)) {
			stage_newline(m);
			return MUX_AGAIN;
		}
	} else if (!goes_on || m->n_shown >= MUX_TURN || is_log(m->source)) {
		m->source = next_turn(m);
		m->n_shown = 0;
	}
	m->n_shown++;
	stage_byte(m, (char)ring_get(&hv.console.of[m->source].rings->output));
	return MUX_AGAIN;
}
