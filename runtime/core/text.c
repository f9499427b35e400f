/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/text.h"

#include <stdarg.h>

/* Up to `end`, or to its own: which then stands there. */
static const char *add_until(struct text *t, const char *s, char end)
{
	/* Two bytes are kept for the end of the line. */
	for (; *s && *s != end; s++) {
		if (t->size < TEXT_SIZE - 2)
			t->bytes[t->size++] = *s;
	}
	t->bytes[t->size] = '\0';
	return s;
}

static void add_string(struct text *t, const char *s)
{
	(void)add_until(t, s, '\0');
}

static void add_number(struct text *t, uint64_t v, uint32_t base)
{
	char digits[21];
	uint32_t at = sizeof(digits) - 1;

	digits[at] = '\0';
	do {
		digits[--at] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	add_string(t, &digits[at]);
}

bool text_add(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	while (*(format = add_until(t, format, '%'))) {
		/* A pointer is passed as a number is. */
		uint64_t v = va_arg(args, uint64_t);

		if (format[1] == 's') {
			add_string(t, (const char *)(uintptr_t)v);
			format += 2;
		} else if (format[1] == 'l') {
			add_number(t, v, 10);
			format += 3;		/* %lu */
		} else {
			add_string(t, "0x");
			add_number(t, v, 16);
			format += 4;		/* %#lx */
		}
	}
	va_end(args);
	return false;
}
