/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths. Of many edges from one cell to another the first stands for all, so
 * that a walk looks at cells and not at edges.
 */
#include "check/flow.h"

#include "base/arena.h"

/* Breadth first, so that each cell is reached in the fewest steps. */
static void walk_from(const struct facts *f, const struct flow *const *step,
		      size_t from, const struct flow **last)
{
	size_t n = f->model->n_cells, n_found = 1;
	size_t *found = arena_array(f->arena, n, sizeof(*found));

	found[0] = from;
	for (size_t i = 0; i < n_found; i++)
		for (size_t to = 0; to < n; to++) {
			const struct flow *e = step[found[i] * n + to];

			if (!e || to == from || last[to])
				continue;
			last[to] = e;
			found[n_found++] = to;
		}
}

static const struct flow **walk(const struct facts *f,
				const struct flow *const *step)
{
	size_t n = f->model->n_cells;
	const struct flow **last = arena_array(f->arena, n * n, sizeof(*last));

	for (size_t from = 0; from < n; from++)
		walk_from(f, step, from, last + from * n);
	return last;
}

void flows_walk(const struct facts *f, struct flows *flows)
{
	size_t n = f->model->n_cells;

	if (flows->is_cut)
		return;
	flows->n_cells = n;
	flows->step = arena_array(f->arena, n * n, sizeof(*flows->step));
	flows->step_all = arena_array(f->arena, n * n, sizeof(*flows->step));
	for (size_t i = flows->n; i > 0; i--) {
		const struct flow *e = &flows->list[i - 1];
		size_t at = e->from->index * n + e->to->index;

		if (flow_is_signal(e))
			continue;
		flows->step_all[at] = e;
		if (!e->allowed_by)
			flows->step[at] = e;
	}
	flows->last = walk(f, flows->step);
	flows->last_all = walk(f, flows->step_all);
}

struct flow_path flow_path(struct arena *a, const struct flows *flows,
			   const struct cell *from, const struct cell *to,
			   bool is_over_all)
{
	const struct flow **last = is_over_all ? flows->last_all : flows->last;
	size_t row = from->index * flows->n_cells, n = 0;

	if (flows->is_cut)
		return (struct flow_path){ NULL, 0 };
	for (const struct cell *c = to; last[row + c->index];
	     c = last[row + c->index]->from)
		n++;

	const struct flow **steps = arena_array(a, n, sizeof(*steps));
	const struct cell *c = to;

	for (size_t i = n; i > 0; i--) {
		steps[i - 1] = last[row + c->index];
		c = steps[i - 1]->from;
	}
	return (struct flow_path){ steps, n };
}

const struct flow *flow_step(const struct flows *flows,
			     const struct cell *from, const struct cell *to)
{
	if (flows->is_cut)
		return NULL;
	return flows->step[from->index * flows->n_cells + to->index];
}
