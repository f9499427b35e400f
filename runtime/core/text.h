/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text.h - a line of text, built piece by piece, cut at its end.
 *
 *	struct text t;
 *	text_begin(&t, "hvisor: cell '");
 *	text_add(&t, cell->name);
 *	console_puts(text_line(&t));
 */
#ifndef CORE_TEXT_H
#define CORE_TEXT_H

#include <stdint.h>

#define TEXT_SIZE 160u

struct text {
	uint32_t size;
	char bytes[TEXT_SIZE];
};

/* What was in it is not looked at. */
void text_begin(struct text *t, const char *s);
void text_add(struct text *t, const char *s);
void text_add_dec(struct text *t, uint64_t v);
void text_add_hex(struct text *t, uint64_t v);	/* with 0x */
/* Ends the line: newline and NUL. */
const char *text_line(struct text *t);

#endif
