/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff_changes.h - the lines of --diff while they are collected.
 *
 * Includes survey.
 */
#ifndef REPORT_DIFF_CHANGES_H
#define REPORT_DIFF_CHANGES_H

#include "report/survey.h"

enum change_sign { CHANGE_GAINED, CHANGE_LOST, CHANGE_OTHER };

struct change {
	enum change_sign sign;
	const char *who;		/* a cell's name, "policy", ... */
	const char *text;
	const char *place;		/* "new.cells:12", or "" */
	size_t order;			/* of arrival */
};

struct changes {
	struct arena *arena;
	const struct survey *old, *new;
	struct change *list;
	size_t n;
};

/* `of` is the survey that has the place. */
void change_add(struct changes *c, enum change_sign sign, const char *who,
		const struct survey *of, struct span at, const char *text);

#endif
