/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * reserve.h - the memory that the running devicetree keeps for the hypervisor:
 * children of /reserved-memory, compatible "hvcc,reserved", with no-map.
 *
 * Includes image.h.
 */
#ifndef KMOD_RESERVE_H
#define KMOD_RESERVE_H

#include "image.h"

#define RESERVED_MAX 64u

struct reserve {
	struct place places[RESERVED_MAX];
	size_t n;
};

/* All of it becomes ours in /proc/iomem; none of it is Linux's RAM. */
int reserve_claim(struct reserve *r, struct refusal *why);
void reserve_release(struct reserve *r);

/* Each run of Linux's RAM is the root cell's. */
int reserve_check_ram(const struct image *image, struct refusal *why);

#endif
