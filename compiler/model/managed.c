/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/managed.h"

bool model_is_managed(const struct model *model)
{
	for (size_t i = 0; model->root && i < model->n_cells; i++) {
		const struct managed *m = &model->cells[i].managed;

		if (!model->cells[i].is_root && (m->may_start || m->may_stop ||
						 m->may_load || m->may_console))
			return true;
	}
	return false;
}
