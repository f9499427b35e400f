/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/mmio.h"

#include "dev/console.h"
#include "dev/doorbell.h"
#include "dev/virtio.h"

/* Of a cell with nothing that is trapped: a table of two slots. */
static const uint16_t nothing[2];

void mmio_init(struct hv_cpu_state *cpu)
{
	const struct hv_cell *cell = cpu->cell;
	bool has_any = cell->mmio_slots.count != 0;

	cpu->mmio = (struct mmio_index){
		.slots = has_any ? hv_rows(cell->mmio_slots) : nothing,
		.rows = hv_rows(cell->mmio),
		.multiplier = cell->mmio_multiplier,
		.shift = has_any ? cell->mmio_shift : 31,
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
