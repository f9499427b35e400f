/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff.h - what changed in meaning between two systems.
 *
 * A line for each thing that somebody may do now and could not before ("+"),
 * for each that nobody may do any more ("-"), and for each change that gives
 * nobody more ("~"). Cells are the same where their names are. Memory, a
 * channel's too, whose place the text states counts by address; memory whose
 * place hvcc chooses counts by amount and access, so that one region that grows
 * does not make all others look new. What restricts (a policy) counts the other
 * way round. Includes survey.
 */
#ifndef REPORT_DIFF_H
#define REPORT_DIFF_H

#include <stdio.h>

#include "report/survey.h"

/* True: something was gained. */
bool diff_print(FILE *out, struct arena *a, const struct survey *old,
		const struct survey *new)
	__attribute__((warn_unused_result));

#endif
