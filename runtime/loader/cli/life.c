/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start, stop, restart. A start may find the cell's memory in need of cleaning;
 * then it is on its way when the call returns, and so it is waited for.
 */
#include "cli/life.h"

#include <stdio.h>

#include "cli/cells.h"
#include "cli/commands.h"

static const char *why_not_start(const struct cell_state *state)
{
	if (state->state == HV_STATE_RUNNING)
		return "it is running";
	if (state->is_loading)
		return "it is being loaded";
	if (!state->has_payload)
		return "it has no payload: 'hvisor.loader load' brings one";
	return "its state does not allow it";
}

void life_start(const struct session *s, uint32_t cell_i, const char *name)
{
	int64_t error = cell_ask(s, HV_CALL_START, cell_i);
	struct cell_state state;

	if (error == HV_E_STATE && !cell_state_get(s, cell_i, &state))
		fail(EXIT_REFUSED, "cannot start '%s': %s", name,
		     why_not_start(&state));
	if (error)
		session_refuse("start", name, error);

	uint32_t now = cell_wait(s, cell_i, name);

	/* A short program may have ended already; that is for `events`. */
	if (now == HV_STATE_EMPTY)
		fail(EXIT_REFUSED, "'%s' was not started: its payload is not"
		     " what was compiled", name);
	if (s->options->is_verbose)
		printf("'%s' is %s\n", name, cell_state_word(now));
}

static void stop(const struct session *s, uint32_t cell_i)
{
	const char *name = s->options->cell;
	int64_t error = cell_ask(s, HV_CALL_STOP, cell_i);
	struct cell_state state;

	if (error == HV_E_STATE && !cell_state_get(s, cell_i, &state))
		fail(EXIT_REFUSED, "cannot stop '%s': it is %s", name,
		     cell_state_word(state.state));
	if (error)
		session_refuse("stop", name, error);
	if (s->options->is_verbose)
		printf("'%s' is stopped\n", name);
}

enum exit_code command_start(const struct session *s)
{
	life_start(s, session_find_cell(s, s->options->cell), s->options->cell);
	return EXIT_DONE;
}

enum exit_code command_stop(const struct session *s)
{
	stop(s, session_find_cell(s, s->options->cell));
	return EXIT_DONE;
}

/* Of a cell that has ended there is nothing to stop. */
enum exit_code command_restart(const struct session *s)
{
	uint32_t cell_i = session_find_cell(s, s->options->cell);
	struct cell_state state;
	int64_t error = cell_state_get(s, cell_i, &state);

	if (error)
		session_refuse("restart", s->options->cell, error);
	if (state.state == HV_STATE_RUNNING || state.state == HV_STATE_CLEANING)
		stop(s, cell_i);
	life_start(s, cell_i, s->options->cell);
	return EXIT_DONE;
}
