/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * aarch64.h - the parts that target.c puts together into target_aarch64.
 *
 * Includes target.
 */
#ifndef TARGET_AARCH64_AARCH64_H
#define TARGET_AARCH64_AARCH64_H

#include "target/target.h"

/* words.c */
#define AARCH64_N_WORDS 50
extern const struct tree_word aarch64_words[AARCH64_N_WORDS];

/* gic.c: lines as the GIC's devicetree binding writes and counts them */
bool aarch64_line_of_cells(const uint32_t *cells, size_t n_cells,
			   struct line *out);
uint32_t aarch64_line_id(enum line_kind kind, uint32_t number);

/* kernel.c */
void aarch64_kernel_facts(const uint8_t *head, size_t size, struct payload *p);

/* check.c */
#define AARCH64_N_FAMILIES 1
extern const struct check_family *const aarch64_families[AARCH64_N_FAMILIES];

/* rows.c: the target's part of the emitted C */
uint64_t aarch64_rows_size(const struct model *m);
void aarch64_emit_rows(void *file, const struct layout *l);
void aarch64_emit_head(void *file, const struct layout *l);
void aarch64_emit_header(void *file, const struct layout *l);

#endif
