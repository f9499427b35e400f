/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/event.h"

#include "core/line.h"

void event_add(uint32_t cell_i, uint32_t kind, uint64_t detail)
{
	struct event_state *e = &hv.events;

	lock_take(&e->lock);
	e->kept[e->n++ % HV_EVENTS_KEPT] = (struct event){
		.kind = kind, .cell_i = cell_i, .time_us = arch_time_us(),
		.detail = detail,
	};
	lock_drop(&e->lock);
}

uint32_t event_line(void)
{
	return hv_system.root_cell == HV_NONE ? HV_NONE :
		hv_cell_row(hv_system.root_cell)->event_line;
}

void event_tell(void)
{
	uint32_t line = event_line();

	if (line != HV_NONE)
		line_raise(hv_system.root_cell, line);
}

bool event_get(uint64_t n, struct event *e, uint64_t *next)
{
	struct event_state *s = &hv.events;
	bool is_there;

	lock_take(&s->lock);
	is_there = n < s->n;
	if (is_there && s->n - n > HV_EVENTS_KEPT)
		n = s->n - HV_EVENTS_KEPT;
	*e = s->kept[n % HV_EVENTS_KEPT];
	*next = n + 1;
	lock_drop(&s->lock);
	return is_there;
}
