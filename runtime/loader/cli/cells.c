/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/cells.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/os.h"
#include "cli/say.h"

#define ASK_AGAIN_MS 1000
#define BUSY_MS 20
#define BUSY_MAX_S 300

int64_t cell_info_get(const struct session *s, uint32_t cell_i,
		      struct cell_info *out)
{
	uint64_t x[17] = { 0, cell_i };
	int64_t error = session_call(s, HV_CALL_CELL_INFO, x);
	char raw[HV_NAME_SIZE];

	if (error)
		return error;
	memcpy(raw, x + 1, sizeof(raw));
	raw[sizeof(raw) - 1] = 0;
	say_name(raw, out->name, sizeof(out->name));
	out->flags = (uint32_t)x[5];
	out->managed = (uint32_t)x[6];
	out->cpu_mask = x[7];
	out->console = (uint32_t)x[8];
	out->n_windows = (uint32_t)x[9];
	return 0;
}

int64_t cell_state_get(const struct session *s, uint32_t cell_i,
		       struct cell_state *out)
{
	uint64_t x[17] = { 0, cell_i };
	int64_t error = session_call(s, HV_CALL_CELL_STATE, x);

	if (error)
		return error;
	*out = (struct cell_state){
		.state = (uint32_t)x[1], .n_starts = x[2], .up_us = x[3],
		.n_crash_restarts = x[4], .n_reboot_restarts = x[5],
		.is_loading = x[6] == HV_LOADING, .has_payload = x[7],
	};
	return 0;
}

const char *cell_state_word(uint32_t state)
{
	switch (state) {
	case HV_STATE_EMPTY:
		return "empty";
	case HV_STATE_CLEANING:
		return "cleaning";
	case HV_STATE_LOADED:
		return "loaded";
	case HV_STATE_RUNNING:
		return "running";
	case HV_STATE_OFF:
		return "off";
	case HV_STATE_CRASHED:
		return "crashed";
	}
	return "unknown";
}

void cell_managed_words(uint32_t managed, char *text, size_t size)
{
	static const struct { uint32_t bit; const char *word; } words[] = {
		{ HV_MANAGED_START, "start" }, { HV_MANAGED_STOP, "stop" },
		{ HV_MANAGED_LOAD, "load" }, { HV_MANAGED_CONSOLE, "console" },
	};
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!(managed & words[i].bit) || used >= size)
			continue;

		int n = snprintf(text + used, size - used, "%s%s",
				 used ? ", " : "", words[i].word);

		used += n < 0 ? size : (size_t)n;
	}
}

/* A large cell is cleaned as fast as its own CPU can. */
int64_t cell_ask(const struct session *s, uint32_t function, uint32_t cell_i)
{
	struct timespec began, now;

	clock_gettime(CLOCK_MONOTONIC, &began);
	for (;;) {
		uint64_t x[17] = { 0, cell_i };
		int64_t error = session_call(s, function, x);
		bool is_other;

		clock_gettime(CLOCK_MONOTONIC, &now);
		if (error != HV_E_BUSY || now.tv_sec - began.tv_sec > BUSY_MAX_S)
			return error;
		if (os_wait(s->fd, -1, BUSY_MS, &is_other))
			return error;
	}
}

uint32_t cell_wait(const struct session *s, uint32_t cell_i, const char *name)
{
	for (;;) {
		struct cell_state state;
		int64_t error = cell_state_get(s, cell_i, &state);
		bool is_other;

		if (error)
			session_refuse("watch", name, error);
		if (state.state != HV_STATE_CLEANING)
			return state.state;
		if (os_wait(s->fd, -1, ASK_AGAIN_MS, &is_other))
			fail(EXIT_ENVIRONMENT, "cannot wait for " OS_DEVICE);
	}
}
