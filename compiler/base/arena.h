/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * arena.h - all memory of the compiler.
 *
 * Memory lives until arena_free; nobody frees anything else. Every block is
 * zeroed and aligned for any type. Running out is the machine's fault: fatal,
 * so no caller tests for NULL. Includes nothing of ours.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);
/* All of other's memory lives as long as a's from now on; other is gone. */
void arena_adopt(struct arena *a, struct arena *other);

void *arena_alloc(struct arena *a, size_t size);
/* n elements of size bytes; a product that wraps is fatal. */
void *arena_array(struct arena *a, size_t n, size_t size);
/*
 * Room for one more element at the end of a list of n: returns list itself, or
 * a copy with twice the room when n has used it up. n starts at 0 with a NULL
 * list and grows by one at a time.
 */
void *arena_grow(struct arena *a, void *list, size_t n, size_t size);

/* The n bytes of s and a NUL. */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_strdup(struct arena *a, const char *s);
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

#endif
