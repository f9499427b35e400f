/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * event_state.h - what is remembered of what happened; part of `hv` (hv.h).
 */
#ifndef CORE_EVENT_STATE_H
#define CORE_EVENT_STATE_H

#include "core/lock.h"

struct event {
	uint32_t kind;		/* HV_EVENT_* */
	uint32_t cell_i;
	uint64_t time_us;
	uint64_t detail;	/* by kind */
};

struct event_state {
	struct hv_lock lock;
	uint64_t n;		/* since boot: the number of the next */
	struct event kept[HV_EVENTS_KEPT];	/* number n is at n % KEPT */
};

#endif
