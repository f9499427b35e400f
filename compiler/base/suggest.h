/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * suggest.h - "did you mean": the known word nearest to an unknown one.
 *
 *	struct suggest s = suggest_for("intterupts");
 *
 *	for (...)
 *		suggest_offer(&s, word);
 *	if (s.best)
 *		diag_help(d, "did you mean '%s'?", s.best);
 *
 * Includes nothing of ours.
 */
#ifndef BASE_SUGGEST_H
#define BASE_SUGGEST_H

#include <stddef.h>

struct suggest {
	const char *word;
	const char *best;	/* NULL: nothing is near enough */
	size_t distance;	/* of best; without one, the first too far */
};

struct suggest suggest_for(const char *word);
/* Of words equally near the first offered stays. */
void suggest_offer(struct suggest *s, const char *word);

#endif
