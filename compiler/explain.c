/* SPDX-License-Identifier: BSD-2-Clause */
#include "explain.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/file.h"

#define TEXT_MAX ((size_t)64 << 10)
#define COLUMNS_MAX 80

enum { PART_WHY, PART_EXAMPLE, PART_MEND, PART_MENDED, PART_BECAUSE, N_PARTS };

/* The line above each part but the first. */
static const char *const part_words[N_PARTS] = {
	[PART_EXAMPLE] = "example:",
	[PART_MEND] = "mend:",
	[PART_MENDED] = "mended:",
	[PART_BECAUSE] = "because:",
};

struct part { const char *begin, *end; };

static const char *line_end(const char *s)
{
	const char *end = strchr(s, '\n');

	return end ? end : s + strlen(s);
}

/* Which part this line opens, or N_PARTS. */
static size_t part_of(const char *line, const char *end)
{
	size_t size = (size_t)(end - line);

	for (size_t i = 0; i < N_PARTS; i++)
		if (part_words[i] && strlen(part_words[i]) == size &&
		    !memcmp(line, part_words[i], size))
			return i;
	return N_PARTS;
}

static void split(const char *text, struct part *parts)
{
	size_t now = PART_WHY;

	/* Licence, and what the tests want to know. */
	while (*text == '#') {
		text = line_end(text);
		text += *text == '\n';
	}
	while (*text) {
		const char *end = line_end(text);
		size_t next = part_of(text, end);

		if (next != N_PARTS) {
			now = next;
		} else if (end > text) {
			if (!parts[now].begin)
				parts[now].begin = text;
			parts[now].end = end;
		}
		text = *end ? end + 1 : end;
	}
}

static const char *part_text(struct arena *a, const struct part *p)
{
	if (!p->begin)
		return NULL;
	return arena_printf(a, "%.*s\n", (int)(p->end - p->begin), p->begin);
}

bool explain_read(struct arena *a, const struct library *library,
		  const char *code, struct explanation *out, const char **path)
{
	struct part parts[N_PARTS] = { 0 };
	struct file file;
	const char *why;

	*path = arena_printf(a, "%s/%s", library->rules, code);
	if (!file_exists(*path))
		return false;
	if (!file_read(a, *path, TEXT_MAX, &file, &why))
		fatal("'%s': %s", *path, why);
	split((const char *)file.bytes, parts);
	*out = (struct explanation){
		.why = part_text(a, &parts[PART_WHY]),
		.example = part_text(a, &parts[PART_EXAMPLE]),
		.mend = part_text(a, &parts[PART_MEND]),
		.mended = part_text(a, &parts[PART_MENDED]),
		.because = part_text(a, &parts[PART_BECAUSE]),
	};
	if (!out->why)
		fatal("'%s': does not say why", *path);
	return true;
}

/* ---- print --------------------------------------------------------------- */

static const char *standing_words(enum rule_standing standing)
{
	switch (standing) {
	case RULE_ERROR:
		return "an error";
	case RULE_WARNING:
		return "a warning";
	case RULE_NOTE:
		return "a note, told with -v";
	case RULE_BY_CONSTRUCTION:
		return "kept by construction: no file can break it";
	case RULE_NOT_APPLICABLE:
		return "for what the language has not got";
	}
	abort();
}

/* Words, filled into lines. */
static void fill(FILE *out, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t size = strcspn(text, " ");

		if (column && column + 1 + size > COLUMNS_MAX) {
			fputc('\n', out);
			column = 0;
		} else if (column) {
			fputc(' ', out);
			column++;
		}
		fwrite(text, 1, size, out);
		column += size;
		text += size;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

static void part_print(FILE *out, const char *title, const char *text)
{
	if (text)
		fprintf(out, "\n%s\n\n%s", title, text);
}

/* Indented, as a text of cells stands in a manual. */
static void example_print(FILE *out, const char *title, const char *text)
{
	if (!text)
		return;
	fprintf(out, "\n%s\n\n", title);
	while (*text) {
		const char *end = line_end(text);

		if (end > text)
			fprintf(out, "    %.*s", (int)(end - text), text);
		fputc('\n', out);
		text = *end ? end + 1 : end;
	}
}

void explain_print(FILE *out, const struct rule_line *line,
		   const struct explanation *e)
{
	fprintf(out, "%s: %s", line->rule->code, standing_words(line->standing));
	if (line->standing == RULE_WARNING)
		fprintf(out, "; -Wno-%s turns it off", line->rule->code);
	fputs("\n\n", out);
	fill(out, line->rule->says);
	fprintf(out, "\n%s", e->why);
	example_print(out, "This breaks it:", e->example);
	part_print(out, "How to mend it:", e->mend);
	example_print(out, "Then it reads:", e->mended);
	part_print(out, line->standing == RULE_NOT_APPLICABLE
		   ? "What is missing:" : "What keeps it:", e->because);
}
