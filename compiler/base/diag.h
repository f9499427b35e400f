/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diag.h - what hvcc tells the user about the input.
 *
 * One error is one broken rule at one place, the other places as notes, and a
 * help line if there is one right answer. Nothing stops at an error: stages
 * report all they find and main stops between stages. Messages are lower case,
 * without a full stop. Includes arena, source.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/source.h"

struct arena;
struct diag;

struct rule {
	const char *code;	/* "mem-overlap": tests, manual and users say it */
	const char *says;	/* the invariant, one sentence */
};

struct diag_options {
	size_t errors_max;	/* printed; 0: all that are kept */
	bool has_colour;
	bool is_verbose;	/* remarks are printed */
	const char *const *silenced;	/* codes of warnings not to print */
	size_t n_silenced;
	const char *const *raised;	/* codes of warnings that are errors */
	size_t n_raised;
	bool are_warnings_errors;	/* all of them are */
	bool keeps_lines;	/* for a document, instead of telling at once */
};

struct diag *diag_new(struct arena *a, const struct source *s,
		      const struct diag_options *options);

/* The input breaks a rule; hvcc will end with exit code 1. */
void diag_error(struct diag *d, const struct rule *r, struct span at,
		const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* A lint; can be silenced, or made an error, by its code. */
void diag_warn(struct diag *d, const struct rule *r, struct span at,
	       const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Something that a reader of the report wants to know; only with -v. */
void diag_remark(struct diag *d, const struct rule *r, struct span at,
		 const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* Another place of the last error, warning or remark. */
void diag_note(struct diag *d, struct span at, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* What to write instead; belongs to the last one too. */
void diag_help(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * With -v, one line on stderr at once: which file was taken, what was assumed.
 */
void diag_say(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* The same without -v: what a user must not overlook. */
void diag_tell(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* A line again: what is wrong with an image, which is no rule of a text. */
void diag_fault(struct diag *d, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

size_t diag_errors(const struct diag *d);
/* No more than a number of what comes now will be kept. */
bool diag_is_full(const struct diag *d);
bool diag_is_verbose(const struct diag *d);

/*
 * Prints what was reported since the last time, sorted by place, then what was
 * not printed as a number. Control characters of the input never reach out.
 */
void diag_print(struct diag *d, FILE *out);

#endif
