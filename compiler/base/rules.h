/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rules.h - the rules of the stages that are not checks.
 *
 * Reading, resolving, placing and building report under these; the rules of
 * compiler/check sit in their own rows. `hvcc --rules` prints both. To add
 * one: a line here, and a definition and a row in rules.c. Includes diag.
 */
#ifndef BASE_RULES_H
#define BASE_RULES_H

#include <stddef.h>

#include "base/diag.h"

/* reading */
extern const struct rule rule_syntax;
extern const struct rule rule_word_unknown;
extern const struct rule rule_text_encoding;
extern const struct rule rule_text_too_large;
extern const struct rule rule_number_malformed;
extern const struct rule rule_number_overflow;
extern const struct rule rule_name_malformed;
extern const struct rule rule_include_missing;
extern const struct rule rule_include_cycle;
extern const struct rule rule_not_built_yet;

/* resolving */
extern const struct rule rule_name_unknown;
extern const struct rule rule_name_twice;
extern const struct rule rule_name_unused;
extern const struct rule rule_attribute_twice;
extern const struct rule rule_attribute_missing;
extern const struct rule rule_type_mismatch;
extern const struct rule rule_unit_missing;
extern const struct rule rule_value_range;
extern const struct rule rule_reason_missing;
extern const struct rule rule_file_missing;
extern const struct rule rule_file_unusable;
extern const struct rule rule_board_unusable;
extern const struct rule rule_board_override;

/* placing and building */
extern const struct rule rule_place_full;
extern const struct rule rule_tree_too_large;
extern const struct rule rule_tree_merge;
extern const struct rule rule_late_memory;
extern const struct rule rule_late_no_map;
extern const struct rule rule_late_size;

extern const struct rule *const rules_of_stages[];
extern const size_t rules_n_of_stages;

#endif
