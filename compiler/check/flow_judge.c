/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the graph makes of each policy. A path from a cell begins with a step
 * at that cell, and a path through an allowed step ends there: so the steps at
 * the cell decide what is isolated or confidential, and paths what is denied.
 */
#include "check/flow.h"

#include "base/arena.h"
#include "check/flow_writers.h"

struct judge { const struct facts *f; const struct flows *flows; };

static void remark(struct judge *j, struct verdict *v, const char *text)
{
	/* The list is ours, const for those who read it. */
	const char **list = arena_grow(j->f->arena,
				       (void *)(uintptr_t)v->remarks,
				       v->n_remarks, sizeof(*list));

	list[v->n_remarks++] = text;
	v->remarks = list;
}

static struct flow_path one_step(struct judge *j, const struct flow *e)
{
	const struct flow **steps = arena_array(j->f->arena, 1, sizeof(*steps));

	steps[0] = e;
	return (struct flow_path){ steps, 1 };
}

static const char *path_text(struct judge *j, const struct flow_path *path)
{
	const char *text = arena_printf(j->f->arena, "broken: data goes from"
					" '%s'", path->steps[0]->from->name);

	for (size_t i = 0; i < path->n; i++)
		text = arena_printf(j->f->arena, "%s to '%s' %s", text,
				    path->steps[i]->to->name,
				    flow_text(j->f->arena, path->steps[i]));
	return text;
}

/* ---- isolate, confidential ----------------------------------------------- */

static void judge_steps(struct judge *j, struct verdict *v, bool is_in_too)
{
	for (size_t i = 0; i < j->flows->n; i++) {
		const struct flow *e = &j->flows->list[i];

		if (e->allowed_by || flow_is_signal(e) ||
		    (e->from != v->policy->a &&
		     (!is_in_too || e->to != v->policy->a)))
			continue;
		v->path = one_step(j, e);
		return;
	}
}

/* A start is a signal, and so is a doorbell that nothing allows. */
static void tell_signals(struct judge *j, struct verdict *v)
{
	const struct cell *cell = v->policy->a;
	const struct channel *told = NULL;

	for (size_t i = 0; i < j->f->model->n_cells; i++) {
		const struct cell *c = &j->f->model->cells[i];
		const struct managed *m = &c->managed;

		if (!m->by || (c != cell && m->by != cell) ||
		    (!m->may_start && !m->may_stop))
			continue;
		remark(j, v, arena_printf(j->f->arena, "'%s' can %s '%s': a"
					  " signal, not data", m->by->name,
					  !m->may_stop ? "start" :
					  !m->may_start ? "stop" :
					  "start and stop", c->name));
	}
	for (size_t i = 0; i < j->flows->n; i++) {
		const struct flow *e = &j->flows->list[i];

		if (e->kind != FLOW_DOORBELL || e->allowed_by ||
		    e->channel == told || (e->from != cell && e->to != cell))
			continue;
		told = e->channel;
		remark(j, v, arena_printf(j->f->arena, "the doorbell of '%s'"
					  " joins '%s' and '%s': a signal, not"
					  " data", told->name, e->from->name,
					  e->to->name));
	}
}

/* ---- deny ---------------------------------------------------------------- */

static void judge_path(struct judge *j, struct verdict *v,
		       const struct cell *from, const struct cell *to)
{
	if (!v->path.n)
		v->path = flow_path(j->f->arena, j->flows, from, to, false);
	if (!v->ended.n)
		v->ended = flow_path(j->f->arena, j->flows, from, to, true);
}

static void judge_deny(struct judge *j, struct verdict *v)
{
	const struct policy *p = v->policy;
	const struct flow *end = NULL;

	judge_path(j, v, p->a, p->b);
	if (p->is_both_ways)
		judge_path(j, v, p->b, p->a);
	if (v->path.n)
		v->ended.n = 0;
	for (size_t i = 0; i < v->ended.n && !end; i++)
		if (v->ended.steps[i]->allowed_by)
			end = v->ended.steps[i];
	if (end)
		remark(j, v, arena_printf(j->f->arena, "a path from '%s' to"
					  " '%s' ends at '%s', as what goes"
					  " there %s is allowed",
					  v->ended.steps[0]->from->name,
					  v->ended.steps[v->ended.n - 1]->to
					  ->name, end->to->name,
					  flow_text(j->f->arena, end)));
}

/* ---- all ----------------------------------------------------------------- */

static void judge_only(struct judge *j, struct verdict *v)
{
	flow_find_writers(j->f, v);
	v->is_kept = !v->n_writers;
	v->says = v->is_kept ? "kept" :
		  arena_printf(j->f->arena, "broken: '%s' writes it %s",
			       v->writers[0].cell->name, v->writers[0].how);
}

static void judge(struct judge *j, struct verdict *v)
{
	v->text = policy_text(j->f->arena, v->policy);
	v->is_kept = true;
	switch (v->policy->kind) {
	case POLICY_ISOLATE:
		judge_steps(j, v, true);
		tell_signals(j, v);
		break;
	case POLICY_CONFIDENTIAL:
		judge_steps(j, v, false);
		break;
	case POLICY_DENY:
		judge_deny(j, v);
		break;
	case POLICY_ONLY:
		judge_only(j, v);
		return;
	case POLICY_ALLOW:
		v->says = "allowed";
		return;
	}
	v->is_kept = !v->path.n;
	v->says = v->is_kept ? "kept" : path_text(j, &v->path);
}

void flows_judge(const struct facts *f, struct flows *flows)
{
	const struct model *m = f->model;
	struct judge j = { f, flows };

	if (flows->is_cut)
		return;

	struct verdict *list = arena_array(f->arena, m->n_policies,
					   sizeof(*list));

	for (size_t i = 0; i < m->n_policies; i++) {
		list[i].policy = &m->policies[i];
		judge(&j, &list[i]);
	}
	flows->verdicts = list;
}

/* ---- words --------------------------------------------------------------- */

static const char *thing_text(struct arena *a, const struct policy *p)
{
	if (p->device)
		return arena_printf(a, "&{%s}", p->device->path);
	return p->channel ? p->channel->name : p->region->name;
}

const char *policy_text(struct arena *a, const struct policy *p)
{
	const char *arrow = p->is_both_ways ? "<->" : "->";

	switch (p->kind) {
	case POLICY_ISOLATE:
		return arena_printf(a, "isolate %s", p->a->name);
	case POLICY_CONFIDENTIAL:
		return arena_printf(a, "confidential %s", p->a->name);
	case POLICY_ALLOW:
		return arena_printf(a, "allow %s %s %s via %s", p->a->name,
				    arrow, p->b->name, p->via->name);
	case POLICY_DENY:
		return arena_printf(a, "deny %s %s %s", p->a->name, arrow,
				    p->b->name);
	case POLICY_ONLY:
		return arena_printf(a, "only %s writes %s", p->a->name,
				    thing_text(a, p));
	}
	return "";
}
