/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * rule_name.h - finds the rule that a user names on the command line.
 *
 * A name that is none ends hvcc with the nearest one that is: what was meant to
 * change something must not change nothing. Includes base, check.
 */
#ifndef RULE_NAME_H
#define RULE_NAME_H

#include "check/check.h"

/* option is what the name stands behind, for the message: "--explain ". */
struct rule_line rule_name_find(const char *option, const char *name);
/* The same for a warning, all of which -W may turn off or make an error. */
void rule_name_require_warning(const char *option, const char *name);

#endif
