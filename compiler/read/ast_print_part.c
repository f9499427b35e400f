/* SPDX-License-Identifier: BSD-2-Clause */
#include "read/ast_print_part.h"

#include <inttypes.h>

#include "base/units.h"

void ast_print_string(FILE *out, const char *s)
{
	fputc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			fprintf(out, "\\%03o", c);
		else
			fputc(c, out);
	}
	fputc('"', out);
}

void ast_print_value(FILE *out, const struct expr *e)
{
	switch (e->value.kind) {
	case VALUE_BAD:
		fputs(" /* bad */", out);
		break;
	case VALUE_NUMBER:
		fprintf(out, e->value.has_unit ? " 0x%" PRIx64 : " %" PRIu64,
			e->value.number);
		break;
	case VALUE_STRING:
		fputc(' ', out);
		ast_print_string(out, e->value.string);
		break;
	}
}

void ast_print_word(FILE *out, const char *before, struct ast_word word)
{
	if (word.text)
		fprintf(out, "%s %s", before, word.text);
}

void ast_print_option(FILE *out, const char *before, const struct expr *e)
{
	if (!e)
		return;
	fputs(before, out);
	ast_print_value(out, e);
}

void ast_print_values(FILE *out, const struct expr *e)
{
	for (; e; e = e->next) {
		ast_print_value(out, e);
		if (e->next)
			fputc(',', out);
	}
}

void ast_print_ranges(FILE *out, const struct ast_range *r)
{
	for (; r; r = r->next) {
		ast_print_value(out, r->first);
		ast_print_option(out, " ..", r->last);
		if (r->next)
			fputc(',', out);
	}
}

void ast_print_devices(FILE *out, const struct ast_device *d)
{
	for (; d; d = d->next) {
		fputs(" &", out);
		if (d->is_path)
			fprintf(out, "{%s}", d->text);
		else
			ast_print_string(out, d->text);
		if (d->nodes) {
			fputc('[', out);
			ast_print_ranges(out, d->nodes);
			fputs(" ]", out);
		}
		if (d->next)
			fputc(',', out);
	}
}

void ast_print_lines(FILE *out, const struct ast_line *l)
{
	for (; l; l = l->next) {
		fputs(l->kind == AST_LINE_SPI ? " spi" : " ppi", out);
		ast_print_value(out, l->first);
		ast_print_option(out, " ..", l->last);
		if (l->next)
			fputc(',', out);
	}
}

void ast_print_waiver(FILE *out, const char *what, const struct ast_waiver *w)
{
	if (span_is_nowhere(w->at))
		return;
	fputs(what, out);
	ast_print_option(out, " because", w->because);
}

void ast_print_ends(FILE *out, const struct ast_end *e)
{
	for (; e; e = e->next) {
		ast_print_word(out, "", e->cell);
		ast_print_option(out, " as", e->as);
		if (e->next)
			fputc(',', out);
	}
}
