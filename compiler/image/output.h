/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * output.h - a file that gets its name only when it is whole.
 *
 * Where the file system can, the file has no name at all until output_commit,
 * so that even a killed hvcc leaves nothing behind; elsewhere it stands beside
 * its target under a name of its own. Failures come back as words. Includes
 * base.
 */
#ifndef IMAGE_OUTPUT_H
#define IMAGE_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

struct output {
	struct arena *arena;
	const char *target;
	char *temporary;		/* NULL: the file has no name yet */
	int fd;
};

/* Refuses a target that exists and is not a regular, writable file. */
bool output_open(struct arena *a, const char *target, struct output *out,
		 const char **why)
	__attribute__((warn_unused_result));
bool output_write(const struct output *o, uint64_t offset, const void *bytes,
		  size_t size, const char **why)
	__attribute__((warn_unused_result));
/* Whoever may read it may also run it. */
void output_make_program(const struct output *o);
/* A path under which this process can read it before it has its name. */
const char *output_path(const struct output *o);
/* On disk, then under its name; the file that had the name is gone. */
bool output_commit(struct output *o, const char **why)
	__attribute__((warn_unused_result));
/* Leaves nothing; may follow anything, a commit too. */
void output_close(struct output *o);

#endif
