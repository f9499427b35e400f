/* SPDX-License-Identifier: BSD-2-Clause */
#include "sink.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "base/file.h"
#include "base/source.h"
#include "image/output.h"

void sink_open(struct sink *s, struct arena *a, const char *path)
{
	*s = (struct sink){ .arena = a, .path = path };
	s->file = open_memstream(&s->bytes, &s->size);
	if (!s->file)
		fatal("out of memory");
}

static void write_file(const struct sink *s)
{
	struct output o;
	const char *why;

	if (output_open(s->arena, s->path, &o, &why) &&
	    output_write(&o, 0, s->bytes, s->size, &why) &&
	    output_commit(&o, &why)) {
		output_close(&o);
		return;
	}
	output_close(&o);
	fatal("%s", why);
}

void sink_close(struct sink *s)
{
	if (fclose(s->file))
		fatal("out of memory");
	if (s->path)
		write_file(s);
	else if (fwrite(s->bytes, 1, s->size, stdout) != s->size ||
		 fflush(stdout))
		fatal("cannot write to standard output");
	free(s->bytes);
}

void sink_refuse_input(const struct source *s, const char *path)
{
	struct file_id out, in;

	if (!path || !file_identify(path, &out))
		return;
	for (size_t i = 0; i < source_n_depends(s); i++)
		if (file_identify(source_depends(s, i), &in) &&
		    file_same(in, out))
			fatal("'%s' would be replaced, and was read as '%s'",
			      path, source_depends(s, i));
}
