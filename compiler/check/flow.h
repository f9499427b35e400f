/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow.h - which cell can pass data or signals to which, and over what; and
 * what that makes of the file's policies.
 *
 * The graph is made once, with the facts (facts.flows), and has every edge:
 * one step that hardware or the runtime lets happen, in one direction, whether
 * a policy allows it or not. Memory, devices and pages in two cells that
 * nothing waives are errors of their own. The hypervisor is no cell: that its
 * console shows what cells print is no edge. Whoever prints flows or verdicts
 * takes them from here. Includes facts.
 */
#ifndef CHECK_FLOW_H
#define CHECK_FLOW_H

#include "check/facts.h"

enum flow_kind {
	/* data */
	FLOW_CHANNEL,		/* its memory: from who writes to each other end */
	FLOW_PAGE,		/* `shared page`: registers of both in it */
	FLOW_PROVIDER,		/* clocks, resets, ... of the other cell's device */
	FLOW_DMA,		/* `unprotected dma`: all memory, both ways */
	FLOW_VIRTIO,		/* its registers and what `bounce` shows, both ways */
	FLOW_RAM,		/* `share ram`: all RAM in front, both ways */
	FLOW_LOAD,		/* the root cell writes the payload */
	FLOW_CONSOLE,		/* the root cell reads and feeds the ring */
	FLOW_CRASH,		/* `on crash keep`: the root cell reads it */
	/* signals */
	FLOW_DOORBELL,		/* of a channel */
	FLOW_NOTIFY,		/* of a virtio device, both ways */
	FLOW_START,		/* the root cell starts it; a restart is both */
	FLOW_STOP,
};

struct flow {
	enum flow_kind kind;
	const struct cell *from, *to;	/* not the same */
	/* CHANNEL, DOORBELL; of a device with `bounce` its memory; else NULL */
	const struct channel *channel;
	const struct virtio *virtio;	/* VIRTIO, RAM, NOTIFY; else NULL */
	/*
	 * PAGE: of the cell that comes first in the text. PROVIDER: the one
	 * that is asked. DMA: the first of its cell that stands for all. Else
	 * NULL.
	 */
	const struct device *device;
	const struct policy *allowed_by; /* an `allow`; NULL: none names it */
	struct span at;			/* nowhere: what a cell has by default */
};

/* A million and some: no file of any use has as many. */
#define FLOW_EDGES_MAX (1u << 20)
/* Each of 64 cells denied to each, and then some: more are not judged. */
#define FLOW_POLICIES_MAX 4096

/* Edges one after the other: the end of each is the start of the next. */
struct flow_path { const struct flow *const *steps; size_t n; };

/* Who else writes what `only` names. */
struct flow_writer {
	const struct cell *cell;
	const char *how;		/* "by unprotected DMA of '/disk'" */
	struct span at;
};

/* Of one policy. */
struct verdict {
	const struct policy *policy;
	bool is_kept;			/* of `allow`: always */
	/*
	 * A shortest path that breaks it. Of isolate and confidential one step
	 * at the cell: what lies behind is broken with it.
	 */
	struct flow_path path;
	struct flow_path path_back;	/* `deny A <-> B` broken both ways */
	/* Of a `deny` that is kept only as an allowed step ends the path. */
	struct flow_path ended;
	/* Of `confidential`: cells that could read what the loader left. */
	const struct cell *const *unclean;
	size_t n_unclean;
	/* Of `only`: who breaks it; and whether any cell, the one that it
	 * names too, writes it. */
	const struct flow_writer *writers;
	size_t n_writers;
	bool is_written;
	const char *text;		/* "isolate control" */
	const char *says;		/* "kept", "broken: ...", "allowed" */
	/* What it does not cover, or what it rests on, one sentence each. */
	const char *const *remarks;
	size_t n_remarks;
};

struct flows {
	/* In the order of the kinds, then of the text. */
	const struct flow *list;
	size_t n;
	/*
	 * There are no edges and no verdicts, as there are too many of cells,
	 * of edges or of policies: each an error.
	 */
	bool is_cut;
	const struct flow *one_too_many;	/* NULL: that is not why */
	const struct verdict *verdicts;	/* of model.policies; none if cut */
	size_t n_verdicts;

	/*
	 * For flow_path.c: by from->index * n_cells + to->index, the first data
	 * edge, and the last edge of a shortest path; those that nothing
	 * allows, and all.
	 */
	const struct flow **step, **step_all, **last, **last_all;
	size_t n_cells;			/* 0 if cut */
};

bool flow_is_signal(const struct flow *e);

/* "over channel 'x'", "by DMA of '/dev'", ... */
const char *flow_text(struct arena *a, const struct flow *e);

/* The line that says so; of a default, the cell that has it. */
struct span flow_place(const struct flow *e);

/*
 * A shortest path of data that no `allow` ends (all: over allowed edges too);
 * of no steps where there is none, or it would lead back.
 */
struct flow_path flow_path(struct arena *a, const struct flows *flows,
			   const struct cell *from, const struct cell *to,
			   bool is_over_all);

/* The first data edge between the two that nothing allows, or NULL. */
const struct flow *flow_step(const struct flows *flows,
			     const struct cell *from, const struct cell *to);

/* "deny a <-> b", "only a writes &{/disk}", "only a writes a.ram" */
const char *policy_text(struct arena *a, const struct policy *p);
/* Of `only`: "telemetry", "linux.ram", "/disk" */
const char *policy_thing(struct arena *a, const struct policy *p);

/* ---- for facts.c, in this order ------------------------------------------ */

struct flows *flows_find(const struct facts *f);	/* flow.c: the edges */
void flows_walk(const struct facts *f, struct flows *flows);	/* flow_path.c */
void flows_judge(const struct facts *f, struct flows *flows);	/* flow_judge.c */

#endif
