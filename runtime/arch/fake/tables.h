/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tables.h - where the fake tables lie: hv_system and its lists, one object.
 */
#ifndef ARCH_FAKE_TABLES_H
#define ARCH_FAKE_TABLES_H

#include "hv_abi.h"
#include "hv_abi_aarch64.h"

#define FAKE_ROWS 8u		/* of each list that a cell has */
#define FAKE_SLOTS 16u		/* by the last digit of the granule */
#define FAKE_WORDS 32u		/* of lines */

/* The arch rows are aarch64's, for tests of its GIC. */
struct fake_tables {
	struct hv_head head;
	struct hv_a64_board board;
	struct hv_cpu cpus[HV_MAX_CPUS];
	struct hv_cell cells[HV_MAX_CELLS];
	struct hv_region regions[HV_MAX_CELLS][FAKE_ROWS];
	struct hv_mmio mmio[HV_MAX_CELLS][FAKE_ROWS];
	uint16_t slots[HV_MAX_CELLS][FAKE_SLOTS];
	struct hv_copy copies[HV_MAX_CELLS][FAKE_ROWS];
	uint32_t line_words[HV_MAX_CELLS][FAKE_WORDS];
	struct hv_channel channels[FAKE_ROWS];
	struct hv_end ends[4 * FAKE_ROWS];
	struct hv_virtio virtios[FAKE_ROWS];
	struct hv_view views[FAKE_ROWS][FAKE_ROWS];
	struct hv_switch switches[FAKE_ROWS];
	struct hv_switch_word words[FAKE_ROWS];
	uint64_t pool[FAKE_ROWS];
	struct hv_a64_cpu arch_cpus[HV_MAX_CPUS];
};
extern struct fake_tables fake_tables;
extern struct hv_image_head fake_image;		/* its head, as core sees it */

#endif
