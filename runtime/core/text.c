/* SPDX-License-Identifier: BSD-2-Clause */
#include "core/text.h"

/* Two bytes are kept for the end of the line. */
static void add_byte(struct text *t, char c)
{
	if (t->size < TEXT_SIZE - 2)
		t->bytes[t->size++] = c;
}

void text_begin(struct text *t, const char *s)
{
	t->size = 0;
	text_add(t, s);
}

void text_add(struct text *t, const char *s)
{
	while (*s)
		add_byte(t, *s++);
}

void text_add_dec(struct text *t, uint64_t v)
{
	char digits[20];
	uint32_t n = 0;

	do {
		digits[n++] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	while (n)
		add_byte(t, digits[--n]);
}

void text_add_hex(struct text *t, uint64_t v)
{
	int shift = v ? (63 - __builtin_clzll(v)) & ~3 : 0;

	text_add(t, "0x");
	for (; shift >= 0; shift -= 4) {
		uint32_t digit = (uint32_t)(v >> shift) & 15;

		/* No table: a string of digits would do, but this is shorter. */
		add_byte(t, (char)(digit < 10 ? '0' + digit : 'a' + digit - 10));
	}
}

const char *text_line(struct text *t)
{
	t->bytes[t->size] = '\n';
	t->bytes[t->size + 1] = '\0';
	return t->bytes;
}
