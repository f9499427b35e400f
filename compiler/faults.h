/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * faults.h - takes what the verifier prints to where --format wants it.
 *
 * As text it goes to standard error while it is found; for a document each line
 * becomes one of diag's. Includes base.
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stddef.h>
#include <stdio.h>

#include "options.h"

struct diag;

struct faults {
	FILE *file;		/* what to print to */
	char *lines;
	size_t size;
};

void faults_open(struct faults *f, const struct options *o);
void faults_close(struct faults *f, struct diag *d);

#endif
