/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/event.h"

#include "core/line.h"

void event_add(uint32_t cell_i, uint32_t kind, uint64_t detail)
{
	struct event_state *s = &hv.events;

	lock_take(&s->lock);
	s->kept[s->n++ % HV_EVENTS_KEPT] = (struct event){
		.kind = kind, .cell_i = cell_i, .time_us = arch_time_us(),
		.detail = detail,
	};
	lock_drop(&s->lock);
}

void event_tell(void)
{
	uint32_t root_i = hv_system.root_cell;

	if (root_i != HV_NONE && hv_cell_row(root_i)->event_line != HV_NONE)
		line_raise(root_i, hv_cell_row(root_i)->event_line);
}

bool event_get(uint64_t *x)
{
	struct event_state *s = &hv.events;
	const struct event *e;
	uint64_t n = x[1];
	bool is_there;

	lock_take(&s->lock);
	is_there = n < s->n;
	if (is_there) {
		if (s->n - n > HV_EVENTS_KEPT)
			n = s->n - HV_EVENTS_KEPT;
		e = &s->kept[n % HV_EVENTS_KEPT];
		x[1] = n + 1;
		x[2] = e->kind;
		x[3] = e->cell_i;
		x[4] = e->time_us;
		x[5] = e->detail;
	}
	lock_drop(&s->lock);
	return is_there;
}
