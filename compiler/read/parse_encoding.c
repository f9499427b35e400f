/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of a text, before there are words: nothing that hides, reorders or
 * steers a terminal may stand anywhere, in comments and strings neither, since
 * the reviewer of a configuration must see what hvcc sees.
 */
#include <inttypes.h>
#include <string.h>

#include "base/rules.h"
#include "base/utf8.h"
#include "read/parse.h"

/* The size of the wrong sequence at s, and what it is; 0: nothing is wrong. */
static size_t wrong_at(const char *s, size_t size, uint32_t *c)
{
	size_t n = utf8_decode(s, size, c);

	if (!n) {
		*c = UINT32_MAX;
		return 1;
	}
	if (*c == '\n' || *c == '\t')
		return 0;
	if (*c == '\r' && size > 1 && s[1] == '\n')
		return 0;
	return utf8_is_control(*c) || utf8_is_deceptive(*c) ? n : 0;
}

static void report(struct diag *d, struct span at, uint32_t c)
{
	if (c == UINT32_MAX)
		diag_error(d, &rule_text_encoding, at,
			   "these bytes are not UTF-8");
	else if (c == 0xfeff)
		diag_error(d, &rule_text_encoding, at,
			   "a byte order mark (U+FEFF) stands here");
	else if (c == '\r')
		diag_error(d, &rule_text_encoding, at,
			   "a carriage return stands here without a line"
			   " feed");
	else
		diag_error(d, &rule_text_encoding, at,
			   "the character U+%04" PRIX32 ", which is not seen,"
			   " stands here", c);
}

bool parse_check_encoding(const struct read *r, const struct source_text *t)
{
	const char *nul = memchr(t->bytes, 0, t->size);

	if (nul) {
		uint32_t at = t->base + (uint32_t)(nul - t->bytes);

		diag_error(r->diag, &rule_text_encoding,
			   (struct span){ at, at + 1 },
			   "this is no text: it has a byte 0");
		return false;
	}
	for (size_t i = 0; i < t->size;) {
		uint32_t c, first_c;
		size_t first = i;
		size_t n = wrong_at(t->bytes + i, t->size - i, &first_c);

		if (!n) {
			/* Decoded again, but known to be whole. */
			i += utf8_decode(t->bytes + i, t->size - i, &c);
			continue;
		}
		do {
			i += n;
			n = wrong_at(t->bytes + i, t->size - i, &c);
		} while (n && i < t->size && c == first_c);
		report(r->diag, (struct span){ t->base + (uint32_t)first,
					       t->base + (uint32_t)i },
		       first_c);
	}
	return true;
}
