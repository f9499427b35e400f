/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * line.h - raising a line of a cell that may be stopping or starting.
 *
 * Never raised for a cell that does not run, so that a fresh start finds no
 * event of an earlier life: the cell's lock decides which came first. So it is
 * not called with a cell's lock held; a console's lock is taken before a cell's.
 */
#ifndef CORE_LINE_H
#define CORE_LINE_H

#include "core/hv.h"

/* One of the cell's own edge-triggered lines, otherwise unused. */
inline void line_raise(uint32_t cell_i, uint32_t line)
{
	struct hv_cell_state *run = &hv.cells[cell_i];

	lock_take(&run->lock);
	if (run->state == CELL_RUNNING)
		arch_line_pend(line);
	lock_drop(&run->lock);
}

#endif
