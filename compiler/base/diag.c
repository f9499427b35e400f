/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag_excerpt.h"
#include "base/diag_record.h"

/*
 * Garbage makes millions of errors, and nobody reads beyond the first few;
 * what comes after these is only counted.
 */
#define RECORDS_MAX 1000

struct diag {
	struct arena *arena;
	const struct source *source;
	struct diag_options options;
	struct diag_record **records;
	size_t n_records;
	struct diag_record *open;	/* takes notes; NULL: they are dropped */
	size_t n_printed;	/* of records */
	size_t n_errors;
	struct diag_line *lines;
	size_t n_lines, n_lines_taken;
};

struct diag *diag_new(struct arena *a, const struct source *s,
		      const struct diag_options *options)
{
	struct diag *d = arena_alloc(a, sizeof(*d));

	d->arena = a;
	d->source = s;
	d->options = *options;
	return d;
}

static void record_add(struct diag *d, enum diag_severity severity,
		       const struct rule *r, struct span at, const char *fmt,
		       va_list ap) __attribute__((format(printf, 5, 0)));

static void record_add(struct diag *d, enum diag_severity severity,
		       const struct rule *r, struct span at, const char *fmt,
		       va_list ap)
{
	d->open = NULL;
	if (diag_is_full(d))
		return;

	struct diag_record *rec = arena_alloc(d->arena, sizeof(*rec));

	rec->severity = severity;
	rec->rule = r;
	rec->at = at;
	rec->text = arena_vprintf(d->arena, fmt, ap);
	rec->order = d->n_records;
	d->records = arena_grow(d->arena, d->records, d->n_records,
				sizeof(struct diag_record *));
	d->records[d->n_records++] = rec;
	d->open = rec;
}

static bool is_listed(const struct rule *r, const char *const *codes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(codes[i], r->code))
			return true;
	return false;
}

void diag_error(struct diag *d, const struct rule *r, struct span at,
		const char *fmt, ...)
{
	va_list ap;

	d->open = NULL;
	d->n_errors++;
	va_start(ap, fmt);
	record_add(d, DIAG_ERROR, r, at, fmt, ap);
	va_end(ap);
}

void diag_warn(struct diag *d, const struct rule *r, struct span at,
	       const char *fmt, ...)
{
	const struct diag_options *o = &d->options;
	va_list ap;

	d->open = NULL;
	if (is_listed(r, o->silenced, o->n_silenced))
		return;

	bool is_error = o->are_warnings_errors ||
			is_listed(r, o->raised, o->n_raised);

	d->n_errors += is_error;
	va_start(ap, fmt);
	record_add(d, is_error ? DIAG_ERROR : DIAG_WARNING, r, at, fmt,
		   ap);
	va_end(ap);
}

void diag_remark(struct diag *d, const struct rule *r, struct span at,
		 const char *fmt, ...)
{
	va_list ap;

	d->open = NULL;
	if (!d->options.is_verbose)
		return;
	va_start(ap, fmt);
	record_add(d, DIAG_REMARK, r, at, fmt, ap);
	va_end(ap);
}

static void note_add(struct diag *d, struct diag_note n)
{
	struct diag_note *copy = arena_alloc(d->arena, sizeof(*copy));

	*copy = n;
	if (d->open->last)
		d->open->last->next = copy;
	else
		d->open->first = copy;
	d->open->last = copy;
}

void diag_note(struct diag *d, struct span at, const char *fmt, ...)
{
	va_list ap;

	if (!d->open)
		return;
	va_start(ap, fmt);
	note_add(d, (struct diag_note){
		.at = at, .text = arena_vprintf(d->arena, fmt, ap),
	});
	va_end(ap);
}

void diag_help(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (!d->open)
		return;
	va_start(ap, fmt);
	note_add(d, (struct diag_note){
		.is_help = true, .text = arena_vprintf(d->arena, fmt, ap),
	});
	va_end(ap);
}

/* Told at once, or kept for a document. */
static void line_add(struct diag *d, struct diag_line line)
{
	if (!d->options.keeps_lines) {
		excerpt_say(stderr, line.text);
		return;
	}
	d->lines = arena_grow(d->arena, d->lines, d->n_lines, sizeof(line));
	d->lines[d->n_lines++] = line;
}

void diag_say(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (!d->options.is_verbose)
		return;
	va_start(ap, fmt);
	line_add(d, (struct diag_line){ arena_vprintf(d->arena, fmt, ap),
					false });
	va_end(ap);
}

void diag_tell(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_add(d, (struct diag_line){ arena_vprintf(d->arena, fmt, ap),
					false });
	va_end(ap);
}

void diag_fault(struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	line_add(d, (struct diag_line){ arena_vprintf(d->arena, fmt, ap),
					true });
	va_end(ap);
}

size_t diag_errors(const struct diag *d)
{
	return d->n_errors;
}

bool diag_is_full(const struct diag *d)
{
	return d->n_records == RECORDS_MAX;
}

bool diag_is_verbose(const struct diag *d)
{
	return d->options.is_verbose;
}

static int by_place(const void *left, const void *right)
{
	const struct diag_record *a = *(struct diag_record *const *)left;
	const struct diag_record *b = *(struct diag_record *const *)right;

	if (a->at.begin != b->at.begin)
		return a->at.begin < b->at.begin ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

const char *diag_level(enum diag_severity severity)
{
	switch (severity) {
	case DIAG_ERROR:
		return "error";
	case DIAG_WARNING:
		return "warning";
	case DIAG_REMARK:
		return "note";
	}
	abort();
}

static enum excerpt_tone tone_of(enum diag_severity s)
{
	switch (s) {
	case DIAG_ERROR:
		return EXCERPT_ERROR;
	case DIAG_WARNING:
		return EXCERPT_WARNING;
	case DIAG_REMARK:
		return EXCERPT_NOTE;
	}
	abort();
}

/* All places first, then the remedy. */
static void record_print(const struct diag *d, const struct diag_record *rec,
			 const struct excerpt_style *style)
{
	excerpt_print(style, d->source, tone_of(rec->severity),
		      rec->rule->code, rec->at, rec->text);
	for (const struct diag_note *n = rec->first; n; n = n->next)
		if (!n->is_help)
			excerpt_print(style, d->source, EXCERPT_NOTE, NULL,
				      n->at, n->text);
	for (const struct diag_note *n = rec->first; n; n = n->next)
		if (n->is_help)
			excerpt_help(style, n->text);
}

struct diag_batch diag_take(struct diag *d)
{
	size_t errors_max = d->options.errors_max;
	size_t n = d->n_records - d->n_printed, n_errors = 0, end = 0;
	struct diag_record **sorted = arena_array(d->arena, n, sizeof(*sorted));

	if (n)
		memcpy(sorted, d->records + d->n_printed, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_place);
	for (; end < n; end++) {
		bool is_error = sorted[end]->severity == DIAG_ERROR;

		if (is_error && errors_max && n_errors == errors_max)
			break;
		n_errors += is_error;
	}

	const struct diag_batch batch = {
		.records = (const struct diag_record *const *)sorted,
		.n_records = end,
		/* There are errors in the last batch only: main stops there. */
		.n_more = n ? d->n_errors - n_errors : 0,
		.are_more_unkept = n && diag_is_full(d) && !errors_max,
		.lines = d->lines ? d->lines + d->n_lines_taken : NULL,
		.n_lines = d->n_lines - d->n_lines_taken,
	};

	d->n_printed = d->n_records;
	d->n_lines_taken = d->n_lines;
	return batch;
}

void diag_print(struct diag *d, FILE *out)
{
	const struct excerpt_style style = { out, d->options.has_colour };
	const struct diag_batch batch = diag_take(d);

	for (size_t i = 0; i < batch.n_records; i++)
		record_print(d, batch.records[i], &style);
	if (batch.are_more_unkept)
		fputs("and more\n", out);
	else if (batch.n_more)
		fprintf(out, "and %zu more\n", batch.n_more);
}
