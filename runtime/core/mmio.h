/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mmio.h - one trapped access of a cell, decoded, and who answers it.
 *
 * The architecture decodes (size, direction, value; sign extension and target
 * register stay with it), mmio_dispatch finds the page's row and calls its
 * handler. A handler sees a naturally aligned access of 1, 2, 4 or 8 bytes
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
	struct hv_ipa ipa;
	uint64_t offset;	/* from the base of the row */
	uint64_t value;		/* written, zero-extended; or 0 until read */
	uint32_t size;		/* 1, 2, 4 or 8 bytes */
	bool is_write;
};

/*
 * MMIO_FAULT when nothing of the cell is there, when the access is not
 * naturally aligned, or when the handler says so. `offset` is set here.
 */
enum mmio_result mmio_dispatch(struct hv_cpu_state *cpu, struct mmio *m);

/* Rows whose handler is the architecture's own, 0x100 and above; arch/. */
enum mmio_result arch_mmio(struct hv_cpu_state *cpu, const struct hv_mmio *row,
			   struct mmio *m);

#endif
