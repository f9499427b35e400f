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

struct arena;
struct facts;			/* facts.h: the model, and who was given what */

enum check_kind {
	CHECK_ERROR,		/* isolation, or a boot that cannot work */
	CHECK_WARNING,		/* a lint; can be silenced by its code */
	CHECK_NOTE,		/* only with -v */
};

struct check {
	struct rule rule;
	void (*run)(const struct facts *f, const struct rule *r,
		    struct diag *d);
	enum check_kind kind;
	bool reads_payloads;	/* not run with --payloads=later */
	bool reads_running;	/* the tree that `boot running` names */
};

struct check_family {
	const char *name;
	const struct check *checks;
	size_t n_checks;
};

/* Returns the codes of the rules that could not run, with commas; or "". */
const char *check_all(struct arena *arena, const struct model *model,
		      struct diag *diag);

/*
 * How each rule is kept. A rule that no text of the language can break has no
 * check: what hvcc chooses keeps it, or the language has not got the thing.
 */
enum rule_standing {
	RULE_ERROR, RULE_WARNING, RULE_NOTE,
	RULE_BY_CONSTRUCTION,
	RULE_NOT_APPLICABLE,
};

struct rule_line {
	const struct rule *rule;
	enum rule_standing standing;
	const char *because;	/* of the last two; else NULL */
};

/* For --rules: each() for every rule of the stages, families and targets. */
void check_rules(void (*each)(const struct rule_line *line, void *arg),
		 void *arg);
/* "error", "warning", "note", "kept" (by construction), "none" (no such thing). */
const char *check_standing_name(enum rule_standing standing);
/*
 * What --rules prints, a line for each: "error", "warning", "note", "kept" (by
 * construction) or "none" (not in the language), in this order; the code; the
 * sentence.
 */
void check_rules_print(FILE *out);

#endif
