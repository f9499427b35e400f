/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * check.h - the rules a configuration must obey, as rows of data.
 *
 * A family is one file: what is being kept apart, static functions, one const
 * array of checks, one exported family. Every check always runs, in table
 * order, also after errors; it may assume only what resolve guarantees, never
 * that another check passed, and it reports under the rule it was handed.
 * Includes base, model.
 */
#ifndef CHECK_CHECK_H
#define CHECK_CHECK_H

#include "base/diag.h"
#include "model/model.h"

struct check {
	struct rule rule;
	void (*run)(const struct model *m, const struct rule *r, struct diag *d);
};

struct check_family {
	const char *name;
	const struct check *checks;
	size_t n_checks;
};

void check_all(const struct model *model, struct diag *diag);

/* For --rules: calls each() for every check of every family and target. */
void check_rules(void (*each)(const struct rule *rule, void *arg), void *arg);

#endif
