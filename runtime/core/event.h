/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event.h - what happened to the cells, for the root cell.
 *
 * The last HV_EVENTS_KEPT are kept; older ones are forgotten. Of one cell they
 * stand in the order in which they happened.
 */
#ifndef CORE_EVENT_H
#define CORE_EVENT_H

#include "core/hv.h"

/* Notes it. With the cell's lock held, so that its events keep their order. */
void event_add(uint32_t cell_i, uint32_t kind, uint64_t detail);
/* The root cell hears that there is something new; no cell's lock is held. */
void event_tell(void);
/* HV_CALL_EVENT: of number x[1], or the oldest that is kept when that is
 * forgotten, the results in x[1] to x[5]. False: there is none yet. */
bool event_get(uint64_t *x);

#endif
