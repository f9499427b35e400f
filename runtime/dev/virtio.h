/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * virtio.h - the registers of virtio-mmio devices whose backend is a program of
 * another cell.
 *
 * hv_abi_virtio.h says what lies in the two granules of a device. The cell in front
 * reads its registers in the first of them, and comes here with what it stores; of
 * the cell behind one store raises the line, and says that something is published.
 * No access waits for a cell, no store is refused, and what makes no sense is
 * ignored.
 * (Virtual I/O Device 1.2: 2.1, 3.1, 4.2.2)
 */
#ifndef DEV_VIRTIO_H
#define DEV_VIRTIO_H

#include "core/mmio.h"

/* Before any cell starts: what is in memory at power-on is no state. */
void virtio_init(void);

/* `device_i`: row of hv_system.virtios, the argument of the page's hv_mmio row.
 * The registers, by the cell in front; and the granule that the cell behind has. */
enum mmio_result virtio_access(uint32_t device_i, struct mmio *m);
/* The same, of what alone does something: an aligned word that is stored. */
void virtio_store(uint32_t device_i, uint32_t offset, uint32_t value);
enum mmio_result virtio_ring_access(uint32_t device_i, struct mmio *m);

/*
 * The cell has ended, and all its CPUs are parked. Devices that it has in front are
 * reset, and their backends are told; what it has published as backend is gone.
 */
void virtio_cell_reset(uint32_t cell_i);

#endif
