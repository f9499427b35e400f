/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * cpus.h - the CPUs that go to other cells: offline in Linux while they are away,
 * and nobody brings them back but us.
 *
 * Includes image.h.
 */
#ifndef KMOD_CPUS_H
#define KMOD_CPUS_H

#include "image.h"

int cpus_init(void);
void cpus_exit(void);

/* All of the machine's are online and are the image's. */
int cpus_check(const struct image *image, struct refusal *why);

/* Takes those that are not the root cell's from Linux: all, or none on failure. */
int cpus_take(const struct image *image, struct refusal *why);

/* How many are Linux's, online or not. */
unsigned int cpus_left(void);

/* While all are online: how to tell that CPU, by Linux's number, to refuse. Another
 * cell's is told by the first that enters. */
int cpus_fault(const struct image *image, unsigned int cpu, u32 *teller,
	       u64 *flags, struct refusal *why);

/* Brings back what was taken; tells of those that do not come. */
void cpus_give_back(void);

/* Linux's own that somebody took offline are online again. */
int cpus_complete(struct refusal *why);

#endif
