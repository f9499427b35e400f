/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/paths.h"

#include <string.h>

#include "base/arena.h"
#include "base/file.h"

const char *paths_folder(struct arena *a, const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? arena_strndup(a, path, (size_t)(slash - path) + 1) : "";
}

const char *paths_find(struct arena *a, const struct paths *p,
		       const char *beside, const char *name)
{
	if (name[0] == '/')
		return file_exists(name) ? arena_strdup(a, name) : NULL;

	const char *path = arena_printf(a, "%s%s", paths_folder(a, beside),
					name);

	if (file_exists(path))
		return path;
	for (size_t i = 0; i < p->n_dirs; i++) {
		path = arena_printf(a, "%s/%s", p->dirs[i], name);
		if (file_exists(path))
			return path;
	}
	return NULL;
}

static bool leaves_library(const char *name)
{
	return name[0] == '/' || !strcmp(name, "..") ||
	       !strncmp(name, "../", 3) || strstr(name, "/../");
}

const char *paths_find_library(struct arena *a, const struct paths *p,
			       const char *name)
{
	if (!p->library || leaves_library(name))
		return NULL;

	const char *path = arena_printf(a, "%s/%s", p->library, name);

	return file_exists(path) ? path : NULL;
}
