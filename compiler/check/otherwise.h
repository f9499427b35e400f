/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * otherwise.h - rules that need no check: no text can break them.
 *
 * Either hvcc chooses what the rule is about, and the tests of place, emit and
 * verify hold it to that; or the language has not got the thing at all.
 * Includes check.
 */
#ifndef CHECK_OTHERWISE_H
#define CHECK_OTHERWISE_H

#include "check/check.h"

extern const struct rule_line kept_otherwise[];
extern const size_t kept_otherwise_n;

#endif
