/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diag_record.h - what diag keeps, for who prints it.
 *
 * diag.c prints it for people; compiler/format for machines. Both take the same
 * records in the same order, so no format says more or less than another.
 * Includes diag.
 */
#ifndef BASE_DIAG_RECORD_H
#define BASE_DIAG_RECORD_H

#include "base/diag.h"

enum diag_severity { DIAG_ERROR, DIAG_WARNING, DIAG_REMARK };

/* "error", "warning" or "note". */
const char *diag_level(enum diag_severity severity);

struct diag_note {
	struct diag_note *next;
	struct span at;
	const char *text;
	bool is_help;
};

struct diag_record {
	enum diag_severity severity;
	const struct rule *rule;
	struct span at;
	const char *text;
	struct diag_note *first, *last;
	size_t order;		/* of arrival, for equal places */
};

/* A line that is about no rule: said, told or a fault of an image. */
struct diag_line {
	const char *text;
	bool is_fault;
};

struct diag_batch {
	const struct diag_record *const *records;
	size_t n_records;
	size_t n_more;		/* errors that are counted, not here */
	bool are_more_unkept;	/* and others that nobody counted */
	const struct diag_line *lines;	/* kept because of keeps_lines */
	size_t n_lines;
};

/*
 * What was reported since the last time, sorted by place, errors_max of it at
 * most.
 */
struct diag_batch diag_take(struct diag *d);

#endif
