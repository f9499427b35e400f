/* SPDX-License-Identifier: BSD-2-Clause */
#include "place/layout.h"

uint64_t layout_cpu_hwid(const struct layout *l, const struct cell *cell,
			 size_t i)
{
	return cell->has_virtual_ids ? cell->first_virtual_id + i :
		l->model->board->cpus[cell->cpus[i].index].hwid;
}
