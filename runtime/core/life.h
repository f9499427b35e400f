/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * life.h - which state of a cell follows which: one table, all else refused.
 *
 * Whoever wants a cell to change asks here, with the cell's lock held, so of
 * two that ask at once the second is judged by what the first left. Load
 * windows are opened and shut as part of the step, and where memory that the
 * cell shares is being cleaned, it waits in CELL_STARTING and not in CELL_RUNNING.
 */
#ifndef CORE_LIFE_H
#define CORE_LIFE_H

#include "core/hv.h"

enum life_request {
	LIFE_BOOT,		/* all its CPUs are up */
	LIFE_START,		/* these four: by the root cell */
	LIFE_STOP,		/* or it powered off */
	LIFE_LOAD_BEGIN,
	LIFE_LOAD_END,
	LIFE_CLEAR,		/* all cells end: late.h */
	LIFE_CRASH,		/* these three: the cell ended, by its policy */
	LIFE_KEEP,
	LIFE_RESTART,
	LIFE_REFUSED,		/* these two: by the cell's boot CPU in CLEANING */
	LIFE_CLEANED,
	N_LIFE_REQUESTS,
};

/*
 * 0: the step was taken. HV_E_BUSY: ask again; the step may have begun.
 * HV_E_STATE: nothing was done. In CELL_RUNNING the boot CPU is about to be on,
 * and out of it none is: whoever asks sends IPIs after.
 */
int32_t life_step(uint32_t cell_i, enum life_request request)
	__attribute__((warn_unused_result));

/* A step that the caller's own state allows: anything else is our own fault. */
void life_must(uint32_t cell_i, enum life_request request);

/* Whether LIFE_START would find a payload, at once or when CLEANING is over. */
bool life_has_payload(uint32_t cell_i);

#endif
