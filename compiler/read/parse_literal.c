/* SPDX-License-Identifier: BSD-2-Clause */
/* From the bytes of a token to the number, string or name that they spell. */
#include <string.h>

#include "base/arena.h"
#include "base/rules.h"
#include "base/units.h"
#include "read/parse.h"

#define NAME_MAX_SIZE 31	/* and a NUL: hv_abi.h has room for 32 */

static struct value malformed(struct parser *p, struct span at,
			      const char *what)
{
	diag_error(p->unit->read->diag, &rule_number_malformed, at, "%s", what);
	return (struct value){ .kind = VALUE_BAD };
}

static unsigned digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return 99;
}

/* log2 of what the suffix stands for; 0: it is none. */
static unsigned suffix_shift(char c)
{
	switch (c) {
	case 'K':
		return 10;
	case 'M':
		return 20;
	case 'G':
		return 30;
	case 'T':
		return 40;
	default:
		return 0;
	}
}

/*
 * 0x and 0b take all of the token as digits, so that B and T are no suffixes
 * there.
 */
static unsigned base_of(const char **text, size_t *size)
{
	unsigned base = 10;

	if (*size >= 2 && (*text)[0] == '0') {
		if ((*text)[1] == 'x')
			base = 16;
		else if ((*text)[1] == 'b')
			base = 2;
	}
	if (base != 10) {
		*text += 2;
		*size -= 2;
	}
	return base;
}

/* What is wrong with the digits, or NULL; an overflow is no such thing. */
static const char *read_digits(const char *text, size_t size, unsigned base,
			       uint64_t *out, bool *fits)
{
	*out = 0;
	*fits = true;
	if (!size)
		return "this number has no digits";
	if (text[0] == '_' || text[size - 1] == '_')
		return "a _ stands between digits only";
	for (size_t i = 0; i < size; i++) {
		if (text[i] == '_' && text[i - 1] == '_')
			return "a _ stands between digits only";
		if (text[i] == '_')
			continue;

		unsigned digit = digit_of(text[i]);

		if (digit >= base)
			return base == 16 ? "this is no hexadecimal number" :
			       base == 2 ? "this is no binary number" :
			       "this is no number; the suffixes are K, M, G"
			       " and T";
		*fits = *fits && mul_u64(*out, base, out) &&
			add_u64(*out, digit, out);
	}
	return NULL;
}

struct value parse_number(struct parser *p, struct span at, const char *text,
			  size_t size)
{
	unsigned base = base_of(&text, &size);
	unsigned shift = base == 10 ? suffix_shift(text[size - 1]) : 0;
	uint64_t number;
	bool fits;

	if (shift)
		size--;

	const char *what = read_digits(text, size, base, &number, &fits);

	if (what)
		return malformed(p, at, what);
	if (!fits || !mul_u64(number, UINT64_C(1) << shift, &number)) {
		diag_error(p->unit->read->diag, &rule_number_overflow, at,
			   "this number is larger than 64 bits hold");
		return (struct value){ .kind = VALUE_BAD };
	}
	return (struct value){
		.kind = VALUE_NUMBER, .number = number,
		.has_unit = shift || base == 16,
	};
}

/* Six bytes of two hexadecimal digits each, ':' between them. */
static bool read_mac(const char *text, uint8_t out[6])
{
	for (size_t i = 0; i < 6; i++, text += 3) {
		unsigned high = digit_of(text[0]);
		unsigned low = high < 16 ? digit_of(text[1]) : high;

		if (low >= 16 || text[2] != (i < 5 ? ':' : 0))
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

const struct ast_mac *parse_mac(struct parser *p, struct span at,
				const char *text)
{
	struct ast_mac *mac = arena_alloc(p->unit->read->arena, sizeof(*mac));

	mac->at = at;
	mac->is_bad = !read_mac(text, mac->b);
	if (mac->is_bad)
		malformed(p, at, "a MAC address is six bytes of two hexadecimal"
			  " digits each, with : between them");
	return mac;
}

static void bad_escape(struct parser *p, struct span at, size_t offset,
		       size_t size, const char *what)
{
	struct span part = { at.begin + (uint32_t)offset,
			     at.begin + (uint32_t)(offset + size) };

	diag_error(p->unit->read->diag, &rule_syntax, part, "%s", what);
}

static char simple_escape(char c)
{
	switch (c) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case 'a':
		return '\a';
	case 'b':
		return '\b';
	case 'f':
		return '\f';
	case 'v':
		return '\v';
	case '\\':
	case '"':
	case '\'':
	case '?':
		return c;
	default:
		return 0;
	}
}

/* \ooo of up to three octal digits; returns the bytes it took. */
static size_t octal_escape(const char *s, size_t size, unsigned *out)
{
	size_t n = 0;

	*out = 0;
	while (n < size && n < 3 && s[n] >= '0' && s[n] <= '7')
		*out = *out * 8 + (unsigned)(s[n++] - '0');
	return n;
}

/* xh or xhh, at most two digits, so that what follows is never eaten. */
static size_t hex_escape(const char *s, size_t size, unsigned *out)
{
	size_t n = 1;

	*out = 0;
	while (n < size && n < 3 && digit_of(s[n]) < 16)
		*out = *out * 16 + digit_of(s[n++]);
	return n;
}

/* text[i] is behind a backslash; returns the bytes it took. */
static size_t read_escape(struct parser *p, struct span at, const char *text,
			  size_t i, size_t size, char *out)
{
	unsigned number;
	size_t n;

	*out = simple_escape(text[i]);
	if (*out)
		return 1;
	if (text[i] == 'x')
		n = hex_escape(text + i, size - i, &number);
	else
		n = octal_escape(text + i, size - i, &number);
	if (!n || (text[i] == 'x' && n == 1)) {
		bad_escape(p, at, i - 1, 2, "C has no such escape");
		*out = '?';
		return 1;
	}
	if (!number || number > 0xff) {
		bad_escape(p, at, i - 1, n + 1,
			   "a string has no byte of this number");
		number = '?';
	}
	*out = (char)(unsigned char)number;
	return n;
}

const char *parse_string(struct parser *p, struct span at, const char *text,
			 size_t size)
{
	char *out = arena_alloc(p->unit->read->arena, size);
	size_t n = 0;

	for (size_t i = 1; i + 1 < size;) {
		if (text[i] != '\\') {
			out[n++] = text[i++];
			continue;
		}
		i++;
		i += read_escape(p, at, text, i, size - 1, &out[n++]);
	}
	return out;
}

const char *parse_bytes(struct parser *p, const char *text, size_t size)
{
	return arena_strndup(p->unit->read->arena, text, size);
}

const char *parse_name(struct parser *p, struct span at, const char *text,
		       size_t size)
{
	if (size > NAME_MAX_SIZE)
		diag_error(p->unit->read->diag, &rule_name_malformed, at,
			   "this name has %zu characters; the most is %d",
			   size, NAME_MAX_SIZE);
	return parse_bytes(p, text, size);
}
