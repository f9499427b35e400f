/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * takeover.h - every CPU that Linux has, into the hypervisor and out of it, with
 * the rest of Linux standing still.
 *
 * Includes refusal.h.
 */
#ifndef KMOD_TAKEOVER_H
#define KMOD_TAKEOVER_H

#include <linux/types.h>

#include "refusal.h"

/* Instead of a CPU's number. */
#define TAKEOVER_NO_FAULT U32_MAX
#define TAKEOVER_FIRST (U32_MAX - 1)	/* the first to enter */

/*
 * From the hyp stub to the image's late entry at that physical address. All CPUs
 * or none: what has entered leaves again when another CPU is refused. n_cpus is
 * how many must be online, or none enters. fault_cpu: the one that gets fault_flags, HV_LATE_*, too.
 */
int takeover_enter(u64 entry, unsigned int n_cpus, u32 fault_cpu,
		   u64 fault_flags, struct refusal *why);

/* Other cells are stopped. A CPU that does not leave stays in the root cell. */
int takeover_leave(struct refusal *why);

/* takeover_entry.S: 0, HV_E_*, or a number of the hyp stub's. */
s64 takeover_stub(u64 entry, u64 flags);

#endif
