/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * paths.h - where a file that the user names is looked for.
 *
 * A relative name is looked for beside the file that says it, then in each -I
 * in order. A name in < > is looked for in the installed library only, and may
 * not leave it. Includes arena, file.
 */
#ifndef BASE_PATHS_H
#define BASE_PATHS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

struct paths {
	const char *const *dirs;	/* of -I */
	size_t n_dirs;
	const char *library;		/* the folder of include <...> */
};

/* beside is the path of the file that says name. NULL: there is none. */
const char *paths_find(struct arena *a, const struct paths *p,
		       const char *beside, const char *name);
const char *paths_find_library(struct arena *a, const struct paths *p,
			       const char *name);

/* The folder of path, with its slash: "" for a bare name. */
const char *paths_folder(struct arena *a, const char *path);

#endif
