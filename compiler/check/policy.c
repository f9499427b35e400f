/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - what the file itself promises: a cell that is isolated exchanges
 * data with no other cell, directly or through others, but over what `allow`
 * names; from one that is confidential no data goes; what is denied takes no
 * way at all; and only one cell writes what `only` names. A path through an
 * allowed channel ends there.
 *
 * A path from a cell begins with a step from that cell, so the steps at the
 * cell decide; what lies behind them is told as notes.
 */
#include "check/families.h"

#include "base/arena.h"
#include "check/flow.h"

#define NOTES_MAX 8
#define BEYOND_MAX 8		/* contacts whose further paths are told */

/* ---- isolate, confidential ----------------------------------------------- */

/* Steps between the cell and one other, over one thing. */
struct contact {
	const struct flow *flow;
	const struct cell *other;
	bool is_in, is_out;
};

struct contacts { struct contact *list; size_t n; };

static bool is_same_thing(const struct flow *a, const struct flow *b)
{
	return a->kind == b->kind && a->channel == b->channel &&
	       a->virtio == b->virtio && a->device == b->device;
}

static void contact_add(const struct facts *f, struct contacts *c,
			const struct flow *e, const struct cell *other,
			bool is_in)
{
	/* The edges of one thing stand together. */
	for (size_t i = c->n; i > 0; i--) {
		struct contact *last = &c->list[i - 1];

		if (!is_same_thing(last->flow, e))
			break;
		if (last->other != other)
			continue;
		last->is_in |= is_in;
		last->is_out |= !is_in;
		return;
	}
	c->list = arena_grow(f->arena, c->list, c->n, sizeof(*c->list));
	c->list[c->n++] = (struct contact){ e, other, is_in, !is_in };
}

/* What leaves the cell, and for `isolate` what comes to it. */
static struct contacts contacts_of(const struct facts *f,
				   const struct policy *p)
{
	struct contacts c = { 0 };

	for (size_t i = 0; i < f->flows->n; i++) {
		const struct flow *e = &f->flows->list[i];

		if (e->allowed_by || flow_is_signal(e))
			continue;
		if (e->from == p->a)
			contact_add(f, &c, e, e->to, false);
		else if (e->to == p->a && p->kind == POLICY_ISOLATE)
			contact_add(f, &c, e, e->from, true);
	}
	return c;
}

static const struct flow *step_beyond(const struct facts *f,
				      const struct contact *c,
				      const struct cell *near,
				      const struct cell *far)
{
	const struct flow *e = NULL;

	if (c->is_out)
		e = flow_step(f->flows, near, far);
	if (!e && c->is_in)
		e = flow_step(f->flows, far, near);
	return e;
}

/*
 * Walks on from the other cell, away from the isolated one, and notes each
 * cell once with the step that reached it.
 */
static void note_beyond(const struct facts *f, struct diag *d,
			const struct cell *cell, const struct contact *c)
{
	const struct model *m = f->model;
	bool *is_reached = arena_array(f->arena, m->n_cells,
				       sizeof(*is_reached));
	const struct cell **queue = arena_array(f->arena, m->n_cells,
						sizeof(*queue));
	size_t n = 0, n_notes = 0;

	is_reached[cell->index] = is_reached[c->other->index] = true;
	queue[n++] = c->other;
	for (size_t at = 0; at < n; at++)
		for (size_t i = 0; i < m->n_cells; i++) {
			const struct cell *next = &m->cells[i];
			const struct flow *e = step_beyond(f, c, queue[at],
							   next);

			if (!e || is_reached[i])
				continue;
			is_reached[i] = true;
			queue[n++] = next;
			if (n_notes++ < NOTES_MAX)
				diag_note(d, flow_place(e), "the path goes on"
					  " between '%s' and '%s' %s",
					  queue[at]->name, next->name,
					  flow_text(f->arena, e));
		}
}

static void help_contact(struct diag *d, const struct cell *cell,
			 const struct contact *c)
{
	switch (c->flow->kind) {
	case FLOW_CHANNEL:
	case FLOW_VIRTIO:
		/* Of a device that does not say what it shows it is told. */
		if (!c->flow->channel)
			return;
		diag_help(d, "if it is meant: 'allow %s %s %s via %s;'",
			  c->is_out ? cell->name : c->other->name,
			  c->is_in && c->is_out ? "<->" : "->",
			  c->is_out ? c->other->name : cell->name,
			  c->flow->channel->name);
		return;
	case FLOW_RAM:
		diag_help(d, "write 'bounce' with a size instead of 'share"
			  " ram', and allow that");
		return;
	case FLOW_LOAD:
		diag_help(d, "write 'managed' for '%s', without 'load'",
			  c->flow->to->name);
		return;
	case FLOW_CONSOLE:
		diag_help(d, "write 'managed' without 'console'");
		return;
	case FLOW_CRASH:
		diag_help(d, "write 'on crash stop;'");
		return;
	case FLOW_PAGE:
	case FLOW_PROVIDER:
	case FLOW_DMA:
	case FLOW_DOORBELL:
	case FLOW_NOTIFY:
	case FLOW_START:
	case FLOW_STOP:
		return;
	}
}

static void report_contact(const struct facts *f, const struct rule *r,
			   struct diag *d, const struct policy *p,
			   const struct contact *c)
{
	const char *from = c->is_out ? p->a->name : c->other->name;
	const char *to = c->is_out ? c->other->name : p->a->name;

	diag_error(d, r, p->at, "'%s' is not %s: data goes from '%s' %s"
		   " '%s' %s", p->a->name, p->kind == POLICY_ISOLATE ?
		   "isolated" : "confidential", from,
		   c->is_in && c->is_out ? "and back from" : "to", to,
		   flow_text(f->arena, c->flow));
	if (span_is_nowhere(c->flow->at))
		diag_note(d, c->flow->to->at, "without 'managed' the root cell"
			  " may load '%s', which has no payload",
			  c->flow->to->name);
	else
		diag_note(d, c->flow->at, "it is declared here");
}

static void report_steps(const struct facts *f, const struct rule *r,
			 struct diag *d, const struct policy *p)
{
	struct contacts c = contacts_of(f, p);

	for (size_t k = 0; k < c.n; k++) {
		report_contact(f, r, d, p, &c.list[k]);
		if (k < BEYOND_MAX)
			note_beyond(f, d, p->a, &c.list[k]);
		help_contact(d, p->a, &c.list[k]);
	}
}

/* A policy that is stated twice is broken once. */
static void policy_steps(const struct facts *f, const struct rule *r,
			 struct diag *d, enum policy_kind kind)
{
	bool *is_told = arena_array(f->arena, f->flows->n_cells,
				    sizeof(*is_told));

	for (size_t i = 0; i < f->flows->n_verdicts; i++) {
		const struct policy *p = f->flows->verdicts[i].policy;

		if (p->kind != kind || is_told[p->a->index])
			continue;
		is_told[p->a->index] = true;
		report_steps(f, r, d, p);
	}
}

static void policy_isolate(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	policy_steps(f, r, d, POLICY_ISOLATE);
}

static void policy_confidential(const struct facts *f, const struct rule *r,
				struct diag *d)
{
	policy_steps(f, r, d, POLICY_CONFIDENTIAL);
}

/* One error for each cell, however often it is stated. */
static void policy_payload_left(const struct facts *f, const struct rule *r,
				struct diag *d)
{
	bool *is_told = arena_array(f->arena, f->flows->n_cells,
				    sizeof(*is_told));

	for (size_t i = 0; i < f->flows->n_verdicts; i++) {
		const struct verdict *v = &f->flows->verdicts[i];
		const struct policy *p = v->policy;

		if (!v->n_unclean || is_told[p->a->index])
			continue;
		is_told[p->a->index] = true;
		diag_error(d, r, p->at, "what a boot loader left of the payload"
			   " of '%s' could be read by '%s'", p->a->name,
			   v->unclean[0]->name);
		for (size_t k = 0; k < v->n_unclean && k < NOTES_MAX; k++)
			diag_note(d, v->unclean[k]->at, "'%s' starts without"
				  " cleaning its memory", v->unclean[k]->name);
		if (v->n_unclean > NOTES_MAX)
			diag_note(d, p->at, "and %zu more",
				  v->n_unclean - NOTES_MAX);
		diag_help(d, "write 'scrub at boot;' in every other cell");
	}
}

/* ---- deny ---------------------------------------------------------------- */

static void note_path(const struct facts *f, struct diag *d,
		      const struct flow_path *path)
{
	for (size_t i = 0; i < path->n; i++) {
		const struct flow *e = path->steps[i];

		diag_note(d, flow_place(e), "from '%s' to '%s' %s",
			  e->from->name, e->to->name,
			  flow_text(f->arena, e));
	}
}

/* Once for each pair of cells: a deny may repeat another. */
static void report_path(const struct facts *f, const struct rule *r,
			struct diag *d, const struct policy *p,
			const struct flow_path *path, bool *told)
{
	const struct cell *from, *to;
	size_t pair;

	if (!path->n)
		return;
	from = path->steps[0]->from;
	to = path->steps[path->n - 1]->to;
	pair = from->index * f->flows->n_cells + to->index;
	if (told[pair])
		return;
	told[pair] = true;
	diag_error(d, r, p->at, "data goes from '%s' to '%s'", from->name,
		   to->name);
	note_path(f, d, path);
}

static void policy_deny(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	size_t n = f->flows->n_cells;
	bool *told = arena_array(f->arena, n * n, sizeof(*told));

	for (size_t i = 0; i < f->flows->n_verdicts; i++) {
		const struct verdict *v = &f->flows->verdicts[i];

		if (v->policy->kind != POLICY_DENY)
			continue;
		report_path(f, r, d, v->policy, &v->path, told);
		report_path(f, r, d, v->policy, &v->path_back, told);
	}
}

/* The signals of what is isolated have a name of their own. */
static void policy_rests(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	for (size_t i = 0; i < f->flows->n_verdicts; i++) {
		const struct verdict *v = &f->flows->verdicts[i];

		if (v->policy->kind == POLICY_ISOLATE)
			continue;
		for (size_t k = 0; k < v->n_remarks; k++) {
			diag_remark(d, r, v->policy->at, "%s", v->remarks[k]);
			note_path(f, d, &v->ended);
		}
	}
}

/* ---- only ---------------------------------------------------------------- */

static void policy_only(const struct facts *f, const struct rule *r,
			struct diag *d)
{
	for (size_t i = 0; i < f->flows->n_verdicts; i++) {
		const struct verdict *v = &f->flows->verdicts[i];

		if (!v->n_writers)
			continue;
		diag_error(d, r, v->policy->at, "not only '%s' writes '%s'",
			   v->policy->a->name,
			   policy_thing(f->arena, v->policy));
		for (size_t k = 0; k < v->n_writers && k < NOTES_MAX; k++)
			diag_note(d, v->writers[k].at, "'%s' writes it %s",
				  v->writers[k].cell->name, v->writers[k].how);
		if (v->n_writers > NOTES_MAX)
			diag_note(d, v->policy->at, "and %zu more",
				  v->n_writers - NOTES_MAX);
	}
}

/* ---- what is too much ---------------------------------------------------- */

static void policy_cut(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	const struct model *m = f->model;

	if (m->n_policies > FLOW_POLICIES_MAX)
		diag_error(d, r, m->policies[FLOW_POLICIES_MAX].at, "there are"
			   " %zu policies, more than %d", m->n_policies,
			   FLOW_POLICIES_MAX);
}

/* ---- signals ------------------------------------------------------------ */

static void policy_signal(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->flows->n_verdicts; i++) {
		const struct verdict *v = &f->flows->verdicts[i];

		for (size_t k = 0; k < v->n_remarks &&
		     v->policy->kind == POLICY_ISOLATE; k++)
			diag_remark(d, r, v->policy->at, "%s", v->remarks[k]);
	}
}

static const struct check checks[] = {
	{ .rule = { "policy-isolate", "an isolated cell exchanges data with no"
	    " other but over what is allowed" }, .run = policy_isolate },
	{ .rule = { "policy-confidential", "no data goes from a confidential"
	    " cell but over what is allowed" }, .run = policy_confidential },
	{ .rule = { "policy-payload-left", "no other cell can read the payload"
	    " of a confidential cell where it was loaded" },
	  .run = policy_payload_left },
	{ .rule = { "policy-deny", "no data goes, over whatever other cells,"
	    " where it is denied" }, .run = policy_deny },
	{ .rule = { "policy-only", "nobody else writes what only one cell"
	    " writes" }, .run = policy_only },
	{ .rule = { "policy-too-many", "a system has at most 4096 policies" },
	  .run = policy_cut },
	{ .rule = { "policy-signal", "an isolated cell gets no signals from"
	    " others" }, .run = policy_signal, .kind = CHECK_NOTE },
	{ .rule = { "policy-rests", "what a policy is kept by is told, and what"
	    " it does not cover" }, .run = policy_rests, .kind = CHECK_NOTE },
};

const struct check_family family_policy = {
	"policy", checks, ARRAY_SIZE(checks),
};
