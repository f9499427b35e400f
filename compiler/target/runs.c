/* SPDX-License-Identifier: BSD-2-Clause */
#include "target/decode.h"

#include "base/arena.h"

static bool has_same_access(const struct run *a, const struct run *b)
{
	return a->may_read == b->may_read && a->may_write == b->may_write &&
	       a->may_execute == b->may_execute && a->memory == b->memory &&
	       a->root_switch == b->root_switch &&
	       a->part_switch == b->part_switch;
}

bool run_is_same(const struct run *a, const struct run *b)
{
	return a->input == b->input && a->output == b->output &&
	       a->size == b->size && has_same_access(a, b);
}

void runs_add(struct runs *runs, const struct run *r)
{
	struct run *last = runs->n ? &runs->list[runs->n - 1] : NULL;

	if (last && last->input + last->size == r->input &&
	    last->output + last->size == r->output &&
	    has_same_access(last, r)) {
		last->size += r->size;
		return;
	}
	runs->list = arena_grow(runs->arena, runs->list, runs->n,
				sizeof(*runs->list));
	runs->list[runs->n++] = *r;
}
