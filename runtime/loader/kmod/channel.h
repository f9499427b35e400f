/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * channel.h - a device for each channel of this cell, /dev/hvisor-channel/NAME.
 */
#ifndef KMOD_CHANNEL_H
#define KMOD_CHANNEL_H

/* All of them, as the hypervisor lists them; what fails is told and left out.
 * nodes_remove() takes them away. Under hypervisor_lock. */
void channels_add(void);

#endif
