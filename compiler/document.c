/* SPDX-License-Identifier: BSD-2-Clause */
#include "document.h"

#include <stdio.h>

#include "base/arena.h"
#include "base/diag_record.h"
#include "check/check.h"
#include "explain.h"
#include "format/format.h"

struct list {
	struct arena *arena;
	const struct library *library;
	struct format_rule *rules;
	size_t n;
	bool takes_all;		/* also what no file can break */
};

static const char *help_words(struct arena *a, const struct explanation *e)
{
	if (e->because)
		return arena_printf(a, "%s\n%s", e->why, e->because);
	return e->mend ? arena_printf(a, "%s\n%s", e->why, e->mend) : e->why;
}

static const char *help_markdown(struct arena *a, const struct explanation *e)
{
	if (!e->example || !e->mend || !e->mended)
		return help_words(a, e);
	return arena_printf(a, "%s\nThis breaks it:\n\n```\n%s```\n\n%s\n"
			    "Then it reads:\n\n```\n%s```\n", e->why,
			    e->example, e->mend, e->mended);
}

static void rule_add(const struct rule_line *line, void *arg)
{
	struct list *l = arg;
	struct format_rule rule = {
		.rule = line->rule, .because = line->because,
		.level = check_standing_name(line->standing),
	};
	struct explanation e;
	const char *path;

	if (line->because && !l->takes_all)
		return;
	if (explain_read(l->arena, l->library, line->rule->code, &e, &path)) {
		rule.help = help_words(l->arena, &e);
		rule.help_markdown = help_markdown(l->arena, &e);
	}
	l->rules = arena_grow(l->arena, l->rules, l->n, sizeof(rule));
	l->rules[l->n++] = rule;
}

static struct format document_of(const struct list *l)
{
	return (struct format){
		.rules = l->rules, .n_rules = l->n, .version = HVCC_VERSION,
		.library = l->library->root,
	};
}

void document_print(const struct document *d, enum exit_code code)
{
	const struct options *o = d->options;

	if (o->format == FORMAT_TEXT) {
		diag_print(d->diag, stderr);
		return;
	}

	struct list l = { .arena = d->arena, .library = d->library };

	if (o->format == FORMAT_SARIF)
		check_rules(rule_add, &l);

	struct format f = document_of(&l);
	FILE *out = o->is_stdout_taken ? stderr : stdout;

	f.source = d->source;
	f.batch = diag_take(d->diag);
	f.input = o->input ? o->input : o->argument;
	f.exit_code = (int)code;
	if (o->format == FORMAT_SARIF)
		format_sarif(out, &f);
	else
		format_json(out, &f);
}

void document_print_rules(struct arena *a, const struct options *options,
			  const struct library *library)
{
	struct list l = { .arena = a, .library = library, .takes_all = true };

	if (options->format == FORMAT_TEXT) {
		check_rules_print(stdout);
		return;
	}
	check_rules(rule_add, &l);

	const struct format f = document_of(&l);

	format_rules_json(stdout, &f);
}
