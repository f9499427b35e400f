/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/fatal.h"

#define CHUNK_SIZE ((size_t)64 << 10)

struct chunk {
	struct chunk *next;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct chunk *first;
};

static void *zeroed(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		fatal("out of memory");
	return p;
}

static struct chunk *chunk_add(struct arena *a, size_t size)
{
	if (size > SIZE_MAX - sizeof(struct chunk))
		fatal("out of memory");

	struct chunk *c = zeroed(sizeof(*c) + size);

	c->size = size;
	/*
	 * A block larger than a chunk gets a chunk of its own, behind the one
	 * that still has room.
	 */
	if (a->first && size > CHUNK_SIZE) {
		c->next = a->first->next;
		a->first->next = c;
	} else {
		c->next = a->first;
		a->first = c;
	}
	return c;
}

struct arena *arena_new(void)
{
	return zeroed(sizeof(struct arena));
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	for (struct chunk *c = a->first; c;) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
	free(a);
}

void arena_adopt(struct arena *a, struct arena *other)
{
	struct chunk **end = &a->first;

	while (*end)
		end = &(*end)->next;
	*end = other->first;
	free(other);
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);

	if (size > SIZE_MAX - align)
		fatal("out of memory");
	size = size ? (size + align - 1) / align * align : align;

	struct chunk *c = a->first;

	if (!c || c->size - c->used < size)
		c = chunk_add(a, size > CHUNK_SIZE ? size : CHUNK_SIZE);

	void *p = c->bytes + c->used;

	c->used += size;
	return p;
}
