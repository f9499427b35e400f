/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the graph makes of each policy. A path from a cell begins with a step
 * at that cell, and a path through an allowed step ends there: so the steps at
 * the cell decide what is isolated or confidential, and paths what is denied.
 */
#include "check/flow.h"

#include <string.h>

#include "base/arena.h"
#include "base/units.h"
#include "check/flow_writers.h"

struct judge {
	const struct facts *f;
	const struct flows *flows;
	/* By cell: the verdict of the first of that kind. */
	const struct verdict **isolated, **confidential;
};

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
	const struct flow *first = path->steps[0];
	const struct flow *last = path->steps[path->n - 1];

	if (path->n > 1)
		return arena_printf(j->f->arena, "broken: data goes from '%s'"
				    " to '%s' in %zu steps", first->from->name,
				    last->to->name, path->n);
	return arena_printf(j->f->arena, "broken: data goes from '%s' to '%s'"
			    " %s", first->from->name, first->to->name,
			    flow_text(j->f->arena, first));
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

/* A doorbell that nothing allows is at memory that nothing allows, an error. */
static void tell_signals(struct judge *j, struct verdict *v)
{
	const struct cell *cell = v->policy->a;

	for (size_t i = 0; i < j->f->model->n_cells; i++) {
		const struct cell *c = &j->f->model->cells[i];
		const struct managed *m = &c->managed;

		if ((c != cell && m->by != cell) ||
		    (!m->may_start && !m->may_stop))
			continue;
		remark(j, v, arena_printf(j->f->arena, "'%s' can %s '%s': a"
					  " signal, not data", m->by->name,
					  !m->may_stop ? "start" :
					  !m->may_start ? "stop" :
					  "start and stop", c->name));
	}
}

/*
 * The image that the firmware or a boot loader put into RAM has every payload,
 * lies wherever they like, and stays there: a cell that does not clean its
 * memory before it starts may find it.
 */
static void find_unclean(struct judge *j, struct verdict *v)
{
	const struct model *m = j->f->model;
	const struct cell **list = NULL;

	for (size_t i = 0; i < m->n_cells; i++) {
		const struct cell *c = &m->cells[i];

		/* What runs already is not cleaned: told. */
		if (c == v->policy->a || c->is_scrub_at_boot ||
		    c->boot.kind == BOOT_RUNNING)
			continue;
		list = arena_grow(j->f->arena, list, v->n_unclean,
				  sizeof(*list));
		list[v->n_unclean++] = c;
	}
	v->unclean = list;
}

static bool has_file(const struct cell *c, const char *path)
{
	const struct payload *files[] = { &c->boot.kernel, &c->boot.initrd };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (files[i]->path && !strcmp(files[i]->path, path))
			return true;
	return false;
}

static void tell_same_file(struct judge *j, struct verdict *v,
			   const struct payload *p)
{
	const struct model *m = j->f->model;

	for (size_t i = 0; p->path && i < m->n_cells; i++)
		if (&m->cells[i] != v->policy->a &&
		    has_file(&m->cells[i], p->path))
			remark(j, v, arena_printf(j->f->arena, "'%s' has the"
						  " payload '%s' too",
						  m->cells[i].name, p->file));
}

/* Nobody cleans a channel. */
static void tell_channels(struct judge *j, struct verdict *v)
{
	const struct model *m = j->f->model;

	for (size_t i = 0; i < m->n_channels; i++)
		remark(j, v, arena_printf(j->f->arena, "what a boot loader left"
					  " of the payload of '%s' in the"
					  " memory of '%s' is not covered",
					  v->policy->a->name,
					  m->channels[i].name));
}

/* It held the image, and the memory of every cell, before it was the root. */
static void tell_late(struct judge *j, struct verdict *v)
{
	const struct cell *root = j->f->model->root;

	if (root && root != v->policy->a && root->boot.kind == BOOT_RUNNING)
		remark(j, v, arena_printf(j->f->arena, "'%s' runs first and"
					  " held the image: of '%s' only what"
					  " is written after the start is"
					  " covered", root->name,
					  v->policy->a->name));
}

static void judge_payload(struct judge *j, struct verdict *v)
{
	const struct cell *c = v->policy->a;

	if (c->managed.may_load)
		remark(j, v, arena_printf(j->f->arena, "'%s' has what it loads"
					  " '%s' with", c->managed.by->name,
					  c->name));
	tell_late(j, v);
	if (c->boot.kind == BOOT_NONE || c->boot.kind == BOOT_RUNNING)
		return;
	find_unclean(j, v);
	tell_same_file(j, v, &c->boot.kernel);
	tell_same_file(j, v, &c->boot.initrd);
	tell_channels(j, v);
}

/* ---- deny ---------------------------------------------------------------- */

static void judge_deny(struct judge *j, struct verdict *v)
{
	const struct policy *p = v->policy;
	const struct flow *end = NULL;

	v->path = flow_path(j->f->arena, j->flows, p->a, p->b, false);
	if (p->is_both_ways)
		v->path_back = flow_path(j->f->arena, j->flows, p->b, p->a,
					 false);
	if (!v->path.n) {
		v->path = v->path_back;
		v->path_back.n = 0;
	}
	if (v->path.n)
		return;
	v->ended = flow_path(j->f->arena, j->flows, p->a, p->b, true);
	if (!v->ended.n && p->is_both_ways)
		v->ended = flow_path(j->f->arena, j->flows, p->b, p->a, true);
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

/* The edges are looked at once for each cell, however often it is stated. */
static void judge_cell(struct judge *j, struct verdict *v)
{
	bool is_isolate = v->policy->kind == POLICY_ISOLATE;
	const struct verdict **first = is_isolate ?
		&j->isolated[v->policy->a->index] :
		&j->confidential[v->policy->a->index];

	if (*first) {
		const struct policy *p = v->policy;

		*v = **first;
		v->policy = p;
		return;
	}
	judge_steps(j, v, is_isolate);
	if (is_isolate)
		tell_signals(j, v);
	else
		judge_payload(j, v);
	*first = v;
}

static void judge(struct judge *j, struct verdict *v)
{
	v->text = policy_text(j->f->arena, v->policy);
	v->is_kept = true;
	switch (v->policy->kind) {
	case POLICY_ISOLATE:
	case POLICY_CONFIDENTIAL:
		judge_cell(j, v);
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
	v->is_kept = !v->path.n && !v->n_unclean;
	v->says = v->path.n ? path_text(j, &v->path) :
		  v->is_kept ? "kept" :
		  arena_printf(j->f->arena, "broken: '%s' could read what a"
			       " boot loader left", v->unclean[0]->name);
}

void flows_judge(const struct facts *f, struct flows *flows)
{
	const struct model *m = f->model;
	size_t n = m->n_policies > FLOW_POLICIES_MAX ? 0 : m->n_policies;
	struct verdict *list = arena_array(f->arena, n, sizeof(*list));
	struct judge j = { .f = f, .flows = flows };

	if (n < m->n_policies)
		flows->is_cut = true;
	if (flows->is_cut)
		return;
	j.isolated = arena_array(f->arena, m->n_cells, sizeof(*j.isolated));
	j.confidential = arena_array(f->arena, m->n_cells,
				     sizeof(*j.confidential));
	for (size_t i = 0; i < n; i++) {
		list[i].policy = &m->policies[i];
		judge(&j, &list[i]);
	}
	flows->verdicts = list;
	flows->n_verdicts = n;
}

/* ---- words --------------------------------------------------------------- */

const char *policy_thing(struct arena *a, const struct policy *p)
{
	if (p->device)
		return p->device->path;
	return p->channel ? p->channel->name : region_name(a, p->region);
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
		return arena_printf(a, p->device ? "only %s writes &{%s}" :
				    "only %s writes %s", p->a->name,
				    policy_thing(a, p));
	}
	return "";
}
