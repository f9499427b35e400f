/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists and texts, made of arena_alloc, whoever has written that. */
#include "base/arena.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		fatal("out of memory");
	return arena_alloc(a, n * size);
}

void *arena_grow(struct arena *a, void *list, size_t n, size_t size)
{
	const size_t room_min = 8;

	assert(list || !n);
	if (!n)
		return arena_array(a, room_min, size);
	/* The room is always room_min times a power of two. */
	if (n < room_min || (n & (n - 1)))
		return list;
	if (n > SIZE_MAX / 2)
		fatal("out of memory");

	void *more = arena_array(a, 2 * n, size);

	return memcpy(more, list, n * size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	if (n == SIZE_MAX)
		fatal("out of memory");

	char *copy = arena_alloc(a, n + 1);

	if (n)
		memcpy(copy, s, n);
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);

	int n = vsnprintf(NULL, 0, fmt, again);

	va_end(again);
	assert(n >= 0);

	char *s = arena_alloc(a, (size_t)n + 1);

	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);

	char *s = arena_vprintf(a, fmt, ap);

	va_end(ap);
	return s;
}
