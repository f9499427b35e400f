/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The section that hvcc fills. A file of its own: no compiler that sees it empty
 * may take it for empty where it is read.
 */
#include "cli/tables.h"

struct section {
	struct hv_loader head;
	uint8_t rows[HV_LOADER_SIZE - sizeof(struct hv_loader)];
};
_Static_assert(sizeof(struct section) == HV_LOADER_SIZE, "abi");

extern const struct section section;

__attribute__((section(HV_LOADER_SECTION), used, aligned(8)))
const struct section section = {
	.head = {
		.magic = HV_LOADER_MAGIC,
		.abi_version = HV_ABI_VERSION,
		.size = HV_LOADER_SIZE,
		.root_cell = HV_NONE,
	},
};

const struct hv_loader *tables_own(void)
{
	return &section.head;
}
