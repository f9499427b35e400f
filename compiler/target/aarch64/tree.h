/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tree.h - hooks of target_aarch64 for guest trees and the image's head;
 * target.h says what each does. Includes base, model, layout.
 */
#ifndef TARGET_AARCH64_TREE_H
#define TARGET_AARCH64_TREE_H

#include "target/target.h"

void aarch64_write_tree_cpu(struct fdt_write *w, const struct board_cpu *cpu);
void aarch64_write_tree(struct fdt_write *w, const struct layout *l,
			const struct cell_layout *c, uint32_t controller);
size_t aarch64_line_cells(const struct line *line, uint32_t cells[4]);

/* boot_header.c */
void aarch64_finish_image_head(uint8_t header[64], uint64_t file_size);

#endif
