/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/diag.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/diag_excerpt.h"

/*
 * Garbage makes millions of errors, and nobody reads beyond the first few;
 * what comes after these is only counted.
 */
#define RECORDS_MAX 1000

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_REMARK };

struct note {
	struct note *next;
	struct span at;
	const char *text;
	bool is_help;
};

struct record {
	enum severity severity;
	const struct rule *rule;
	struct span at;
	const char *text;
	struct note *first, *last;
	size_t order;		/* of arrival, for equal places */
};

struct diag {
	struct arena *arena;
	const struct source *source;
	struct diag_options options;
	struct record **records;
	size_t n_records;
	struct record *open;	/* takes notes; NULL: they are dropped */
	size_t n_printed;	/* of records */
	size_t n_errors, n_warnings;
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

static void record_add(struct diag *d, enum severity severity,
		       const struct rule *r, struct span at, const char *fmt,
		       va_list ap) __attribute__((format(printf, 5, 0)));

static void record_add(struct diag *d, enum severity severity,
		       const struct rule *r, struct span at, const char *fmt,
		       va_list ap)
{
	d->open = NULL;
	if (diag_is_full(d))
		return;

	struct record *rec = arena_alloc(d->arena, sizeof(*rec));

	rec->severity = severity;
	rec->rule = r;
	rec->at = at;
	rec->text = arena_vprintf(d->arena, fmt, ap);
	rec->order = d->n_records;
	d->records = arena_grow(d->arena, d->records, d->n_records,
				sizeof(struct record *));
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
	record_add(d, SEVERITY_ERROR, r, at, fmt, ap);
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
	d->n_warnings += !is_error;
	va_start(ap, fmt);
	record_add(d, is_error ? SEVERITY_ERROR : SEVERITY_WARNING, r, at, fmt,
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
	record_add(d, SEVERITY_REMARK, r, at, fmt, ap);
	va_end(ap);
}

static void note_add(struct diag *d, struct note n)
{
	struct note *copy = arena_alloc(d->arena, sizeof(*copy));

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
	note_add(d, (struct note){
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
	note_add(d, (struct note){
		.is_help = true, .text = arena_vprintf(d->arena, fmt, ap),
	});
	va_end(ap);
}

void diag_say(const struct diag *d, const char *fmt, ...)
{
	va_list ap;

	if (!d->options.is_verbose)
		return;
	va_start(ap, fmt);
	excerpt_say(stderr, arena_vprintf(d->arena, fmt, ap));
	va_end(ap);
}

void diag_tell(const struct diag *d, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	excerpt_say(stderr, arena_vprintf(d->arena, fmt, ap));
	va_end(ap);
}

size_t diag_errors(const struct diag *d)
{
	return d->n_errors;
}

size_t diag_warnings(const struct diag *d)
{
	return d->n_warnings;
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
	const struct record *a = *(struct record *const *)left;
	const struct record *b = *(struct record *const *)right;

	if (a->at.begin != b->at.begin)
		return a->at.begin < b->at.begin ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static enum excerpt_tone tone_of(enum severity s)
{
	switch (s) {
	case SEVERITY_ERROR:
		return EXCERPT_ERROR;
	case SEVERITY_WARNING:
		return EXCERPT_WARNING;
	case SEVERITY_REMARK:
		return EXCERPT_NOTE;
	}
	abort();
}

/* All places first, then the remedy. */
static void record_print(const struct diag *d, const struct record *rec,
			 const struct excerpt_style *style)
{
	excerpt_print(style, d->source, tone_of(rec->severity),
		      rec->rule->code, rec->at, rec->text);
	for (const struct note *n = rec->first; n; n = n->next)
		if (!n->is_help)
			excerpt_print(style, d->source, EXCERPT_NOTE, NULL,
				      n->at, n->text);
	for (const struct note *n = rec->first; n; n = n->next)
		if (n->is_help)
			excerpt_help(style, n->text);
}

static void print_rest(const struct diag *d, FILE *out, size_t n_errors)
{
	if (diag_is_full(d) && !d->options.errors_max)
		fputs("and more\n", out);
	else if (n_errors < d->n_errors)
		fprintf(out, "and %zu more\n", d->n_errors - n_errors);
}

void diag_print(struct diag *d, FILE *out)
{
	const struct excerpt_style style = { out, d->options.has_colour };
	size_t errors_max = d->options.errors_max;
	size_t n = d->n_records - d->n_printed, n_errors = 0;
	struct record **sorted = arena_array(d->arena, n, sizeof(*sorted));

	if (!n)
		return;
	memcpy(sorted, d->records + d->n_printed, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_place);
	for (size_t i = 0; i < n; i++) {
		bool is_error = sorted[i]->severity == SEVERITY_ERROR;

		if (is_error && errors_max && n_errors == errors_max)
			break;
		record_print(d, sorted[i], &style);
		n_errors += is_error;
	}
	d->n_printed = d->n_records;
	/* There are errors in the last print only: main stops behind them. */
	print_rest(d, out, n_errors);
}
