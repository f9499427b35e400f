/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * library.h - the files that an installed hvcc brings along.
 *
 * They are in lib/hvcc beside the program, as in the tree it was built in, or
 * in ../lib/hvcc, as installed. Includes base.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

struct arena;

struct library {
	const char *root;		/* the folder of all below */
	const char *runtime;		/* the object that every image has */
	const char *runtime_sha256;	/* its hash, from when it was built */
	const char *loader;		/* the root cell's program, empty */
	const char *abi;		/* folder of headers for the tables */
	const char *board;		/* folder of include <...> */
	const char *rules;		/* folder of what --explain prints */
};

/* Names only; whether a file is there shows when it is opened. */
struct library library_find(struct arena *a);

#endif
