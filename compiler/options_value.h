/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * options_value.h - what stands behind an option, read and refused.
 *
 * Each takes the words of one option alone; options.c knows which options go
 * together. What is wrong ends hvcc. Only options.c uses it. Includes base.
 */
#ifndef OPTIONS_VALUE_H
#define OPTIONS_VALUE_H

#include "options.h"

_Noreturn void options_usage(const char *what, const char *arg);

/* WHAT or WHAT:CELL of --emit. */
void options_emit_set(struct options *o, const char *arg);
size_t options_number(const char *arg);
enum options_format options_format_of(const char *arg);
/* Returns it, if its suffix says what kind of report it is. */
const char *options_report_name(const char *arg);
/* Of --color; "auto" asks the terminal. */
bool options_wants_colour(const char *when);

#endif
