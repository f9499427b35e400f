/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - the report as text that can be compared: one fact a line.
 *
 * Each line says by itself what it is about, no line's form depends on another,
 * and line numbers of the source are left out: they move with every edit.
 * Includes survey.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <stdio.h>

#include "report/survey.h"

void text_print(FILE *out, const struct survey *s);

#endif
