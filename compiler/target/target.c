/* SPDX-License-Identifier: BSD-2-Clause */
#include "target/target.h"

#include <libfdt.h>

#include "model/model.h"

static const struct target *const targets[] = { &target_aarch64 };

const struct target *target_at(size_t i)
{
	return i < ARRAY_SIZE(targets) ? targets[i] : NULL;
}

/* A board is of the architecture whose interrupt controller or timer it has. */
static bool is_of(const struct target *t, const void *fdt)
{
	for (size_t i = 0; i < t->n_words; i++)
		if ((t->words[i].means == MEANS_CONTROLLER ||
		     t->words[i].means == MEANS_TIMER) &&
		    fdt_node_offset_by_compatible(fdt, -1,
						  t->words[i].compatible) >= 0)
			return true;
	return false;
}

const struct target *target_find(const struct board *board)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++)
		if (board->fdt ? is_of(targets[i], board->fdt)
			       : board->controller.version ==
				 targets[i]->controller_version)
			return targets[i];
	return NULL;
}
