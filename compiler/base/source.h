/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * source.h - every text that was read, joined on one line of bytes.
 *
 * A place is a span of that line, 8 bytes, and becomes file, line and column
 * only when it is printed. The span {0, 0} is no place at all. Things that
 * come from a binary file (a board's .dtb) are items: a span whose place is
 * the file's name, without a line. Includes arena, file.
 */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file.h"

#define SOURCE_FILE_MAX ((size_t)16 << 20)	/* bytes of one text */
#define SOURCE_ALL_MAX ((size_t)256 << 20)	/* bytes of all together */
#define SOURCE_LINE_MAX ((size_t)64 << 10)	/* bytes of one line */

struct arena;
struct source;

/* Half-open byte range on the line that joins all texts. */
struct span { uint32_t begin, end; };

struct source_text {
	const char *name;	/* the path, as it was opened */
	const char *bytes;	/* followed by one NUL that size leaves out */
	uint32_t size;
	uint32_t base;		/* span.begin of bytes[0] */
};

struct source_place {
	const char *name;	/* of the file */
	bool has_line;		/* no: an item; the rest is zero */
	uint32_t line, column;	/* from 1; columns are characters (UTF-8) */
	const char *text;	/* the line, without its end; not terminated */
	size_t text_size;
	size_t from, to;	/* the part of text inside the span */
};

/* A place for machines: also where it ends, in whichever line that is. */
struct source_region {
	const char *name;	/* of the file */
	const char *item;	/* what it is called there; "" for all of it */
	uint32_t line, column;	/* of its first character; 0 for an item */
	uint32_t end_line, end_column;	/* behind its last one */
	uint32_t offset, size;	/* in bytes; of an item none */
};

enum source_result {
	SOURCE_ADDED,
	SOURCE_TOO_LARGE,	/* the text breaks a limit above */
	SOURCE_UNREADABLE	/* there is no text to be had */
};

struct source *source_new(struct arena *a);

/*
 * Each reads or takes one text and describes it in *out; on failure *why as
 * from file_read. name and bytes are copied.
 */
enum source_result source_add_file(struct source *s, const char *path,
				   struct source_text *out, const char **why)
	__attribute__((warn_unused_result));
enum source_result source_add_text(struct source *s, const char *name,
				   const char *bytes, size_t size,
				   struct source_text *out, const char **why)
	__attribute__((warn_unused_result));

/* A thing in a binary file: text is what it is called there (a node's path). */
struct span source_add_item(struct source *s, const char *file_name,
			    const char *text);

bool span_is_nowhere(struct span at);
struct span span_join(struct span a, struct span b);	/* from a to b */
/* False for a span that is nowhere. */
bool source_find(const struct source *s, struct span at,
		 struct source_place *out)
	__attribute__((warn_unused_result));
bool source_region(const struct source *s, struct span at,
		   struct source_region *out)
	__attribute__((warn_unused_result));
/* The name of the file that has the span; "" where it is nowhere. */
const char *source_name(const struct source *s, struct span at);

/*
 * Files that the output depends on, each once, in the order of their first
 * use. source_add_file notes its own; who reads other files (board, payloads)
 * notes them here.
 */
void source_depend(struct source *s, const char *path);
size_t source_n_depends(const struct source *s);
const char *source_depends(const struct source *s, size_t i);

#endif
