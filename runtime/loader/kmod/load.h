/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * load.h - windows into stopped cells: who has begun a load has the cell until
 * the load ends or the file is closed.
 *
 * A window that is shut answers an access with an abort, so each touch is made
 * under hypervisor_lock after the hypervisor has said that it is open.
 */
#ifndef KMOD_LOAD_H
#define KMOD_LOAD_H

#include "call.h"
#include "hvisor.h"

/* The identity of an open file; never followed. */
typedef const void *load_owner_t;

/* A call of any kind, under hypervisor_lock. Those that begin and end loads are
 * held to their owner; 0, or a negative errno without a call. */
int load_call(load_owner_t owner, struct call *c);

int load_copy(load_owner_t owner, const struct hvisor_load *l);

/* The file is closed: ends its loads. Takes the lock. */
void load_file_closed(load_owner_t owner);

/* No hypervisor, no loads; under the lock. */
void load_forget(void);

#endif
