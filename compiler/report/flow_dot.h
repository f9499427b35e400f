/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * flow_dot.h - --emit=flow: the flow graph as Graphviz dot.
 *
 * Also of a configuration that breaks a rule: a picture of the path is what
 * its author wants then. Includes base, model, check.
 */
#ifndef REPORT_FLOW_DOT_H
#define REPORT_FLOW_DOT_H

#include <stdio.h>

struct facts;
struct source;

/* Asserts that the graph is whole (flows.is_cut). */
void flow_dot_print(FILE *out, const struct source *s, const struct facts *f);

#endif
