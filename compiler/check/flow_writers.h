/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow_writers.h - who writes what `only` names, for flow_judge.c.
 *
 * Includes flow.
 */
#ifndef CHECK_FLOW_WRITERS_H
#define CHECK_FLOW_WRITERS_H

#include "check/flow.h"

/* Fills writers, n_writers and is_written. */
void flow_find_writers(const struct facts *f, struct verdict *v);

#endif
