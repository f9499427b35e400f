/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * console_mux.h - one stream out of all consoles, each line with its name.
 *
 * A line is shown as it comes, so a prompt is seen. While one is open another
 * source waits until it ends, or is silent for MUX_IDLE_US: then a new line
 * begins. A source keeps its turn until its ring is empty, or for MUX_TURN
 * bytes and the rest of that line, or twice that many; the log for one line.
 * So what a cell wrote before it crashed is shown before the crash is.
 * Touches rings and its own state, no device.
 */
#ifndef DEV_CONSOLE_MUX_H
#define DEV_CONSOLE_MUX_H

#include "core/hv.h"

#define MUX_IDLE_US 20000u
#define MUX_TURN 512u

enum mux_step {
	MUX_AGAIN,		/* bytes may be staged */
	MUX_EMPTY,		/* every ring is empty */
	MUX_LATER,		/* there is more once MUX_IDLE_US have passed */
};

/* One bounded step, when all that was staged is sent. */
enum mux_step mux_step(struct console_mux *m, uint64_t now_us);

/* The next cell after this source with rings, or with output in them, itself last,
 * or the first after HV_NONE; HV_NONE: there is none. */
uint32_t mux_next_cell(uint32_t source, bool has_output);

#endif
