/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/text.h"

#include <stdarg.h>

/* Two bytes are kept for the end of the line. */
static void add_byte(struct text *t, char c)
{
	if (t->size < TEXT_SIZE - 2)
		t->bytes[t->size++] = c;
}

static void add_string(struct text *t, const char *s)
{
	while (*s)
		add_byte(t, *s++);
}

static void add_number(struct text *t, uint64_t v, uint32_t base)
{
	char digits[20];
	uint32_t n = 0;

	do {
		uint32_t digit = (uint32_t)(v % base);

		digits[n++] = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
		v /= base;
	} while (v);
	while (n)
		add_byte(t, digits[--n]);
}

void text_begin(struct text *t, const char *s)
{
	t->size = 0;
	add_string(t, s);
}

bool text_add(struct text *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (; *format; format++) {
		uint64_t v;

		if (*format != '%') {
			add_byte(t, *format);
			continue;
		}
		/* A pointer is passed as a number is. */
		v = va_arg(args, uint64_t);
		if (*++format == 's') {
			add_string(t, (const char *)(uintptr_t)v);
		} else if (*format == 'l') {
			format++;		/* u */
			add_number(t, v, 10);
		} else {
			format += 2;		/* lx */
			add_string(t, "0x");
			add_number(t, v, 16);
		}
	}
	va_end(args);
	return false;
}

const char *text_line(struct text *t)
{
	t->bytes[t->size] = '\n';
	t->bytes[t->size + 1] = '\0';
	return t->bytes;
}
