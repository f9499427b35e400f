/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * complete.h - what can stand at the end of an unfinished command line.
 *
 * Prints the words that continue the last one, a line each; nothing where a
 * file's name comes next, which the shell knows better.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include <stddef.h>
#include <stdio.h>

#include "hv_abi.h"

/* Names of cells, by index; or of some devices. */
struct cell_names {
	char names[HV_MAX_CELLS][HV_NAME_SIZE];
	size_t n;
};

/* words: behind the program's name; the last is the unfinished one. */
void complete(FILE *out, const char *const *words, size_t n_words,
	      const struct cell_names *cells, const struct cell_names *devices);

#endif
