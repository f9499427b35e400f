/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console_state.h - what the consoles remember; part of `hv` (core/hv.h).
 *
 * A source is a cell's index, or the number of cells: the runtime's log. The
 * rings themselves are where the tables say.
 */
#ifndef DEV_CONSOLE_STATE_H
#define DEV_CONSOLE_STATE_H

#include "core/lock.h"
#include "core/text.h"
#include "dev/vpl011.h"

/* One source's. The lock: its UART, its ends of its two rings, and the next. */
struct console {
	struct hv_lock lock;
	struct vpl011 uart;
	uint32_t is_told;	/* the root cell knows that there is more to read;
				 * atomically */
	struct console_rings *rings;	/* NULL: it has no console; constant */
	/* What the root cell has read of its output: */
	uint64_t n_read;	/* as ring.put counts */
	uint64_t n_lost;	/* bytes that were gone before they were read */
};

/* How the lines of all sources become one stream; of hv_system.uart_cpu alone. */
struct console_mux {
	uint32_t source;	/* whose line it is, or was */
	bool is_open;		/* a line of `source` was begun, not ended */
	bool has_return;	/* its '\r' is held back until it is seen what
				 * follows */
	uint32_t n_shown;	/* bytes in this turn of its */
	uint32_t n_log_waits;	/* turns of cells that the log has let go first */
	uint64_t shown_us;	/* when the last of them went */
	struct text staged;	/* bytes that are next */
	uint32_t staged_i;
};

struct console_state {
	struct console of[HV_MAX_CELLS + 1];	/* by source */
	uint32_t is_kicked;	/* the UART's CPU knows that there is something to
				 * send; atomically */
	/* Of hv_system.uart_cpu alone: */
	uint32_t focus;		/* the cell that gets the input, or HV_NONE */
	uint64_t rest_until_us;	/* nothing is sent before */
	struct console_mux mux;
};

#endif
