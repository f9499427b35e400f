/* SPDX-License-Identifier: BSD-2-Clause */
#include "format/place.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"

const char *place_in_library(const struct format *f, const char *name)
{
	size_t size = strlen(f->library);

	if (strncmp(name, f->library, size) || name[size] != '/')
		return NULL;
	return name + size + 1;
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || strchr("-._~", c);
}

/* Ends at `end` the path in front of it: one segment less. */
static char *segment_drop(char *path, char *end)
{
	while (end > path && *--end != '/')
		;
	return end;
}

/* The last segment is one that ".." can take back. */
static bool has_segment(const char *path, const char *end)
{
	size_t size = (size_t)(end - path);

	if (!size || !strcmp(path, "/"))
		return false;
	return !(size == 2 && !memcmp(path, "..", 2)) &&
	       !(size > 2 && !memcmp(end - 3, "/..", 3));
}

/*
 * Segments "." go, and ".." takes the one before it back (5.2.4 of RFC 3986, as
 * every reader of the URI does), but those that lead out of the folder stay.
 */
static void normalize(const char *name, char *path)
{
	bool is_absolute = *name == '/';
	char *end = path;

	while (*name) {
		size_t size = strcspn(name, "/");

		if (size == 2 && !memcmp(name, "..", 2) &&
		    has_segment(path, end)) {
			end = segment_drop(path, end);
		} else if (size && !(size == 1 && *name == '.')) {
			if (end > path || is_absolute)
				*end++ = '/';
			memcpy(end, name, size);
			end += size;
		}
		*end = 0;
		name += size;
		name += *name == '/';
	}
}

json_t *place_uri(const char *name)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t size = strlen(name);
	char *path = calloc(size + 2, 1);
	char *uri = malloc(sizeof("file://") + 3 * (size + 2));

	if (!path || !uri)
		fatal("out of memory");
	normalize(name, path);

	char *end = stpcpy(uri, *path == '/' ? "file://" : "");

	for (const char *s = path; *s; s++) {
		if (is_unreserved(*s) || *s == '/') {
			*end++ = *s;
			continue;
		}
		*end++ = '%';
		*end++ = digits[(unsigned char)*s >> 4];
		*end++ = digits[(unsigned char)*s & 15];
	}
	*end = 0;

	json_t *value = value_text(uri);

	free(path);
	free(uri);
	return value;
}
