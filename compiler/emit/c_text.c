/* SPDX-License-Identifier: BSD-2-Clause */
#include "emit/c_text.h"

#include <string.h>

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c < 0x7f && c != '"' && c != '\\' && c != '?';
}

void c_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		/* Three octal digits: what follows cannot join them. */
		if (is_plain(c))
			fputc(c, out);
		else
			fprintf(out, "\\%03o", c);
	}
	fputc('"', out);
}

void c_comment(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool is_end = c == '*' && text[1] == '/';
		/* -Wcomment, and the line splice of translation phase 2 */
		bool is_begin = c == '/' && text[1] == '*';

		if (c < ' ' || c >= 0x7f || c == '\\' || is_end || is_begin)
			c = '?';
		fputc(c, out);
	}
}

void c_from(FILE *out, const struct source *s, struct span at)
{
	struct source_place place;

	if (source_find(s, at, &place)) {
		const char *folder_end = strrchr(place.name, '/');

		fputs("\t/* ", out);
		c_comment(out, folder_end ? folder_end + 1 : place.name);
		if (place.has_line)
			fprintf(out, ":%u", place.line);
		fputs(" */", out);
	}
	fputc('\n', out);
}

void c_capitals(FILE *out, const char *name)
{
	for (; *name; name++) {
		char c = *name;

		if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if (!(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			c = '_';
		fputc(c, out);
	}
}
