/* SPDX-License-Identifier: BSD-2-Clause */
#include "depends.h"

#include "base/source.h"

/* As make reads names: a backslash before blank and #, and $ twice. */
static void name_print(FILE *out, const char *name)
{
	for (; *name; name++) {
		if (*name == ' ' || *name == '#')
			fputc('\\', out);
		if (*name == '$')
			fputc('$', out);
		fputc(*name, out);
	}
}

void depends_print(FILE *out, const struct source *s, const char *target,
		   const char *second)
{
	name_print(out, target);
	if (second) {
		fputc(' ', out);
		name_print(out, second);
	}
	fputc(':', out);
	for (size_t i = 0; i < source_n_depends(s); i++) {
		fputs(" \\\n\t", out);
		name_print(out, source_depends(s, i));
	}
	fputc('\n', out);
	/* The first is the main file: without it there is nothing to do. */
	for (size_t i = 1; i < source_n_depends(s); i++) {
		name_print(out, source_depends(s, i));
		fputs(":\n", out);
	}
}
