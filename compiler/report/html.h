/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * html.h - the report as one page that needs nothing else: no network, no
 * script; well-formed as XML too, so that other tools can read it.
 *
 * Includes survey.
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

#include "report/survey.h"

void html_print(FILE *out, const struct survey *s);

#endif
