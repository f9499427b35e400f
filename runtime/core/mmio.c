/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/mmio.h"

#include "dev/console.h"
#include "dev/doorbell.h"

/* By rising base, few: a cell's distributor, redistributors, console, bells. */
static const struct hv_mmio *find(const struct hv_cell *cell, uint64_t ipa)
{
	const struct hv_mmio *row = hv_rows(cell->mmio);
	const struct hv_mmio *end = row + cell->mmio.count;

	for (; row < end && row->base.u <= ipa; row++) {
		if (ipa - row->base.u < row->size)
			return row;
	}
	return NULL;
}

/* Rows are whole granules, so an aligned access that starts inside ends there. */
enum mmio_result mmio_dispatch(struct hv_cpu_state *cpu, struct mmio *m)
{
	const struct hv_mmio *row = find(cpu->cell, m->ipa.u);

	if (!row || (m->ipa.u & (m->size - 1)))
		return MMIO_FAULT;
	m->offset = m->ipa.u - row->base.u;
	switch (row->handler) {
	case HV_MMIO_CONSOLE:
		return console_access(cpu, m);
	case HV_MMIO_DOORBELL:
		return doorbell_access(row->arg, m);
	case HV_MMIO_FORWARD:
		return MMIO_FAULT;
	}
	return arch_mmio(cpu, row, m);
}
