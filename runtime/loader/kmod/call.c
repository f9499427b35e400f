// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include <linux/arm-smccc.h>
#include <linux/build_bug.h>
#include <linux/string.h>

#include "call.h"

/* The kernel's registers of SMCCC 1.2 are x0 to x17, and so in this order. */
s64 call_make(struct call *c)
{
	struct arm_smccc_1_2_regs in = { 0 }, out;

	BUILD_BUG_ON(sizeof(in) < sizeof(c->x));
	memcpy(&in, c->x, sizeof(c->x));
	arm_smccc_1_2_hvc(&in, &out);
	memcpy(c->x, &out, sizeof(c->x));
	return (s64)c->x[0];
}

s64 call_simple(struct call *c, u32 function, u64 a, u64 b)
{
	*c = (struct call){ { function, a, b } };
	return call_make(c);
}
