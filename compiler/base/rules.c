/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/rules.h"

#include "base/units.h"

const struct rule rule_syntax = {
	"syntax", "the text follows the grammar of cells(5)" };
const struct rule rule_word_unknown = {
	"word-unknown", "every statement begins with a word that cells(5) has"
	" for its block" };
const struct rule rule_text_encoding = {
	"text-encoding", "text is UTF-8 without characters that hide or reorder"
	" others, and only ASCII outside of comments and strings" };
const struct rule rule_text_too_large = {
	"text-too-large", "a text is at most 16 MiB, a line at most 64 KiB,"
	" includes at most 64 deep and an expression at most 256 steps" };
const struct rule rule_number_malformed = {
	"number-malformed", "a number has digits of its base, single _ between"
	" digits, and at most one of the suffixes K M G T; a MAC address has six"
	" bytes of two digits" };
const struct rule rule_number_overflow = {
	"number-overflow", "every number and every step of an expression fits"
	" 64 bits without sign" };
const struct rule rule_name_malformed = {
	"name-malformed", "a name is a letter or _ and then letters, digits"
	" and _, at most 31 of them, and no word of the language" };
const struct rule rule_include_missing = {
	"include-missing", "an included file exists and can be read" };
const struct rule rule_include_cycle = {
	"include-cycle", "no file includes itself, directly or through others" };
const struct rule rule_not_built_yet = {
	"not-built-yet", "a word that this hvcc does not implement is refused,"
	" never ignored" };

const struct rule rule_name_unknown = {
	"name-unknown", "every name that is used has a definition" };
const struct rule rule_name_twice = {
	"name-twice", "every name is defined once over all files" };
const struct rule rule_name_unused = {
	"name-unused", "what the main file defines is used" };
const struct rule rule_attribute_twice = {
	"attribute-twice", "a statement that sets one thing stands once in its"
	" block" };
const struct rule rule_attribute_missing = {
	"attribute-missing", "a block says everything that has no default" };
const struct rule rule_type_mismatch = {
	"type-mismatch", "a value is of the kind that its place takes" };
const struct rule rule_unit_missing = {
	"unit-missing", "a size has a suffix or is hexadecimal" };
const struct rule rule_value_range = {
	"value-range", "a value is inside the range that its place takes" };
const struct rule rule_reason_missing = {
	"reason-missing", "what weakens isolation says why" };
const struct rule rule_file_missing = {
	"file-missing", "every file that is named exists and can be read" };
const struct rule rule_file_unusable = {
	"file-unusable", "a file is what its place takes" };
const struct rule rule_board_unusable = {
	"board-unusable", "the board's devicetree is whole and says what a"
	" hypervisor must know" };
const struct rule rule_board_override = {
	"board-override", "what the devicetree says is changed by `override`"
	" alone, and override changes something" };

const struct rule rule_place_full = {
	"place-full", "the board's memory has room for what is left to hvcc" };
const struct rule rule_tree_too_large = {
	"tree-too-large", "a guest's devicetree fits the room that booting"
	" allows it" };
const struct rule rule_tree_merge = {
	"tree-merge", "a devicetree that is merged over a cell's neither adds nor"
	" changes what hvcc decides: registers, lines, memory, streams" };

const struct rule rule_late_memory = {
	"late-memory", "a Linux that is running leaves alone what is not its"
	" own" };
const struct rule rule_late_no_map = {
	"late-no-map", "what the hypervisor, the secure world and other cells"
	" have is mapped by no running Linux" };
const struct rule rule_late_size = {
	"late-size", "an image fits what a running Linux reserves for it" };

const struct rule *const rules_of_stages[] = {
	&rule_syntax,
	&rule_word_unknown,
	&rule_text_encoding,
	&rule_text_too_large,
	&rule_number_malformed,
	&rule_number_overflow,
	&rule_name_malformed,
	&rule_include_missing,
	&rule_include_cycle,
	&rule_not_built_yet,
	&rule_name_unknown,
	&rule_name_twice,
	&rule_name_unused,
	&rule_attribute_twice,
	&rule_attribute_missing,
	&rule_type_mismatch,
	&rule_unit_missing,
	&rule_value_range,
	&rule_reason_missing,
	&rule_file_missing,
	&rule_file_unusable,
	&rule_board_unusable,
	&rule_board_override,
	&rule_place_full,
	&rule_tree_too_large,
	&rule_tree_merge,
	&rule_late_memory,
	&rule_late_no_map,
	&rule_late_size,
};

const size_t rules_n_of_stages = ARRAY_SIZE(rules_of_stages);
