/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * survey_lists.h - the parts of the walk: each fills its lists of the survey.
 *
 * Only for survey*.c. Includes survey, facts.
 */
#ifndef REPORT_SURVEY_LISTS_H
#define REPORT_SURVEY_LISTS_H

#include "check/facts.h"
#include "report/survey.h"

void survey_memory(struct survey *s, const struct facts *f);
void survey_views(struct survey *s);
void survey_lines(struct survey *s, const struct facts *f);
void survey_devices(struct survey *s, const struct facts *f);
void survey_waivers(struct survey *s, const struct facts *f);
void survey_policies(struct survey *s, const struct facts *f);
void survey_costs(struct survey *s);

/* Of memory: "channel x", "bounce memory of virtio x". */
const char *survey_channel_what(const struct survey *s, const struct channel *c);

#endif
