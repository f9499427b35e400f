/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow.h - which cell can pass data to which, and over what.
 *
 * An edge is one step that hardware or the runtime lets happen. Memory and
 * devices in two cells are errors of their own and no edges. Includes facts.
 */
#ifndef CHECK_FLOW_H
#define CHECK_FLOW_H

#include "check/facts.h"

enum flow_kind {
	FLOW_CHANNEL,
	FLOW_PAGE,		/* `shared page`: registers of both in it */
	FLOW_DMA,		/* `unprotected dma`: all memory, both ways */
	FLOW_LOAD,		/* the root cell writes the payload */
	FLOW_CONSOLE,		/* the root cell reads and feeds the ring */
};

struct flow {
	enum flow_kind kind;
	const struct cell *from, *to;
	const struct channel *channel;
	const struct device *device;	/* FLOW_PAGE: from's; FLOW_DMA */
	struct span at;
};

struct flows { const struct flow *list; size_t n; };

/* Every edge that no `allow` names. */
struct flows flow_forbidden(const struct facts *f);

/* "over channel 'x'", "by DMA of '/dev'", ... */
const char *flow_text(const struct facts *f, const struct flow *e);

#endif
