/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cells.h - what the hypervisor says of one cell, as a struct.
 *
 * Includes session.
 */
#ifndef CLI_CELLS_H
#define CLI_CELLS_H

#include "cli/session.h"

struct cell_info {
	char name[HV_NAME_SIZE];
	uint32_t flags;			/* HV_CELL_* */
	uint32_t managed;		/* HV_MANAGED_* */
	uint64_t cpu_mask;
	uint32_t console;		/* HV_CONSOLE_* */
	uint32_t n_windows;
};

struct cell_state {
	uint32_t state;			/* HV_STATE_* */
	uint64_t n_starts;
	uint64_t up_us;			/* since the last start; 0: not running */
	uint64_t n_crash_restarts, n_reboot_restarts;
	bool is_loading, has_payload;
};

/* 0, or HV_E_*. */
int64_t cell_info_get(const struct session *s, uint32_t cell_i,
		      struct cell_info *out);
int64_t cell_state_get(const struct session *s, uint32_t cell_i,
		       struct cell_state *out);

const char *cell_state_word(uint32_t state);

/* "start, stop"; cut to size. */
void cell_managed_words(uint32_t managed, char *text, size_t size);

/*
 * START, STOP, LOAD_BEGIN or LOAD_END; asked again for a while as long as
 * another step is under way. 0, or HV_E_*.
 */
int64_t cell_ask(const struct session *s, uint32_t function, uint32_t cell_i);

/*
 * Waits while the cell is CLEANING; gives the state behind it. Waiting is for
 * the event line, and never for ever: the state is asked again every second.
 */
uint32_t cell_wait(const struct session *s, uint32_t cell_i, const char *name);

#endif
