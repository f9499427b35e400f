/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/record.h"

#include <inttypes.h>

static void print_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c == 0x7f)
			fprintf(out, "\\u%04x", c);
		else if (c > 0x7f)
			fputs("\\ufffd", out);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

static void begin(struct record *j, const char *name)
{
	if (j->has_before)
		fputs(", ", j->out);
	j->has_before = true;
	if (!name)
		return;
	print_string(j->out, name);
	fputs(": ", j->out);
}

static void open_with(struct record *j, const char *name, char bracket)
{
	begin(j, name);
	fputc(bracket, j->out);
	j->has_before = false;
}

static void close_with(struct record *j, char bracket)
{
	fputc(bracket, j->out);
	j->has_before = true;
}

void record_object(struct record *j, const char *name)
{
	open_with(j, name, '{');
}

void record_object_end(struct record *j)
{
	close_with(j, '}');
}

void record_list(struct record *j, const char *name)
{
	open_with(j, name, '[');
}

void record_list_end(struct record *j)
{
	close_with(j, ']');
}

void record_string(struct record *j, const char *name, const char *value)
{
	begin(j, name);
	print_string(j->out, value);
}

void record_number(struct record *j, const char *name, uint64_t value)
{
	begin(j, name);
	fprintf(j->out, "%" PRIu64, value);
}

void record_bool(struct record *j, const char *name, bool value)
{
	begin(j, name);
	fputs(value ? "true" : "false", j->out);
}

void record_end(struct record *j)
{
	fputc('\n', j->out);
	fflush(j->out);
	j->has_before = false;
}
