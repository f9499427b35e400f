/* SPDX-License-Identifier: BSD-2-Clause */
#include "format/format.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "format/place.h"
#include "format/value.h"

/*
 * SARIF 2.1.0 (OASIS Standard, 27 March 2020), one run. Section numbers are of
 * that text. What viewers show of a result is its message, so the remedies
 * stand there too, behind the text.
 */
static const char schema[] =
	"https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
	"sarif-schema-2.1.0.json";
/* What files of hvcc's own library are relative to; left to the reader. */
static const char library_id[] = "HVCC_LIBRARY";

/* A text of ours, as it stands: there are no arguments to put in (3.12). */
static json_t *words_value(const char *text)
{
	json_t *words = value_object();

	value_set(words, "text", value_text(text));
	return words;
}

/*
 * One line of a message. Braces are written twice (3.11.5). What the input says
 * makes no link: "[text](where)" is one (3.11.6), and has no other spelling, so
 * a blank comes between. Nor does it make a line of its own.
 */
static void line_put(FILE *out, const char *text)
{
	for (const char *s = text; *s; s++) {
		fputc(*s == '\n' ? '?' : *s, out);
		if (*s == '{' || *s == '}')
			fputc(*s, out);
		if (*s == ']' && s[1] == '(')
			fputc(' ', out);
	}
}

struct message {
	FILE *out;
	char *text;
	size_t size;
};

static void message_open(struct message *m, const char *text)
{
	*m = (struct message){ 0 };
	m->out = open_memstream(&m->text, &m->size);
	if (!m->out)
		fatal("out of memory");
	line_put(m->out, text);
}

static void message_add(struct message *m, const char *word, const char *text)
{
	fprintf(m->out, "\n%s: ", word);
	line_put(m->out, text);
}

static json_t *message_close(struct message *m)
{
	if (fclose(m->out))
		fatal("out of memory");

	json_t *value = words_value(m->text);

	free(m->text);
	return value;
}

static json_t *message_value(const char *text)
{
	struct message m;

	message_open(&m, text);
	return message_close(&m);
}

static json_t *artifact_value(const struct format *f, const char *name)
{
	const char *own = place_in_library(f, name);
	json_t *artifact = value_object();

	value_set(artifact, "uri", place_uri(own ? own : name));
	if (own)
		value_set(artifact, "uriBaseId", value_text(library_id));
	return artifact;
}

static json_t *region_value(const struct source_region *r)
{
	json_t *region = value_object();

	value_set(region, "startLine", value_number(r->line));
	value_set(region, "startColumn", value_number(r->column));
	value_set(region, "endLine", value_number(r->end_line));
	value_set(region, "endColumn", value_number(r->end_column));
	return region;
}

/* A node of a devicetree has no line; it has a path (3.33). */
static json_t *item_value(const char *item)
{
	json_t *list = value_array();
	json_t *logical = value_object();
	const char *slash = strrchr(item, '/');

	value_set(logical, "name",
		  value_text(slash && slash[1] ? slash + 1 : item));
	value_set(logical, "fullyQualifiedName", value_text(item));
	value_set(logical, "kind", value_text("object"));
	value_add(list, logical);
	return list;
}

/* What has no place at all is about the main file. */
static json_t *location_value(const struct format *f, struct span at)
{
	json_t *location = value_object();
	json_t *physical = value_object();
	struct source_region r;

	if (!source_region(f->source, at, &r))
		r = (struct source_region){ .name = f->input, .item = "" };

	value_set(physical, "artifactLocation", artifact_value(f, r.name));
	if (r.line)
		value_set(physical, "region", region_value(&r));
	value_set(location, "physicalLocation", physical);
	if (*r.item)
		value_set(location, "logicalLocations", item_value(r.item));
	return location;
}

/* ---- results ------------------------------------------------------------- */

static json_t *result_message(const struct diag_record *rec)
{
	struct message m;

	message_open(&m, rec->text);
	for (const struct diag_note *n = rec->first; n; n = n->next)
		if (!n->is_help && span_is_nowhere(n->at))
			message_add(&m, "note", n->text);
	for (const struct diag_note *n = rec->first; n; n = n->next)
		if (n->is_help)
			message_add(&m, "help", n->text);
	return message_close(&m);
}

static json_t *related_value(const struct format *f,
			     const struct diag_record *rec)
{
	json_t *list = value_array();

	for (const struct diag_note *n = rec->first; n; n = n->next) {
		if (n->is_help || span_is_nowhere(n->at))
			continue;

		json_t *location = location_value(f, n->at);

		value_set(location, "id", value_number(json_array_size(list)));
		value_set(location, "message", message_value(n->text));
		value_add(list, location);
	}
	return list;
}

static void rule_index_set(const struct format *f, json_t *result,
			   const char *code)
{
	for (size_t i = 0; i < f->n_rules; i++) {
		if (strcmp(f->rules[i].rule->code, code))
			continue;
		value_set(result, "ruleIndex", value_number(i));
		return;
	}
}

static json_t *result_value(const struct format *f,
			    const struct diag_record *rec)
{
	json_t *result = value_object();
	json_t *locations = value_array();
	json_t *related = related_value(f, rec);

	value_add(locations, location_value(f, rec->at));
	value_set(result, "ruleId", value_text(rec->rule->code));
	rule_index_set(f, result, rec->rule->code);
	value_set(result, "level", value_text(diag_level(rec->severity)));
	value_set(result, "message", result_message(rec));
	value_set(result, "locations", locations);
	if (json_array_size(related))
		value_set(result, "relatedLocations", related);
	else
		json_decref(related);
	return result;
}

/* ---- the run ------------------------------------------------------------- */

static json_t *rule_value(const struct format_rule *r)
{
	json_t *rule = value_object();
	json_t *configuration = value_object();

	value_set(configuration, "level", value_text(r->level));
	value_set(rule, "id", value_text(r->rule->code));
	value_set(rule, "shortDescription", words_value(r->rule->says));
	value_set(rule, "fullDescription", words_value(r->rule->says));
	value_set(rule, "defaultConfiguration", configuration);
	if (r->help) {
		json_t *help = words_value(r->help);

		value_set(help, "markdown", value_text(r->help_markdown));
		value_set(rule, "help", help);
	}
	return rule;
}

static json_t *tool_value(const struct format *f)
{
	json_t *tool = value_object();
	json_t *driver = value_object();
	json_t *rules = value_array();

	for (size_t i = 0; i < f->n_rules; i++)
		value_add(rules, rule_value(&f->rules[i]));
	value_set(driver, "name", value_text("hvcc"));
	value_set(driver, "version", value_text(f->version));
	value_set(driver, "rules", rules);
	value_set(tool, "driver", driver);
	return tool;
}

static void notification_add(json_t *list, const char *level, json_t *message)
{
	json_t *notification = value_object();

	value_set(notification, "level", value_text(level));
	value_set(notification, "message", message);
	value_add(list, notification);
}

/* The run did what it is for, whatever it found (3.20.14). */
static json_t *invocation_value(const struct format *f)
{
	json_t *list = value_array();
	json_t *invocation = value_object();
	json_t *told = value_array();
	char more[64];

	for (size_t i = 0; i < f->batch.n_lines; i++)
		notification_add(told,
				 f->batch.lines[i].is_fault ? "error" : "note",
				 message_value(f->batch.lines[i].text));
	snprintf(more, sizeof(more), "and %zu more errors", f->batch.n_more);
	if (f->batch.are_more_unkept)
		notification_add(told, "warning",
				 message_value("and more errors"));
	else if (f->batch.n_more)
		notification_add(told, "warning", message_value(more));
	value_set(invocation, "executionSuccessful", value_bool(1));
	value_set(invocation, "exitCode", value_number((size_t)f->exit_code));
	value_set(invocation, "toolExecutionNotifications", told);
	value_add(list, invocation);
	return list;
}

static json_t *bases_value(void)
{
	json_t *bases = value_object();
	json_t *library = value_object();

	value_set(library, "description",
		  message_value("the library that is installed with hvcc"));
	value_set(bases, library_id, library);
	return bases;
}

static json_t *run_value(const struct format *f)
{
	json_t *run = value_object();
	json_t *results = value_array();

	for (size_t i = 0; i < f->batch.n_records; i++)
		value_add(results, result_value(f, f->batch.records[i]));
	value_set(run, "tool", tool_value(f));
	value_set(run, "invocations", invocation_value(f));
	value_set(run, "columnKind", value_text("unicodeCodePoints"));
	value_set(run, "originalUriBaseIds", bases_value());
	value_set(run, "results", results);
	return run;
}

void format_sarif(FILE *out, const struct format *f)
{
	json_t *log = value_object();
	json_t *runs = value_array();

	value_add(runs, run_value(f));
	value_set(log, "version", value_text("2.1.0"));
	value_set(log, "$schema", value_text(schema));
	value_set(log, "runs", runs);
	value_print(out, log);
}
