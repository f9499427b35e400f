/* SPDX-License-Identifier: BSD-2-Clause */
#include "rule_name.h"

#include <stdbool.h>
#include <string.h>

#include "base/fatal.h"
#include "base/suggest.h"

struct search {
	const char *name;
	bool is_found;
	struct rule_line line;
	bool warnings_only;
	struct suggest near;
};

static void rule_look(const struct rule_line *line, void *arg)
{
	struct search *s = arg;

	if (!strcmp(line->rule->code, s->name)) {
		s->is_found = true;
		s->line = *line;
	}
	if (!s->warnings_only || line->standing == RULE_WARNING)
		suggest_offer(&s->near, line->rule->code);
}

static struct search search(const char *name, bool warnings_only)
{
	struct search s = {
		.name = name, .warnings_only = warnings_only,
		.near = suggest_for(name),
	};

	check_rules(rule_look, &s);
	return s;
}

_Noreturn static void refuse(const char *option, const struct search *s,
			     const char *what)
{
	if (s->near.best)
		fatal("%s%s: there is no %s '%s'; did you mean '%s'?", option,
		      s->name, what, s->name, s->near.best);
	fatal("%s%s: there is no %s '%s'; --rules lists them", option, s->name,
	      what, s->name);
}

struct rule_line rule_name_find(const char *option, const char *name)
{
	const struct search s = search(name, false);

	if (!s.is_found)
		refuse(option, &s, "rule");
	return s.line;
}

void rule_name_require_warning(const char *option, const char *name)
{
	const struct search s = search(name, true);

	if (!s.is_found)
		refuse(option, &s, "warning");
	switch (s.line.standing) {
	case RULE_WARNING:
		return;
	case RULE_ERROR:
		fatal("%s%s: '%s' is an error already, and errors are never"
		      " off", option, name, name);
	case RULE_NOTE:
		fatal("%s%s: '%s' is a note, told only with -v", option, name,
		      name);
	case RULE_BY_CONSTRUCTION:
	case RULE_NOT_APPLICABLE:
		fatal("%s%s: no file can break '%s'", option, name, name);
	}
}
