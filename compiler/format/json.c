/* SPDX-License-Identifier: BSD-2-Clause */
#include "format/format.h"

#include "format/place.h"
#include "format/value.h"

/*
 * hvcc's own form, for scripts: hvcc(1) describes it. Members are added where
 * that breaks no reader; "version" is raised where it would.
 */
#define FORMAT_VERSION 1

static json_t *place_value(const struct format *f, struct span at)
{
	json_t *place = value_object();
	struct source_region r;

	if (!source_region(f->source, at, &r)) {
		json_decref(place);
		return json_null();
	}

	const char *own = place_in_library(f, r.name);

	value_set(place, "file", value_text(own ? own : r.name));
	if (own)
		value_set(place, "in", value_text("library"));
	if (*r.item)
		value_set(place, "item", value_text(r.item));
	if (!r.line)
		return place;
	value_set(place, "line", value_number(r.line));
	value_set(place, "column", value_number(r.column));
	value_set(place, "end_line", value_number(r.end_line));
	value_set(place, "end_column", value_number(r.end_column));
	value_set(place, "offset", value_number(r.offset));
	value_set(place, "size", value_number(r.size));
	return place;
}

static json_t *record_value(const struct format *f,
			    const struct diag_record *rec)
{
	json_t *value = value_object();
	json_t *notes = value_array();
	json_t *help = value_array();

	for (const struct diag_note *n = rec->first; n; n = n->next) {
		if (n->is_help) {
			value_add(help, value_text(n->text));
			continue;
		}

		json_t *note = value_object();

		value_set(note, "message", value_text(n->text));
		value_set(note, "place", place_value(f, n->at));
		value_add(notes, note);
	}
	value_set(value, "level", value_text(diag_level(rec->severity)));
	value_set(value, "rule", value_text(rec->rule->code));
	value_set(value, "message", value_text(rec->text));
	value_set(value, "place", place_value(f, rec->at));
	value_set(value, "notes", notes);
	value_set(value, "help", help);
	return value;
}

void format_json(FILE *out, const struct format *f)
{
	json_t *document = value_object();
	json_t *results = value_array();
	json_t *told = value_array();
	json_t *faults = value_array();

	for (size_t i = 0; i < f->batch.n_records; i++)
		value_add(results, record_value(f, f->batch.records[i]));
	for (size_t i = 0; i < f->batch.n_lines; i++)
		value_add(f->batch.lines[i].is_fault ? faults : told,
			  value_text(f->batch.lines[i].text));
	value_set(document, "version", value_number(FORMAT_VERSION));
	value_set(document, "hvcc", value_text(f->version));
	value_set(document, "input", value_text(f->input));
	value_set(document, "exit", value_number((size_t)f->exit_code));
	value_set(document, "results", results);
	value_set(document, "more_errors", value_number(f->batch.n_more));
	value_set(document, "is_cut", value_bool(f->batch.are_more_unkept));
	value_set(document, "told", told);
	value_set(document, "image_faults", faults);
	value_print(out, document);
}

void format_rules_json(FILE *out, const struct format *f)
{
	json_t *document = value_object();
	json_t *rules = value_array();

	for (size_t i = 0; i < f->n_rules; i++) {
		const struct format_rule *r = &f->rules[i];
		json_t *rule = value_object();

		value_set(rule, "rule", value_text(r->rule->code));
		value_set(rule, "standing", value_text(r->level));
		value_set(rule, "says", value_text(r->rule->says));
		if (r->because)
			value_set(rule, "because", value_text(r->because));
		if (r->help)
			value_set(rule, "help", value_text(r->help));
		value_add(rules, rule);
	}
	value_set(document, "version", value_number(FORMAT_VERSION));
	value_set(document, "hvcc", value_text(f->version));
	value_set(document, "rules", rules);
	value_print(out, document);
}
