/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy.c - what the file itself promises: a cell that is isolated exchanges
 * data with no other cell, directly or through others, but over what `allow`
 * names. A path through an allowed channel ends there.
 *
 * A path from a cell begins with a step from that cell, so the steps at the
 * cell decide; what lies behind them is told as notes.
 */
#include "check/families.h"

#include <inttypes.h>

#include "base/arena.h"
#include "check/flow.h"

#define NOTES_MAX 8
#define BEYOND_MAX 8		/* contacts whose further paths are told */
/* More cells than any runtime holds: cell-too-many has complained. */
#define CELLS_MAX 256

/* ---- isolate ------------------------------------------------------------ */

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
	       a->device == b->device;
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

static struct contacts contacts_of(const struct facts *f,
				   const struct flows *flows,
				   const struct cell *cell)
{
	struct contacts c = { 0 };

	for (size_t i = 0; i < flows->n; i++) {
		const struct flow *e = &flows->list[i];

		if (e->to == cell)
			contact_add(f, &c, e, e->from, true);
		else if (e->from == cell)
			contact_add(f, &c, e, e->to, false);
	}
	return c;
}

/*
 * Walks on from the other cell, away from the isolated one, and notes each
 * cell once with the step that reached it.
 */
static void note_beyond(const struct facts *f, struct diag *d,
			const struct flows *flows, const struct cell *cell,
			const struct contact *c)
{
	bool *is_reached = arena_array(f->arena, f->model->n_cells,
				       sizeof(*is_reached));
	const struct cell **queue = arena_array(f->arena, f->model->n_cells,
						sizeof(*queue));
	size_t n = 0, n_notes = 0;

	is_reached[cell->index] = is_reached[c->other->index] = true;
	queue[n++] = c->other;
	for (size_t at = 0; at < n; at++)
		for (size_t i = 0; i < flows->n; i++) {
			const struct flow *e = &flows->list[i];
			const struct cell *next = NULL;

			if (c->is_out && e->from == queue[at])
				next = e->to;
			if (c->is_in && e->to == queue[at])
				next = e->from;
			if (!next || is_reached[next->index])
				continue;
			is_reached[next->index] = true;
			queue[n++] = next;
			if (n_notes++ < NOTES_MAX)
				diag_note(d, e->at, "the path goes on between"
					  " '%s' and '%s' %s", queue[at]->name,
					  next->name, flow_text(f, e));
		}
}

static void help_contact(struct diag *d, const struct cell *cell,
			 const struct contact *c)
{
	switch (c->flow->kind) {
	case FLOW_CHANNEL:
		diag_help(d, "if it is meant: 'allow %s %s %s via %s;'",
			  c->is_out ? cell->name : c->other->name,
			  c->is_in && c->is_out ? "<->" : "->",
			  c->is_out ? c->other->name : cell->name,
			  c->flow->channel->name);
		return;
	case FLOW_LOAD:
		diag_help(d, "write 'managed' for '%s', without 'load'",
			  c->flow->to->name);
		return;
	case FLOW_CONSOLE:
		diag_help(d, "write 'managed' without 'console'");
		return;
	case FLOW_PAGE:
	case FLOW_DMA:
		return;
	}
}

static void report_contact(const struct facts *f, const struct rule *r,
			   struct diag *d, const struct policy *p,
			   const struct contact *c)
{
	const char *from = c->is_out ? p->a->name : c->other->name;
	const char *to = c->is_out ? c->other->name : p->a->name;

	diag_error(d, r, p->at, "'%s' is not isolated: data goes from '%s' %s"
		   " '%s' %s", p->a->name, from,
		   c->is_in && c->is_out ? "and back from" : "to", to,
		   flow_text(f, c->flow));
	if (span_is_nowhere(c->flow->at))
		diag_note(d, p->a->at, "without 'managed' the root cell may"
			  " load '%s', which has no payload", p->a->name);
	else
		diag_note(d, c->flow->at, "it is declared here");
}

static void policy_isolate(const struct facts *f, const struct rule *r,
			   struct diag *d)
{
	const struct model *m = f->model;
	struct flows flows;

	if (m->n_cells > CELLS_MAX)
		return;
	flows = flow_forbidden(f);
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];
		struct contacts c;

		if (p->kind != POLICY_ISOLATE)
			continue;
		c = contacts_of(f, &flows, p->a);
		for (size_t k = 0; k < c.n; k++) {
			report_contact(f, r, d, p, &c.list[k]);
			if (k < BEYOND_MAX)
				note_beyond(f, d, &flows, p->a, &c.list[k]);
			help_contact(d, p->a, &c.list[k]);
		}
	}
}

/* ---- allow -------------------------------------------------------------- */

static bool joins(const struct channel *c, const struct cell *from,
		  const struct cell *to)
{
	bool has_writer = false, has_reader = false;

	for (size_t i = 0; i < c->n_ends; i++) {
		has_writer |= c->ends[i].cell == from && c->ends[i].may_write;
		has_reader |= c->ends[i].cell == to;
	}
	return has_writer && has_reader && from != to;
}

static void policy_via(const struct facts *f, const struct rule *r,
		       struct diag *d)
{
	for (size_t i = 0; i < f->model->n_policies; i++) {
		const struct policy *p = &f->model->policies[i];
		const struct cell *from = p->a, *to = p->b;

		if (p->kind != POLICY_ALLOW)
			continue;
		if (joins(p->via, from, to)) {
			if (!p->is_both_ways || joins(p->via, to, from))
				continue;
			from = p->b;
			to = p->a;
		}
		diag_error(d, r, p->at, "nothing goes from '%s' to '%s' via"
			   " '%s'", from->name, to->name, p->via->name);
		diag_note(d, p->via->at, "'%s' is here", p->via->name);
	}
}


static void policy_unused(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct model *m = f->model;
	bool *is_isolated = arena_array(f->arena, m->n_cells,
					sizeof(*is_isolated));

	for (size_t i = 0; i < m->n_policies; i++)
		if (m->policies[i].kind == POLICY_ISOLATE)
			is_isolated[m->policies[i].a->index] = true;
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];

		/* What `isolate` names is isolated, so b is asked for `allow`. */
		if (!is_isolated[p->a->index] && !is_isolated[p->b->index])
			diag_warn(d, r, p->at, "neither '%s' nor '%s' is"
				  " isolated, so this allows nothing new",
				  p->a->name, p->b->name);
	}
}

/* ---- signals ------------------------------------------------------------ */

static void policy_signal(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct model *m = f->model;

	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];
		const struct managed *g = &p->a->managed;

		if (p->kind != POLICY_ISOLATE ||
		    (!g->may_start && !g->may_stop))
			continue;
		diag_remark(d, r, p->at, "'%s' can %s '%s': a signal, not"
			    " data", g->by->name, !g->may_stop ? "start" :
			    !g->may_start ? "stop" : "start and stop",
			    p->a->name);
	}
}

static const struct check checks[] = {
	{ .rule = { "policy-isolate", "an isolated cell exchanges data with no"
	    " other but over what is allowed" }, .run = policy_isolate },
	{ .rule = { "policy-via", "a channel that is allowed goes from the one"
	    " cell to the other" }, .run = policy_via },
	{ .rule = { "policy-unused", "an allowed channel is one that an"
	    " isolated cell has" }, .run = policy_unused,
	  .kind = CHECK_WARNING },
	{ .rule = { "policy-signal", "an isolated cell gets no signals from"
	    " others" }, .run = policy_signal, .kind = CHECK_NOTE },
};

const struct check_family family_policy = {
	"policy", checks, ARRAY_SIZE(checks),
};
