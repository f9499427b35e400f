/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - reads one input file whole, or says why not.
 *
 * Only regular files: a FIFO would hang, a device never ends, a directory has
 * no bytes. Never reads more than the caller's limit. Where it fails the
 * caller decides whose fault it is. Includes arena.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* Two paths are the same file where both numbers are equal. */
struct file_id { uint64_t device, inode; };

struct file {
	const char *path;	/* as it was opened */
	const uint8_t *bytes;	/* followed by one NUL that size leaves out */
	size_t size;
	struct file_id id;
	bool is_too_large;	/* why reading failed */
};

/*
 * On failure false, and *why is words that fit behind "'path': ", such as
 * "no such file" or "is a directory".
 */
bool file_read(struct arena *a, const char *path, size_t size_max,
	       struct file *out, const char **why)
	__attribute__((warn_unused_result));
/* The same, but of a larger file the first head_max bytes; *whole is its size. */
bool file_read_head(struct arena *a, const char *path, size_t head_max,
		    struct file *out, uint64_t *whole, const char **why)
	__attribute__((warn_unused_result));
/* False where nothing has this name. */
bool file_identify(const char *path, struct file_id *out)
	__attribute__((warn_unused_result));
bool file_same(struct file_id a, struct file_id b);
/* Something has this name, be it readable or not; never opens it. */
bool file_exists(const char *path);

#endif
