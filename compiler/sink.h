/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sink.h - what hvcc writes besides images: to standard output or to a file
 * that gets its name when it is whole.
 *
 * Text is collected in memory first, so a stage that fails half way has written
 * nothing. Every failure to write is fatal. Includes base, image/output.
 */
#ifndef SINK_H
#define SINK_H

#include <stdio.h>

struct arena;
struct source;

struct sink {
	struct arena *arena;
	const char *path;	/* NULL: standard output */
	FILE *file;		/* write here */
	char *bytes;
	size_t size;
};

/* *s must stay where it is until it is closed. */
void sink_open(struct sink *s, struct arena *a, const char *path);
void sink_close(struct sink *s);

/* Fatal where path is a file that was read. NULL is none. */
void sink_refuse_input(const struct source *s, const char *path);

#endif
