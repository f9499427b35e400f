/* SPDX-License-Identifier: BSD-2-Clause */
#include "target/target.h"

#include "hv_abi_aarch64.h"
#include "target/aarch64/aarch64.h"
#include "target/aarch64/compare.h"
#include "target/aarch64/encode.h"
#include "target/aarch64/tree.h"

const struct target target_aarch64 = {
	.name = "aarch64",
	.compiler_prefix = "aarch64-linux-gnu-",
	.linker_emulation = "aarch64linux",
	.abi_header = "hv_abi_aarch64.h",
	.elf_machine = HV_A64_MACHINE,
	.max_cells = HV_MAX_CELLS,
	.words = aarch64_words,
	.n_words = AARCH64_N_WORDS,
	.controller_version = 3,
	.families = aarch64_families,
	.n_families = AARCH64_N_FAMILIES,
	.line_of_cells = aarch64_line_of_cells,
	.kernel_facts = aarch64_kernel_facts,
	.line_id = aarch64_line_id,
	.build_tables = encode_tables,
	.mmio_controller = "HV_A64_MMIO_GICD",
	.mmio_controller_cpu = "HV_A64_MMIO_GICR",
	.row_board = "hv_a64_board",
	.row_cpu = "hv_a64_cpu",
	.row_cell = "hv_a64_cell",
	.arch_tables_size = aarch64_rows_size,
	.emit_arch_tables = aarch64_emit_rows,
	.emit_image_head = aarch64_emit_head,
	.emit_header = aarch64_emit_header,
	.finish_image_head = aarch64_finish_image_head,
	.comparer = &aarch64_comparer,
	.write_tree_cpu = aarch64_write_tree_cpu,
	.write_tree = aarch64_write_tree,
	.line_cells = aarch64_line_cells,
};
