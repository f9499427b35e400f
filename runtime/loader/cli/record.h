/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * record.h - prints one JSON value, piece by piece.
 *
 * For a program that is linked statically for the root cell: it prints a few
 * flat objects and reads none, and a library for that would have to be fetched
 * for another architecture whenever hvcc is built. Every name and string is
 * escaped; a byte that is not ASCII becomes U+FFFD, as nothing that the
 * hypervisor says has any.
 */
#ifndef CLI_RECORD_H
#define CLI_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct record {
	FILE *out;
	bool has_before;	/* a comma is due */
};

/* name is NULL inside of a list and at the top. */
void record_object(struct record *j, const char *name);
void record_object_end(struct record *j);
void record_list(struct record *j, const char *name);
void record_list_end(struct record *j);
void record_string(struct record *j, const char *name, const char *value);
void record_number(struct record *j, const char *name, uint64_t value);
void record_bool(struct record *j, const char *name, bool value);
/* A line of its own, and it has arrived. */
void record_end(struct record *j);

#endif
