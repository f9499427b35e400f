/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/arena.c for the fuzzer: every block is a block of malloc's, of exactly
 * the size that was asked for, so that a sanitizer sees the first byte beyond
 * it. A run that ends in fatal leaves its arenas behind: arena_free_all.
 */
#include "base/arena.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "harness.h"

struct arena {
	struct arena *next;
	void **blocks;
	size_t n_blocks;
};

static struct arena *all;	/* but those that are kept */

static void *zeroed(size_t n, size_t size)
{
	void *p = calloc(n, size);

	if (!p)
		fatal("out of memory");
	return p;
}

struct arena *arena_new(void)
{
	struct arena *a = zeroed(1, sizeof(*a));

	a->next = all;
	all = a;
	return a;
}

static void forget(const struct arena *a)
{
	struct arena **link = &all;

	while (*link && *link != a)
		link = &(*link)->next;
	if (*link)
		*link = a->next;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	forget(a);
	for (size_t i = 0; i < a->n_blocks; i++)
		free(a->blocks[i]);
	free(a->blocks);
	free(a);
}

void arena_keep_all(void)
{
	all = NULL;
}

void arena_free_all(void)
{
	while (all)
		arena_free(all);
}

static void *block_add(struct arena *a, void *block)
{
	const size_t n = a->n_blocks;

	if (!n || !(n & (n - 1))) {
		a->blocks = realloc(a->blocks, (n ? 2 * n : 1) *
				    sizeof(*a->blocks));
		if (!a->blocks)
			fatal("out of memory");
	}
	a->n_blocks++;
	return a->blocks[n] = block;
}

void arena_adopt(struct arena *a, struct arena *other)
{
	for (size_t i = 0; i < other->n_blocks; i++)
		block_add(a, other->blocks[i]);
	other->n_blocks = 0;
	arena_free(other);
}

void *arena_alloc(struct arena *a, size_t size)
{
	return block_add(a, zeroed(1, size));
}
