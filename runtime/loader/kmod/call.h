/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/*
 * call.h - management calls of the hypervisor under this Linux, hv-abi(7).
 *
 * An HVC where nobody hears it ends in an undefined instruction or in somebody
 * else's hands: only hypervisor.c decides that there is one, and all others ask
 * hypervisor_is_there() first. Includes the ABI.
 */
#ifndef KMOD_CALL_H
#define KMOD_CALL_H

#include <linux/types.h>

#include "hv_abi.h"
#include "hv_abi_calls.h"

/* x[0] is the function and then the answer. */
struct call {
	u64 x[HV_CALL_REGISTERS_MAX];
};

/* The answer: 0 or HV_E_*. */
s64 call_make(struct call *c);

/* One with up to two arguments. */
s64 call_simple(struct call *c, u32 function, u64 a, u64 b);

#endif
