/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bus that needs no driver is reached through its ranges (Devicetree
 * Specification 0.4, 4.5). Some trees give it a reg as well, for all that hangs
 * on it: that is no register of its own, and two devices on one bus would be
 * in one page. Such a reg holds registers of a node below; one that holds none
 * is taken for what it is called.
 */
#include "base/arena.h"
#include "read/board_build.h"
#include "read/board_refs.h"

/* False also where there is no work left to look: then the reg stays. */
static bool holds_register(const struct tree *t, struct pa_range range,
			   const struct device *below)
{
	for (size_t i = 0; i < below->n_regs && tree_spend(t); i++)
		if (pa_contains(range, below->regs[i].range))
			return true;
	return false;
}

static bool is_window_of(const struct board_build *b, uint32_t bus,
			 struct pa_range range)
{
	const struct tree *t = &b->tree;

	for (uint32_t i = bus + 1; i < t->n_nodes && tree_is_under(t, i, bus);
	     i++)
		if (b->device_of_node[i] != TREE_NONE &&
		    holds_register(t, range,
				   &b->devices[b->device_of_node[i]]))
			return true;
	return false;
}

void board_bus(struct board_build *b, uint32_t node)
{
	struct device *d = &b->devices[b->device_of_node[node]];
	struct device_reg *kept;
	size_t n = 0;

	if (!d->n_regs || !board_is_compatible(&b->tree, node, "simple-bus"))
		return;
	kept = arena_array(b->read->arena, d->n_regs, sizeof(*kept));
	for (size_t i = 0; i < d->n_regs; i++)
		if (!is_window_of(b, node, d->regs[i].range))
			kept[n++] = d->regs[i];
	d->regs = kept;
	d->n_regs = n;
}
