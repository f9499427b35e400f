/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.h - the one lock of the runtime: a ticket lock.
 *
 * First come, first served, so that a CPU that floods a lock delays each of
 * the others by one critical section at most. EL2 runs with interrupts masked,
 * so a lock is never taken twice by one CPU. Valid only with the MMU on.
 * Zero is unlocked. Inline where that is fast, a call where it is small. Includes
 * arch.h and once.h.
 */
#ifndef CORE_LOCK_H
#define CORE_LOCK_H

#include "core/arch.h"
#include "core/once.h"

struct hv_lock { uint32_t next, owner; };

/* Until it is this ticket's turn. */
void lock_wait(const struct hv_lock *l, uint32_t ticket);

inline void lock_take(struct hv_lock *l)
{
	uint32_t ticket = __atomic_fetch_add(&l->next, 1, __ATOMIC_RELAXED);

	/* Acquire: nothing of the section is done before its turn has come. */
	if (__atomic_load_n(&l->owner, __ATOMIC_ACQUIRE) != ticket)
		lock_wait(l, ticket);
}

inline void lock_drop(struct hv_lock *l)
{
	/* Release: the next owner sees all that this one wrote. */
	__atomic_store_n(&l->owner, l->owner + 1, __ATOMIC_RELEASE);
}

#endif
