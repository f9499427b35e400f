/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * policy_stated.c - policies beside each other: what is allowed is not denied,
 * each is stated once, and each has something to say.
 */
#include "check/families.h"

#include "base/arena.h"
#include "check/flow.h"

/* ---- allow --------------------------------------------------------------- */

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

/* ---- each once ----------------------------------------------------------- */

/* By what a policy speaks of: equal ones stand together, the first first. */
struct stated { const struct policy *policy; };

static int by_pointer(const void *a, const void *b)
{
	return ((uintptr_t)a > (uintptr_t)b) - ((uintptr_t)a < (uintptr_t)b);
}

static int by_thing(const struct policy *a, const struct policy *b)
{
	int by;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	by = by_pointer(a->device, b->device);
	by = by ? by : by_pointer(a->region, b->region);
	by = by ? by : by_pointer(a->channel, b->channel);
	return by ? by : by_pointer(a->via, b->via);
}

/* Of `<->` the cells are the same in both orders. */
static const struct cell *lower(const struct policy *p)
{
	return p->is_both_ways && p->b < p->a ? p->b : p->a;
}

static const struct cell *upper(const struct policy *p)
{
	return p->is_both_ways && p->b < p->a ? p->a : p->b;
}

static int by_words(const struct policy *a, const struct policy *b)
{
	int by = by_thing(a, b);

	by = by ? by : a->is_both_ways - b->is_both_ways;
	by = by ? by : by_pointer(lower(a), lower(b));
	return by ? by : by_pointer(upper(a), upper(b));
}

static int compare_words(const void *left, const void *right)
{
	const struct policy *a = ((const struct stated *)left)->policy;
	const struct policy *b = ((const struct stated *)right)->policy;

	return 2 * by_words(a, b) + by_pointer(a, b);
}

static int compare_things(const void *left, const void *right)
{
	const struct policy *a = ((const struct stated *)left)->policy;
	const struct policy *b = ((const struct stated *)right)->policy;

	return 2 * by_thing(a, b) + by_pointer(a, b);
}

static struct stated *stated_sort(const struct facts *f,
				  int (*compare)(const void *, const void *))
{
	size_t n = f->model->n_policies;
	struct stated *list = arena_array(f->arena, n, sizeof(*list));

	for (size_t i = 0; i < n; i++)
		list[i].policy = &f->model->policies[i];
	list_sort(list, n, sizeof(*list), compare);
	return list;
}

static void policy_twice(const struct facts *f, const struct rule *r,
			 struct diag *d)
{
	const struct stated *list = stated_sort(f, compare_words);

	if (f->flows->is_cut)
		return;
	for (size_t i = 1; i < f->model->n_policies; i++) {
		const struct policy *one = list[i - 1].policy;
		const struct policy *two = list[i].policy;

		if (by_words(one, two))
			continue;
		diag_warn(d, r, two->at, "'%s' is stated twice",
			  policy_text(f->arena, two));
		diag_note(d, one->at, "the other is here");
	}
}

/* ---- against each other -------------------------------------------------- */

/* By from * n_cells + to: the first that denies it. */
static const struct policy **denied(const struct facts *f)
{
	const struct model *m = f->model;
	size_t n = m->n_cells;
	const struct policy **list = arena_array(f->arena, n * n,
						 sizeof(*list));

	for (size_t i = m->n_policies; i > 0; i--) {
		const struct policy *p = &m->policies[i - 1];

		if (p->kind != POLICY_DENY)
			continue;
		list[p->a->index * n + p->b->index] = p;
		if (p->is_both_ways)
			list[p->b->index * n + p->a->index] = p;
	}
	return list;
}

static void allowed_and_denied(const struct facts *f, const struct rule *r,
			       struct diag *d)
{
	const struct model *m = f->model;
	const struct policy **deny = denied(f);

	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];
		const struct policy *other;

		if (p->kind != POLICY_ALLOW)
			continue;
		other = deny[p->a->index * m->n_cells + p->b->index];
		if (!other && p->is_both_ways)
			other = deny[p->b->index * m->n_cells + p->a->index];
		if (!other)
			continue;
		diag_error(d, r, p->at, "'%s' and '%s' exclude each other",
			   policy_text(f->arena, p),
			   policy_text(f->arena, other));
		diag_note(d, other->at, "it is denied here");
	}
}

static void only_and_only(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct stated *list = stated_sort(f, compare_things);

	for (size_t i = 1; i < f->model->n_policies; i++) {
		const struct policy *one = list[i - 1].policy;
		const struct policy *two = list[i].policy;

		if (two->kind != POLICY_ONLY || by_thing(one, two) ||
		    one->a == two->a)
			continue;
		diag_error(d, r, two->at, "'%s' and '%s' exclude each other",
			   policy_text(f->arena, two),
			   policy_text(f->arena, one));
		diag_note(d, one->at, "the other is here");
	}
}

static void policy_contradiction(const struct facts *f, const struct rule *r,
				 struct diag *d)
{
	if (f->flows->is_cut)
		return;
	allowed_and_denied(f, r, d);
	only_and_only(f, r, d);
}

static void policy_itself(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	for (size_t i = 0; i < f->model->n_policies; i++) {
		const struct policy *p = &f->model->policies[i];

		if (p->kind == POLICY_DENY && p->a == p->b)
			diag_error(d, r, p->at, "'%s' cannot be kept from its"
				   " own data", p->a->name);
	}
}

/* ---- to no effect -------------------------------------------------------- */

struct effects {
	const struct facts *f;
	bool *is_isolated, *is_confidential;	/* by cell */
	const struct policy **deny;		/* by pair */
};

static bool is_reached(const struct effects *e, size_t from, size_t to)
{
	return from == to || e->f->flows->last_all[from * e->f->model->n_cells
						   + to];
}

/* Whether a path that is denied takes the step. */
static bool ends_denied(const struct effects *e, const struct cell *from,
			const struct cell *to)
{
	size_t n = e->f->model->n_cells;

	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b < n; b++)
			if (e->deny[a * n + b] &&
			    is_reached(e, a, from->index) &&
			    is_reached(e, to->index, b))
				return true;
	return false;
}

static bool has_effect(const struct effects *e, const struct cell *from,
		       const struct cell *to)
{
	return e->is_isolated[from->index] || e->is_isolated[to->index] ||
	       e->is_confidential[from->index] || ends_denied(e, from, to);
}

/* What denies it already, or NULL. */
static const char *denied_by(const struct effects *e, const struct cell *from,
			     const struct cell *to)
{
	struct arena *a = e->f->arena;

	if (e->is_isolated[from->index])
		return arena_printf(a, "isolate %s", from->name);
	if (e->is_isolated[to->index])
		return arena_printf(a, "isolate %s", to->name);
	if (e->is_confidential[from->index])
		return arena_printf(a, "confidential %s", from->name);
	return NULL;
}

static void unused_deny(const struct effects *e, const struct rule *r,
			struct diag *d, const struct policy *p)
{
	const char *by = denied_by(e, p->a, p->b);

	if (by && (!p->is_both_ways || denied_by(e, p->b, p->a)))
		diag_warn(d, r, p->at, "'%s' denies that already", by);
}

static void unused_one(const struct effects *e, const struct rule *r,
		       struct diag *d, const struct verdict *v)
{
	const struct policy *p = v->policy;

	switch (p->kind) {
	case POLICY_ISOLATE:
	case POLICY_CONFIDENTIAL:
		return;
	case POLICY_ALLOW:
		if (!has_effect(e, p->a, p->b) &&
		    !(p->is_both_ways && has_effect(e, p->b, p->a)))
			diag_warn(d, r, p->at, "nothing keeps data of '%s' from"
				  " '%s', so this allows nothing new",
				  p->a->name, p->b->name);
		return;
	case POLICY_DENY:
		unused_deny(e, r, d, p);
		return;
	case POLICY_ONLY:
		if (!v->is_written)
			diag_warn(d, r, p->at, "no cell writes '%s'",
				  policy_thing(e->f->arena, p));
		return;
	}
}

static void policy_unused(const struct facts *f, const struct rule *r,
			  struct diag *d)
{
	const struct model *m = f->model;
	struct effects e = { .f = f };

	if (f->flows->is_cut)
		return;
	e.is_isolated = arena_array(f->arena, m->n_cells, sizeof(bool));
	e.is_confidential = arena_array(f->arena, m->n_cells, sizeof(bool));
	e.deny = denied(f);
	for (size_t i = 0; i < m->n_policies; i++) {
		const struct policy *p = &m->policies[i];

		if (p->kind == POLICY_ISOLATE)
			e.is_isolated[p->a->index] = true;
		if (p->kind == POLICY_CONFIDENTIAL)
			e.is_confidential[p->a->index] = true;
	}
	for (size_t i = 0; i < m->n_policies; i++)
		unused_one(&e, r, d, &f->flows->verdicts[i]);
}

static const struct check checks[] = {
	{ .rule = { "policy-via", "a channel that is allowed goes from the one"
	    " cell to the other" }, .run = policy_via },
	{ .rule = { "policy-contradiction", "no policy allows what another one"
	    " denies" }, .run = policy_contradiction },
	{ .rule = { "policy-itself", "a cell has its own data" },
	  .run = policy_itself },
	{ .rule = { "policy-twice", "a policy is stated once" },
	  .run = policy_twice, .kind = CHECK_WARNING },
	{ .rule = { "policy-unused", "a policy has something to keep or to"
	    " allow" }, .run = policy_unused, .kind = CHECK_WARNING },
};

const struct check_family family_policy_stated = {
	"policy_stated", checks, ARRAY_SIZE(checks),
};
