/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - a line of text, built piece by piece, cut at its end.
 *
 *	struct text t;
 *	text_begin(&t);
 *	text_add(&t, "restart %lu of %lu", n, limit);
 *	cell_say(cell_i, t.bytes);
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#define TEXT_SIZE 160u

struct text {
	uint32_t size;
	char bytes[TEXT_SIZE];	/* a string, once something was added; there is
				 * room for a newline behind it */
};

/* What was in it is not looked at. */
static inline void text_begin(struct text *t)
{
	t->size = 0;
}

/*
 * Knows %s, %lu and %#lx, of printf's. Always false: what goes wrong is said
 * and returned by one statement.
 */
bool text_add(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
