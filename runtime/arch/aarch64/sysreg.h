/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sysreg.h - system registers: access, and the fields that we set.
 *
 * Field names and positions: DDI 0487 chapter D19. Registers that the
 * assembler may not know are given as S<op0>_<op1>_C<n>_C<m>_<op2>.
 */
#ifndef ARCH_AARCH64_SYSREG_H
#define ARCH_AARCH64_SYSREG_H

#include <stdint.h>

#define SYSREG_READ(name) __extension__ ({ \
	uint64_t sysreg_value_; \
	__asm__ volatile("mrs %0, " #name : "=r"(sysreg_value_)); \
	sysreg_value_; })

#define SYSREG_WRITE(name, value) \
	__asm__ volatile("msr " #name ", %x0" :: "rZ"((uint64_t)(value)) : "memory")

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

/* A 4-bit field of an ID register. */
static inline uint32_t id_field(uint64_t id, uint32_t shift)
{
	return (uint32_t)(id >> shift) & 15;
}

/* SCTLR_EL2: RES1 bits; with the MMU: M, C, SA, I, WXN. */
#define SCTLR_EL2_OFF	0x30c50830u
#define SCTLR_EL2_ON	(SCTLR_EL2_OFF | 1u << 0 | 1u << 2 | 1u << 3 | \
			 1u << 12 | 1u << 19)

#define SCTLR_M		(1u << 0)
#define SCTLR_C		(1u << 2)

#define HCR_VM		(UINT64_C(1) << 0)
#define HCR_SWIO	(UINT64_C(1) << 1)
#define HCR_PTW		(UINT64_C(1) << 2)
#define HCR_FMO		(UINT64_C(1) << 3)
#define HCR_IMO		(UINT64_C(1) << 4)
#define HCR_AMO		(UINT64_C(1) << 5)
#define HCR_TWI		(UINT64_C(1) << 13)
#define HCR_TID1	(UINT64_C(1) << 16)
#define HCR_TID3	(UINT64_C(1) << 18)
#define HCR_TSC		(UINT64_C(1) << 19)
#define HCR_TIDCP	(UINT64_C(1) << 20)
#define HCR_TACR	(UINT64_C(1) << 21)
#define HCR_TSW		(UINT64_C(1) << 22)
#define HCR_RW		(UINT64_C(1) << 31)
#define HCR_TLOR	(UINT64_C(1) << 35)	/* FEAT_LOR */
#define HCR_TERR	(UINT64_C(1) << 36)	/* FEAT_RAS */
#define HCR_TID5	(UINT64_C(1) << 58)	/* FEAT_MTE2 */
#define HCR_E2H_SHIFT	34
/* While the runtime starts: lower levels are AArch64, E2H is off. */
#define HCR_EL2_BOOT	(1u << 31)

/* PSTATE of a fresh start: EL1h, D, A, I, F masked. */
#define SPSR_EL1H_MASKED 0x3c5u
#define SPSR_EL2H_MASKED 0x3c9u

/* ESR_ELx: exception class in 31:26, 32-bit instruction in 25. */
#define ESR_EC_SHIFT	26
#define EC_HVC		0x16	/* from AArch64, DDI 0487 D19.2.37 */
#define EC_SMC		0x17
#define ESR_IL		(UINT64_C(1) << 25)
/* Immediate 0. Of an SMC it is that and one bit more. */
#define ESR_HVC_0	(UINT32_C(EC_HVC) << ESR_EC_SHIFT | 1u << 25)
#define ESR_SMC_BIT	ESR_EC_SHIFT

#endif
