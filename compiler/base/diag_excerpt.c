/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/diag_excerpt.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define TAB 8
#define COLUMNS_MAX 160		/* of the source line that are shown */
#define COLUMNS_BEFORE 40	/* kept before the span of a longer line */

static const char colour_bold[] = "\033[1m";
static const char colour_off[] = "\033[0m";

static const char *tone_word(enum excerpt_tone tone)
{
	switch (tone) {
	case EXCERPT_ERROR:
		return "error";
	case EXCERPT_WARNING:
		return "warning";
	case EXCERPT_NOTE:
		return "note";
	}
	abort();
}

static const char *tone_colour(enum excerpt_tone tone)
{
	switch (tone) {
	case EXCERPT_ERROR:
		return "\033[1;31m";
	case EXCERPT_WARNING:
		return "\033[1;35m";
	case EXCERPT_NOTE:
		return "\033[1;36m";
	}
	abort();
}

static void colour(const struct excerpt_style *style, const char *code)
{
	if (style->has_colour)
		fputs(code, style->out);
}

/*
 * One character, whatever the bytes: what could move the cursor, reorder the
 * line or is not UTF-8 shows as '?'.
 */
static size_t put_character(FILE *out, const char *s, size_t size)
{
	uint32_t c;
	size_t n = utf8_decode(s, size, &c);

	if (!n || utf8_is_control(c) || utf8_is_deceptive(c)) {
		fputc('?', out);
		return n ? n : 1;
	}
	fwrite(s, 1, n, out);
	return n;
}

static void put_text(FILE *out, const char *s)
{
	size_t size = strlen(s);

	for (size_t i = 0; i < size;)
		i += put_character(out, s + i, size - i);
}

static size_t character_size(const char *s, size_t size)
{
	uint32_t c;
	size_t n = utf8_decode(s, size, &c);

	return n ? n : 1;
}

/* Goes n characters back from byte i. */
static size_t step_back(const char *s, size_t i, size_t n)
{
	for (; i && n; n--) {
		i--;
		while (i && ((unsigned char)s[i] & 0xc0) == 0x80)
			i--;
	}
	return i;
}

/*
 * The part of the line that is shown: all of it, or where that is too long a
 * part around the span.
 */
static void window(const struct source_place *p, size_t *first, size_t *end)
{
	*first = p->text_size > COLUMNS_MAX && p->from > COLUMNS_BEFORE
		? step_back(p->text, p->from, COLUMNS_BEFORE) : 0;
	*end = *first;
	for (size_t n = 0; *end < p->text_size && n < COLUMNS_MAX; n++)
		*end += character_size(p->text + *end, p->text_size - *end);
}

static void put_line(FILE *out, const struct source_place *p, size_t first,
		     size_t end)
{
	size_t column = 0;

	if (first)
		fputs("...", out);
	for (size_t i = first; i < end; column++) {
		if (p->text[i] != '\t') {
			i += put_character(out, p->text + i, end - i);
			continue;
		}
		fputc(' ', out);
		if (column % TAB == TAB - 1)
			i++;
	}
	if (end < p->text_size)
		fputs("...", out);
}

static void put_marks(FILE *out, const struct source_place *p, size_t first,
		      size_t end, char mark)
{
	size_t column = 0;
	bool is_marked = false;

	if (first)
		fputs("   ", out);
	for (size_t i = first; i < end && i < p->to; column++) {
		is_marked = i >= p->from;
		fputc(is_marked ? mark : ' ', out);
		if (p->text[i] != '\t')
			i += character_size(p->text + i, end - i);
		else if (column % TAB == TAB - 1)
			i++;
	}
	/* An empty span, such as the end of the file, has one mark behind. */
	if (!is_marked)
		fputc(mark, out);
}

static void put_excerpt(const struct excerpt_style *style,
			const struct source_place *p, enum excerpt_tone tone)
{
	size_t first, end;

	window(p, &first, &end);
	fprintf(style->out, "%5u | ", p->line);
	put_line(style->out, p, first, end);
	fputs("\n      | ", style->out);
	colour(style, tone_colour(tone));
	put_marks(style->out, p, first, end, tone == EXCERPT_NOTE ? '~' : '^');
	colour(style, colour_off);
	fputc('\n', style->out);
}

void excerpt_print(const struct excerpt_style *style, const struct source *s,
		   enum excerpt_tone tone, const char *code, struct span at,
		   const char *text)
{
	struct source_place place;
	bool has_place = source_find(s, at, &place);

	colour(style, colour_bold);
	put_text(style->out, has_place ? place.name : "hvcc");
	if (has_place && place.has_line)
		fprintf(style->out, ":%u:%u", place.line, place.column);
	fputs(": ", style->out);
	colour(style, colour_off);
	colour(style, tone_colour(tone));
	fputs(tone_word(tone), style->out);
	if (code)
		fprintf(style->out, "[%s]", code);
	fputs(": ", style->out);
	colour(style, colour_off);
	put_text(style->out, text);
	fputc('\n', style->out);
	if (has_place && place.has_line)
		put_excerpt(style, &place, tone);
}

void excerpt_help(const struct excerpt_style *style, const char *text)
{
	colour(style, "\033[1;32m");
	fputs("help: ", style->out);
	colour(style, colour_off);
	put_text(style->out, text);
	fputc('\n', style->out);
}

void excerpt_say(FILE *out, const char *text)
{
	fputs("hvcc: ", out);
	put_text(out, text);
	fputc('\n', out);
}
