/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doorbell.h - the trapped granule by which a cell rings a channel's peers.
 *
 * A 32-bit store of a peer's index at offset 0 makes that end's line pending,
 * if the row's may_ring says so; any other access reads 0 and is ignored, or
 * faults, as the .c says.
 */
#ifndef DEV_DOORBELL_H
#define DEV_DOORBELL_H

#include "core/mmio.h"

/* `end_i`: row of hv_system.ends, the argument of the page's hv_mmio row. */
enum mmio_result doorbell_access(uint32_t end_i, struct mmio *m);

#endif
