/* SPDX-License-Identifier: BSD-2-Clause */
#include "faults.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag.h"
#include "base/fatal.h"

void faults_open(struct faults *f, const struct options *o)
{
	*f = (struct faults){ .file = stderr };
	if (o->format != FORMAT_TEXT)
		f->file = open_memstream(&f->lines, &f->size);
	if (!f->file)
		fatal("out of memory");
}

void faults_close(struct faults *f, struct diag *d)
{
	static const char own[] = "hvcc: ";
	const size_t own_size = sizeof(own) - 1;
	char *rest;

	if (f->file == stderr)
		return;
	if (fclose(f->file))
		fatal("out of memory");
	for (char *line = strtok_r(f->lines, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest))
		diag_fault(d, "%s", strncmp(line, own, own_size)
			   ? line : line + own_size);
	free(f->lines);
}
