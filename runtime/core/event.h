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
/* Number `n`, or the oldest that is kept when that is forgotten; the number of
 * the one after it. False: there is none yet. */
bool event_get(uint64_t n, struct event *e, uint64_t *next);
/* INTID of the root cell's event line; HV_NONE without. */
uint32_t event_line(void);

#endif
