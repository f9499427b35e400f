/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hv_abi_aarch64.h - the rows of the tables that only Armv8-A has.
 *
 * The same rules as hv_abi.h, which it includes. Register values are emitted
 * as the numbers the runtime writes; DDI 0487 names the fields.
 */
#ifndef HV_ABI_AARCH64_H
#define HV_ABI_AARCH64_H

#include "hv_abi.h"

#define HV_A64_MACHINE 183u		/* EM_AARCH64 */

#define HV_A64_MMIO_GICD 0x100u		/* arg: HV_NONE */
#define HV_A64_MMIO_GICR 0x101u		/* arg: row of cpus it belongs to */

#define HV_A64_CONDUIT_SMC 1u
#define HV_A64_CONDUIT_HVC 2u

struct hv_a64_board {
	struct hv_pa gicd;
	uint64_t gicd_size;
	uint32_t n_lines;		/* INTIDs implemented, 32 and the SPIs:
					 * must equal what GICD_TYPER says, or be
					 * below it when is_assumed */
	uint32_t is_n_lines_assumed;	/* 0 or 1 */
	uint32_t conduit;		/* to the firmware: HV_A64_CONDUIT_* */
	uint32_t pa_bits;		/* the tables need that PARange */
	uint32_t maintenance_line;	/* INTID, a PPI */
	uint32_t hyp_timer_line;
	uint32_t virtual_timer_line;
	uint32_t physical_timer_line;
	uint64_t ttbr0_el2;		/* stage 1 of EL2 */
	uint64_t tcr_el2;
	uint64_t mair_el2;
	uint64_t vtcr_el2;
};
_Static_assert(sizeof(struct hv_a64_board) == 80, "abi");

struct hv_a64_cpu {
	struct hv_pa gicr;		/* RD_base; SGI_base is 64 KiB above */
	uint64_t gicr_size;		/* of all its frames */
	uint32_t ipi_line;		/* with direct delivery, an SPI that nothing
					 * is wired to: the runtime's IPI to this
					 * CPU, in Group 0; else HV_NONE */
	uint32_t zero;
};
_Static_assert(sizeof(struct hv_a64_cpu) == 24, "abi");

struct hv_a64_cell {
	uint64_t vttbr_el2;		/* VMID in 63:48, root table */
};
_Static_assert(sizeof(struct hv_a64_cell) == 8, "abi");

/*
 * Stage-1 memory attributes of EL2, as emitted in mair_el2: index 0 is Normal
 * write-back, 1 is Device-nGnRE, 2 is Normal non-cacheable.
 */
#define HV_A64_MAIR_NORMAL 0u
#define HV_A64_MAIR_DEVICE 1u
#define HV_A64_MAIR_UNCACHED 2u

#endif
