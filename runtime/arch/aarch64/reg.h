/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reg.h - the syndrome of a trapped MSR, MRS or system instruction (ISS: DDI 0487
 * D19.2.37).
 */
#ifndef ARCH_AARCH64_REG_H
#define ARCH_AARCH64_REG_H

#include <stdint.h>

#define EC_REGISTER	0x18u

#define ISS_IS_READ	UINT64_C(1)
#define SYSREG_RT_SHIFT	5
#define SYSREG_RT	(31u << SYSREG_RT_SHIFT)
#define ISS_WHICH	UINT64_C(0x3ffc1e)	/* op0 op2 op1 CRn CRm */

#define REG(op0, op1, crn, crm, op2) \
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)

/* From x0. */
#define ESR_SGI1R_WRITE	(EC_REGISTER << 26 | 1u << 25 | REG(3u, 0u, 12u, 11u, 5u))

#endif
