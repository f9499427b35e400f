/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * arguments.h - what a program may ask of /dev/hvisor: each argument that needs
 * no hypervisor to be judged.
 *
 * 0 or a negative errno, as hvisor.h says. Knows nothing of the kernel, so that
 * it is fuzzed on the host. Includes compat.h and hvisor.h.
 */
#ifndef KMOD_ARGUMENTS_H
#define KMOD_ARGUMENTS_H

#include "compat.h"
#include "hvisor.h"

int arguments_enable(const struct hvisor_enable *e, bool may_fault);
int arguments_disable(const struct hvisor_disable *d);
int arguments_call(const struct hvisor_call *c);
/* Of a window of that size. */
int arguments_load(const struct hvisor_load *l, uint64_t window_size);
/* What a write to a channel has to be. */
int arguments_ring(uint64_t may_ring, uint32_t n_ends, uint32_t peer);
/* An mmap of a channel: bytes from offset, of memory of that size. */
int arguments_map(uint64_t offset, uint64_t size, uint64_t memory_size);
/* A channel's name, of HV_NAME_SIZE bytes, as the name of a device's file. */
bool arguments_is_name(const char *name);

#endif
