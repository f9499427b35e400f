/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff_memory.h - which memory a cell gained, lost or was moved to.
 *
 * Includes diff_changes.
 */
#ifndef REPORT_DIFF_MEMORY_H
#define REPORT_DIFF_MEMORY_H

#include "report/diff_changes.h"

/* Of the cell of that name, which one of the two may lack. */
void diff_memory(struct changes *c, const char *name);

#endif
