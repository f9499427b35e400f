/* SPDX-License-Identifier: BSD-2-Clause */
/* What people call an edge. */
#include "check/flow.h"

#include "base/arena.h"

bool flow_is_signal(const struct flow *e)
{
	return e->kind >= FLOW_DOORBELL;
}

struct span flow_place(const struct flow *e)
{
	return span_is_nowhere(e->at) ? e->to->at : e->at;
}

const char *flow_text(struct arena *a, const struct flow *e)
{
	switch (e->kind) {
	case FLOW_CHANNEL:
		return arena_printf(a, "over channel '%s'", e->channel->name);
	case FLOW_PAGE:
		return arena_printf(a, "over the page of '%s'",
				    e->device->path);
	case FLOW_PROVIDER:
		return arena_printf(a, "over the settings of '%s'",
				    e->device->path);
	case FLOW_DMA:
		return arena_printf(a, "by unprotected DMA of '%s'",
				    e->device->path);
	case FLOW_VIRTIO:
		return arena_printf(a, "over virtio device '%s'",
				    e->virtio->name);
	case FLOW_RAM:
		return arena_printf(a, "over all RAM of '%s', which virtio"
				    " device '%s' shares",
				    e->virtio->front->name, e->virtio->name);
	case FLOW_LOAD:
		return "by 'load', which lets it write the payload";
	case FLOW_CONSOLE:
		return "by 'console', which lets it read what is printed";
	case FLOW_CRASH:
		return "by 'on crash keep', which lets it read all that a crash"
		       " leaves";
	case FLOW_DOORBELL:
		return arena_printf(a, "by the doorbell of '%s'",
				    e->channel->name);
	case FLOW_NOTIFY:
		return arena_printf(a, "by the interrupts of virtio device"
				    " '%s'", e->virtio->name);
	case FLOW_START:
		return "by 'start'";
	case FLOW_STOP:
		return "by 'stop'";
	}
	return "";
}
