/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * hypervisor.h - which hypervisor runs under this Linux, if any, and the lock
 * under which that changes.
 *
 * Includes call.h and refusal.h.
 */
#ifndef KMOD_HYPERVISOR_H
#define KMOD_HYPERVISOR_H

#include <linux/mutex.h>

#include "call.h"
#include "refusal.h"

struct hypervisor {
	u32 state;		/* HVISOR_ABSENT: there is one, but of no use */
	u32 abi_version;
	u32 own_cell, root_cell;
	u32 event_line;		/* INTID, or HV_NONE */
	u8 identity[HVISOR_HASH_SIZE];
	u8 runtime[HVISOR_HASH_SIZE];
	struct refusal why;	/* of ABSENT */
};

/*
 * Held by whoever makes a call that changes a cell, looks into its window, or
 * changes what runs: enabling and disabling, too. Not held to sleep in user
 * memory but by these two.
 */
extern struct mutex hypervisor_lock;

/* Read under the lock; changed only by the functions below. */
extern struct hypervisor hypervisor;

/* A hypervisor that this Linux was booted on says so in the devicetree. */
void hypervisor_find(void);

/* After late entry: what it says of itself must be what was enabled. */
int hypervisor_attach(const u8 *identity, struct refusal *why);
void hypervisor_detach(void);
/* It is under this Linux, whatever it says of itself: nothing but DISABLE is due. */
void hypervisor_keep(void);

static inline bool hypervisor_is_there(void)
{
	return hypervisor.state == HVISOR_DIRECT ||
	       hypervisor.state == HVISOR_LATE_ENABLED;
}

static inline bool hypervisor_is_root(void)
{
	return hypervisor_is_there() &&
	       hypervisor.own_cell == hypervisor.root_cell;
}

#endif
