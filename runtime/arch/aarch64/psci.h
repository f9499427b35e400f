/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * psci.h - numbers of PSCI 1.1 (DEN0022 chapter 5) and SMCCC (DEN0028).
 */
#ifndef ARCH_AARCH64_PSCI_H
#define ARCH_AARCH64_PSCI_H

#define SMCCC_64		UINT32_C(0x40000000)
#define SMCCC_VERSION		UINT32_C(0x80000000)
#define SMCCC_ARCH_FEATURES	UINT32_C(0x80000001)

#define PSCI_VERSION		UINT32_C(0x84000000)
#define PSCI_CPU_SUSPEND	UINT32_C(0x84000001)
#define PSCI_CPU_OFF		UINT32_C(0x84000002)
#define PSCI_CPU_ON		UINT32_C(0x84000003)
#define PSCI_AFFINITY_INFO	UINT32_C(0x84000004)
#define PSCI_SYSTEM_OFF		UINT32_C(0x84000008)
#define PSCI_SYSTEM_RESET	UINT32_C(0x84000009)
#define PSCI_FEATURES		UINT32_C(0x8400000a)

#define PSCI_1_1		0x10001

/* Of all that is answered here no function id has one of these bits. */
#define CALL_NOBODYS		UINT32_C(0x00fffe00)
/* Of those that are left, management calls have it and no others. */
#define CALL_MANAGE_BIT		8

#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	(-1)
#define PSCI_INVALID_PARAMETERS	(-2)
#define PSCI_ALREADY_ON		(-4)
#define PSCI_ON_PENDING		(-5)
#define PSCI_INVALID_ADDRESS	(-9)

#endif
