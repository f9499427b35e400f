/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * document.h - prints what was reported, in the form that --format asks for.
 *
 * Text goes to standard error as it always did. A document goes to standard
 * output, once, at the end, and to standard error only where standard output
 * carries something else. Joins format with check and explain, which it does
 * not know. Includes base, check, format.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

#include "base/diag.h"
#include "base/fatal.h"
#include "library.h"
#include "options.h"

struct document {
	struct arena *arena;
	const struct options *options;
	const struct library *library;
	const struct source *source;
	struct diag *diag;
};

void document_print(const struct document *d, enum exit_code code);
/* --rules. */
void document_print_rules(struct arena *a, const struct options *options,
			  const struct library *library);

#endif
