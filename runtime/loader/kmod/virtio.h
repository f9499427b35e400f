/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * virtio.h - a device for each virtio device whose backend is this cell's,
 * /dev/hvisor-virtio/NAME.
 */
#ifndef KMOD_VIRTIO_H
#define KMOD_VIRTIO_H

/* All of them, as the hypervisor lists them; what fails is told and left out.
 * nodes_remove() takes them away. Under hypervisor_lock. */
void virtios_add(void);

#endif
