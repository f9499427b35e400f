/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backend.h - a virtio device's file, mapped for the program that is its backend.
 *
 * What the module says of the device must be what hvcc wrote of it. Whatever
 * fails ends the program with the device's name and the remedy. Includes the
 * ABI and virtio/device.h.
 */
#ifndef CLI_BACKEND_H
#define CLI_BACKEND_H

#include "hv_abi_loader.h"
#include "virtio/device.h"

struct backend {
	const struct hv_loader_virtio *row;
	int fd;				/* readable when the driver did something */
	volatile uint32_t *ring;
	struct device_place place;
};

void backend_open(struct backend *b, const struct hv_loader_virtio *row);

#endif
