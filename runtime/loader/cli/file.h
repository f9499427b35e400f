/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - the bytes of one file, mapped and never given back.
 *
 * An image is larger than what a small root cell may have free, so its bytes
 * stay in the file's own pages.
 */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include <stddef.h>
#include <stdint.h>

struct file {
	const char *path;
	const uint8_t *bytes;	/* on a page; NULL: the file is empty */
	size_t size;
};

/* Ends the program where there is no such regular file. */
void file_open(struct file *file, const char *path);

#endif
