/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/mmio.h"

#include "dev/console.h"
#include "dev/doorbell.h"
#include "dev/virtio.h"

void mmio_init(struct hv_cpu_state *cpu)
{
	const struct hv_cell *cell = cpu->cell;

	cpu->mmio = (struct mmio_index){
		.slots = hv_rows(cell->mmio_slots),
		.rows = hv_rows(cell->mmio),
		.multiplier = cell->mmio_multiplier,
		.shift = cell->mmio_shift,
	};
}

/* Rows are whole granules, so an aligned access that starts inside ends there. */
enum mmio_result mmio_dispatch(struct hv_cpu_state *cpu, const struct hv_mmio *row,
			       struct hv_ipa ipa, struct mmio *m)
{
	if (!row || ipa.u & (m->size - 1))
		return MMIO_FAULT;
	m->offset = ipa.u - row->base.u;
	/* In this order: what is done most often is found first. */
	if (row->handler == HV_MMIO_DOORBELL)
		return doorbell_access(row->arg, m);
	if (row->handler == HV_MMIO_CONSOLE)
		return console_access(cpu, m);
	if (row->handler == HV_MMIO_VIRTIO_RING)
		return virtio_ring_access(row->arg, m);
	if (row->handler == HV_MMIO_VIRTIO)
		return virtio_access(row->arg, m);
	return arch_mmio(cpu, row, m);
}
