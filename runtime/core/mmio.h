/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - one trapped access of a cell, decoded, and who answers it.
 *
 * The architecture decodes (size, direction, value; sign extension and target
 * register stay with it), mmio_find finds the granule's row, mmio_dispatch
 * calls its handler. A handler sees a naturally aligned access of 1, 2, 4 or 8 bytes
 * that lies inside its row, and decides by size and offset.
 */
#ifndef CORE_MMIO_H
#define CORE_MMIO_H

#include "core/hv.h"

enum mmio_result {
	MMIO_DONE,		/* `value` holds what a read returns */
	MMIO_FAULT,		/* the cell gets an external abort */
};

struct mmio {
	uint64_t offset;	/* from the base of the row */
	uint64_t value;		/* written, zero-extended; or 0 until read */
	uint32_t size;		/* 1, 2, 4 or 8 bytes */
	bool is_write;
};

#define MMIO_GRANULE_SHIFT 12

/* Before the CPU runs its cell. */
void mmio_init(struct hv_cpu_state *cpu);

/*
 * NULL where nothing of the cell is. The tables have a slot of its own for each
 * granule that is trapped, so there is nothing to search; any other granule may
 * land in one of them, and is told by its distance from the row.
 */
static inline const struct hv_mmio *mmio_find(const struct hv_cpu_state *cpu,
					      struct hv_ipa ipa)
{
	const struct mmio_index *x = &cpu->mmio;
	uint32_t hash = (uint32_t)(ipa.u >> MMIO_GRANULE_SHIFT) * x->multiplier;
	uint32_t row = x->slots[hash >> x->shift];
	const struct hv_mmio *r = &x->rows[row - 1];

	return row && ipa.u - r->base.u < r->size ? r : NULL;
}

/*
 * MMIO_FAULT when there is no row, when the access is not naturally aligned, or
 * when the handler says so. `offset` is set here.
 */
enum mmio_result mmio_dispatch(struct hv_cpu_state *cpu, const struct hv_mmio *row,
			       struct hv_ipa ipa, struct mmio *m);

/* Rows whose handler is the architecture's own, 0x100 and above; arch/. */
enum mmio_result arch_mmio(struct hv_cpu_state *cpu, const struct hv_mmio *row,
			   struct mmio *m);

#endif
