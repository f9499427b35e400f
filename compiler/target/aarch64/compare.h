/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * compare.h - target_aarch64's comparer. Includes target/compare.
 */
#ifndef TARGET_AARCH64_COMPARE_H
#define TARGET_AARCH64_COMPARE_H

#include "target/compare.h"

extern const struct comparer aarch64_comparer;

#endif
